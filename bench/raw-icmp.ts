// raw-icmp: echo requests to the loopback address and their replies through a raw socket, one or 64 at a time. Each
// contestant has a network namespace of its own, since a raw socket is given the replies to all.
import { cCommand } from './compile.js'
import { type Comparison, type Contestant, hold, type Outcome } from './contest.js'
import { answering, costMeasures } from './cost.js'
import { type Command, isolated, nodeCommand, started } from './program.js'
import type { Benchmark } from './report.js'
import { install } from './rivals.js'
import { countRound } from './strace.js'

const unit = 'round trip'
const rate = `${unit}s/s`
const roundTrips = 19_200
const countedRoundTrips = 3200

function contestants(atATime: number, count: number): Contestant[] {
  const start = (command: Command) => answering(started(isolated(command)), unit, count)
  const bsd = (how: string): Command => nodeCommand('raw-icmp-bsd', how, atATime)
  const rival = (): Command => {
    install('raw-socket', '1.8.1')
    return nodeCommand('raw-icmp-raw-socket', atATime)
  }
  return [
    { name: 'recvfrom', kind: 'bsd-sockets', start: () => start(bsd('recvfrom')) },
    { name: 'batch', kind: 'bsd-sockets', start: () => start(bsd('batch')) },
    { name: 'raw-socket', kind: 'npm', start: () => start(rival()) },
    { name: 'C', kind: 'C', start: () => start(cCommand('raw-icmp', atATime)) },
  ]
}

// A batch of one has nothing to gain.
const subjects = new Map([
  [1, 'recvfrom'],
  [64, 'batch'],
])

const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'raw-socket', measure: rate, least: 2 },
  { by: 'ratio', rival: 'C', measure: rate },
  { by: 'ratio', rival: 'raw-socket', measure: `CPU ns/${unit}` },
]

function contest(atATime: number, subject: string): Promise<Outcome> {
  return hold({
    title: `raw-icmp, ${atATime} at a time`,
    measures: costMeasures(unit),
    subject,
    contestants: contestants(atATime, roundTrips),
    comparisons,
  })
}

export const rawIcmp: Benchmark = {
  name: 'raw-icmp',
  async run() {
    const outcomes: Outcome[] = []
    for (const [atATime, subject] of subjects) outcomes.push(await contest(atATime, subject))
    const calls = await countRound({
      title: 'raw-icmp, 64 at a time',
      operation: unit,
      contestants: contestants(64, countedRoundTrips),
      operations: countedRoundTrips,
    })
    return { outcomes, callTables: [calls] }
  },
}
