// abort: receives that are taken back, by a signal or by their timeout, 10^6 of them in all rounds; what each costs, and
// that none of them leaves memory behind.
import { type Comparison, type Contestant, hold, type Measure, type Running } from './contest.js'
import { costFigures, costMeasures } from './cost.js'
import { figure, nodeProgram } from './program.js'
import type { Benchmark } from './report.js'

const unit = 'receive'
const receives = 200_000
const grown = `heap B grown/${unit}`
const resident = 'RSS MB'
const cpu = `CPU ns/${unit}`

function receiving(how: string): Running {
  const program = nodeProgram('abort-bsd', how)
  return {
    programs: [program],
    async round() {
      program.tell(receives)
      const answer = await program.answer()
      return {
        ...costFigures(answer, unit, receives),
        [grown]: figure(answer, 'grown'),
        [resident]: figure(answer, 'rss') / 1e6,
      }
    },
  }
}

const rows = [
  { name: 'aborted', how: 'signal' },
  { name: 'timed out', how: 'timeout' },
  { name: 'given, with a signal that lasts', how: 'kept' },
  { name: 'given, without', how: 'given' },
  { name: 'no receive: controller, promise', how: 'floor' },
]

// Half a byte: what the collector has not tidied yet; a leak would be tens of bytes each.
const flat: readonly Comparison[] = rows
  .slice(0, 3)
  .map(({ name }) => ({ by: 'itself', subject: name, measure: grown, most: 0.5 }))

const comparisons: readonly Comparison[] = [
  ...flat,
  { by: 'difference', rival: 'no receive: controller, promise', measure: cpu },
  { by: 'difference', subject: 'given, with a signal that lasts', rival: 'given, without', measure: cpu },
]

export const abort: Benchmark = {
  name: 'abort',
  async run() {
    const contestants = rows.map(
      ({ name, how }): Contestant => ({ name, kind: 'bsd-sockets', start: () => receiving(how) }),
    )
    const memory: readonly Measure[] = [
      { name: grown, digits: 2, is: 'memory' },
      { name: resident, digits: 0, is: 'memory' },
    ]
    const measures = [...costMeasures(unit), ...memory]
    return {
      outcomes: [await hold({ title: 'abort', measures, subject: 'aborted', contestants, comparisons })],
      callTables: [],
    }
  },
}
