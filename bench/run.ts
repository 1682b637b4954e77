// npm run bench: all benchmarks, or those that are named. Absolute times depend on the machine; compare the ratios.
import { call } from './call.js'
import { type Benchmark, type Findings, printCalls, printOutcome, printSummary, write } from './report.js'
import { tcpEcho } from './tcp-echo.js'
import { tcpStream } from './tcp-stream.js'
import { unixDgram } from './unix-dgram.js'

const benchmarks: readonly Benchmark[] = [call, tcpEcho, tcpStream, unixDgram]

function chosen(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.filter(name => !benchmarks.some(one => one.name === name))
  if (unknown.length > 0) {
    console.error(`no benchmark '${unknown.join("', '")}'; there are: ${benchmarks.map(({ name }) => name).join(', ')}`)
    process.exit(1)
  }
  return names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name))
}

const found: Findings[] = []
for (const benchmark of chosen(process.argv.slice(2))) {
  const findings = await benchmark.run()
  found.push(findings)
  findings.outcomes.forEach(printOutcome)
  findings.callTables.forEach(printCalls)
  write(benchmark.name, findings)
}
printSummary(found.flatMap(({ outcomes }) => outcomes))
