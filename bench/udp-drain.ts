// udp-drain: 3,000 datagrams of 200 B wait in the queue of a socket; the time to take them out.
import { type Comparison, hold } from './contest.js'
import { costMeasures } from './cost.js'
import { contestants, countedDrains, type Draining, drains, fillingCalls, inC, inNode, messages } from './drain.js'
import type { Benchmark } from './report.js'
import { countRound } from './strace.js'

const unit = 'datagram'
const [c, bsd, node] = [inC('udp'), inNode('drain-bsd', 'udp'), inNode('drain-node', 'udp')]

const rows: readonly Draining[] = [
  { name: 'batch in place', kind: 'bsd-sockets', command: () => bsd('batch') },
  { name: 'batch, iterated', kind: 'bsd-sockets', command: () => bsd('iterated') },
  { name: 'recvfrom', kind: 'bsd-sockets', command: () => bsd('recvfrom') },
  { name: 'datagrams()', kind: 'bsd-sockets', command: () => bsd('datagrams') },
  { name: 'node:dgram', kind: 'Node', command: () => node('message') },
  { name: 'C recvmmsg', kind: 'C', command: () => c('recvmmsg') },
  { name: 'C recvfrom', kind: 'C', command: () => c('recvfrom') },
]

const rate = `${unit}s/s`
const cpu = `CPU ns/${unit}`

const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'C recvmmsg', measure: `ns/${unit}`, most: 1.25 },
  { by: 'ratio', rival: 'node:dgram', measure: rate, least: 3.5 },
  { by: 'ratio', subject: 'batch, iterated', rival: 'node:dgram', measure: rate },
  { by: 'ratio', subject: 'recvfrom', rival: 'node:dgram', measure: rate, least: 1.6 },
  { by: 'ratio', subject: 'recvfrom', rival: 'C recvfrom', measure: rate },
  { by: 'ratio', subject: 'datagrams()', rival: 'node:dgram', measure: rate, least: 2 },
  { by: 'ratio', rival: 'node:dgram', measure: cpu },
  { by: 'ratio', subject: 'recvfrom', rival: 'node:dgram', measure: cpu },
]

export const udpDrain: Benchmark = {
  name: 'udp-drain',
  async run() {
    const outcome = await hold({
      title: 'udp-drain, 200 B',
      measures: costMeasures(unit),
      subject: 'batch in place',
      contestants: contestants(rows, unit, drains),
      comparisons,
    })
    const calls = await countRound({
      title: 'udp-drain, in bursts of 3,000',
      operation: unit,
      contestants: contestants(rows, unit, countedDrains),
      operations: countedDrains * messages,
      leftOut: fillingCalls,
    })
    return { outcomes: [outcome], callTables: [calls] }
  },
}
