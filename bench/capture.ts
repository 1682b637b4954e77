// capture: 3,000 frames wait in the queue of an AF_PACKET socket; the time to take them out. Each contestant has a
// network namespace of its own, and captures what it sends over its loopback interface.
import { type Comparison, hold } from './contest.js'
import { costMeasures } from './cost.js'
import { contestants, countedDrains, type Draining, drains, fillingCalls, inC, inNode, messages } from './drain.js'
import { isolated } from './program.js'
import type { Benchmark } from './report.js'
import { countRound } from './strace.js'

const unit = 'frame'
const [c, bsd] = [inC('packet'), inNode('drain-bsd', 'packet')]

const rows: readonly Draining[] = [
  { name: 'batch in place', kind: 'bsd-sockets', command: () => isolated(bsd('batch')) },
  { name: 'recvfrom', kind: 'bsd-sockets', command: () => isolated(bsd('recvfrom')) },
  { name: 'C recvmmsg', kind: 'C', command: () => isolated(c('recvmmsg')) },
  { name: 'C recvfrom', kind: 'C', command: () => isolated(c('recvfrom')) },
]

const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'C recvmmsg', measure: `${unit}s/s` },
  { by: 'ratio', subject: 'recvfrom', rival: 'C recvfrom', measure: `${unit}s/s` },
  { by: 'ratio', rival: 'C recvmmsg', measure: `CPU ns/${unit}` },
]

export const capture: Benchmark = {
  name: 'capture',
  async run() {
    const outcome = await hold({
      title: 'capture, recvmmsg, 242 B',
      measures: costMeasures(unit),
      subject: 'batch in place',
      contestants: contestants(rows, unit, drains),
      comparisons,
    })
    const calls = await countRound({
      title: 'capture, in bursts of 3,000',
      operation: unit,
      contestants: contestants(rows, unit, countedDrains),
      operations: countedDrains * messages,
      leftOut: fillingCalls,
    })
    return { outcomes: [outcome], callTables: [calls] }
  },
}
