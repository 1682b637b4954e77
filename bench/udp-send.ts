// udp-send: datagrams to a socket that nobody reads, one by one and in batches of 64. All must arrive there.
import { cProgram } from './compile.js'
import { type Comparison, type Contestant, hold, type Outcome, type Running } from './contest.js'
import { answering, costMeasures } from './cost.js'
import { figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'
import { countRound } from './strace.js'

const unit = 'datagram'
const sizes = [64, 1200]
const datagrams = 100_000
const countedDatagrams = 6400

async function sending(start: (port: number) => Program, count: number): Promise<Running> {
  const sink = cProgram('udp-sink')
  const sender = start(figure(await sink.answer(), 'port'))
  const arrived = async (): Promise<number> => {
    sink.tell('')
    return figure(await sink.answer(), 'arrived')
  }
  const { round } = answering(sender, unit, count)
  return {
    programs: [sender, sink],
    async round() {
      const before = await arrived()
      const figures = await round()
      const lost = count - ((await arrived()) - before)
      if (lost !== 0) throw new Error(`${lost} of ${count} datagrams did not arrive`)
      return figures
    },
  }
}

function contestants(bytes: number, count: number): Contestant[] {
  const bsd = (how: string) => (port: number) => nodeProgram('udp-send-bsd', how, bytes, port)
  const c = (how: string) => (port: number) => cProgram('udp-send', how, bytes, port)
  const node = (port: number): Program => nodeProgram('udp-send-node', bytes, port)
  return [
    { name: 'sendmmsg', kind: 'bsd-sockets', start: () => sending(bsd('sendmmsg'), count) },
    { name: 'send', kind: 'bsd-sockets', start: () => sending(bsd('send'), count) },
    { name: 'trySend', kind: 'bsd-sockets', start: () => sending(bsd('trySend'), count) },
    { name: 'node:dgram', kind: 'Node', start: () => sending(node, count) },
    { name: 'C sendmmsg', kind: 'C', start: () => sending(c('sendmmsg'), count) },
    { name: 'C send', kind: 'C', start: () => sending(c('send'), count) },
  ]
}

const rate = `${unit}s/s`

const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'C sendmmsg', measure: `ns/${unit}`, most: 1.2 },
  { by: 'ratio', rival: 'node:dgram', measure: rate, least: 1.5 },
  { by: 'ratio', subject: 'send', rival: 'node:dgram', measure: rate },
  { by: 'ratio', subject: 'send', rival: 'C send', measure: rate },
  { by: 'ratio', subject: 'trySend', rival: 'node:dgram', measure: rate },
  { by: 'ratio', subject: 'trySend', rival: 'C send', measure: rate },
  { by: 'ratio', rival: 'node:dgram', measure: `CPU ns/${unit}` },
]

export const udpSend: Benchmark = {
  name: 'udp-send',
  async run() {
    const outcomes: Outcome[] = []
    for (const bytes of sizes) {
      const title = `udp-send, ${bytes} B`
      const subject = 'sendmmsg'
      const measures = costMeasures(unit)
      outcomes.push(await hold({ title, measures, subject, contestants: contestants(bytes, datagrams), comparisons }))
    }
    const calls = await countRound({
      title: 'udp-send',
      operation: unit,
      contestants: contestants(64, countedDatagrams),
      operations: countedDatagrams,
    })
    return { outcomes, callTables: [calls] }
  },
}
