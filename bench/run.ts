// npm run bench: all benchmarks, or those that are named; then the plots. --plots: only these, of the stored results.
// Absolute times depend on the machine; compare the ratios.
import { abort } from './abort.js'
import { call } from './call.js'
import { capture } from './capture.js'
import { idle } from './idle.js'
import { plot } from './plots.js'
import { rawIcmp } from './raw-icmp.js'
import { type Benchmark, type Findings, printCalls, printOutcome, printSummary } from './report.js'
import { read, write } from './results.js'
import { tcpAccept } from './tcp-accept.js'
import { tcpEcho } from './tcp-echo.js'
import { tcpStream } from './tcp-stream.js'
import { udpDrain } from './udp-drain.js'
import { udpGso } from './udp-gso.js'
import { udpSend } from './udp-send.js'
import { unixDgram } from './unix-dgram.js'

const benchmarks: readonly Benchmark[] = [
  call,
  udpDrain,
  udpSend,
  udpGso,
  tcpEcho,
  tcpStream,
  tcpAccept,
  unixDgram,
  rawIcmp,
  idle,
  capture,
  abort,
]

function chosen(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.filter(name => !benchmarks.some(one => one.name === name))
  if (unknown.length > 0) {
    console.error(`no benchmark '${unknown.join("', '")}'; there are: ${benchmarks.map(({ name }) => name).join(', ')}`)
    process.exit(1)
  }
  return names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name))
}

async function measure(names: readonly string[]): Promise<void> {
  const found: Findings[] = []
  const all = chosen(names)
  const started = performance.now()
  for (const [i, benchmark] of all.entries()) {
    const seconds = Math.round((performance.now() - started) / 1000)
    console.log(`\n[${i + 1} of ${all.length}, after ${seconds} s] ${benchmark.name}`)
    const findings = await benchmark.run()
    found.push(findings)
    findings.outcomes.forEach(printOutcome)
    findings.callTables.forEach(printCalls)
    write(benchmark.name, findings)
  }
  printSummary(found.flatMap(({ outcomes }) => outcomes))
}

const asked = process.argv.slice(2)
if (!asked.includes('--plots')) await measure(asked)
await plot(
  read(),
  benchmarks.map(({ name }) => name),
)
