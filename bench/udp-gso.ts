// udp-gso: bursts of datagrams of 1200 B, out and in again, by the same process. Where a contestant can, in pieces that
// the kernel takes apart and puts together: GSO and GRO.
import { cProgram } from './compile.js'
import { type Comparison, type Contestant, hold, type Running } from './contest.js'
import { answering, costMeasures } from './cost.js'
import { figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'
import { countRound } from './strace.js'

const unit = 'datagram'
const bytes = 1200
const segments = 54
const pieces = 8
const countedBursts = 20
const datagramsOfBurst = segments * pieces

function bursting(program: Program, bursts: number): Running {
  const { programs, round } = answering(program, unit, bursts, bursts * datagramsOfBurst)
  return {
    programs,
    async round() {
      const figures = await round()
      return { 'MB/s': (figure(figures, `${unit}s/s`) * bytes) / 1e6, ...figures }
    },
  }
}

/** The bursts of a round differ: it is to take long enough for the fast, and not too long for the slow. */
function contestants(fast: number, slow: number): Contestant[] {
  const shape = [bytes, segments, pieces]
  const bsd = (how: string) => () => bursting(nodeProgram('udp-gso-bsd', how, ...shape), fast)
  const c = (how: string) => () => bursting(cProgram('udp-gso', how, ...shape), fast)
  return [
    { name: 'batch', kind: 'bsd-sockets', start: bsd('push') },
    { name: 'batch sent again', kind: 'bsd-sockets', start: bsd('again') },
    { name: 'node:dgram', kind: 'Node', start: () => bursting(nodeProgram('udp-gso-node', ...shape), slow) },
    { name: 'C', kind: 'C', start: c('again') },
    { name: 'C, copied', kind: 'C', start: c('copy') },
  ]
}

// A batch that is pushed to copies each piece; one that is sent again does not.
const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'C', measure: `ns/${unit}`, most: 1.2 },
  { by: 'ratio', rival: 'C, copied', measure: `ns/${unit}` },
  { by: 'ratio', subject: 'batch sent again', rival: 'C', measure: `ns/${unit}`, most: 1.2 },
  { by: 'ratio', rival: 'node:dgram', measure: 'MB/s', least: 15 },
  { by: 'ratio', rival: 'node:dgram', measure: `CPU ns/${unit}` },
]

export const udpGso: Benchmark = {
  name: 'udp-gso',
  async run() {
    const outcome = await hold({
      title: 'udp-gso, 1200 B out and in',
      measures: [{ name: 'MB/s', digits: 0, is: 'rate' }, ...costMeasures(unit).slice(1)],
      subject: 'batch',
      contestants: contestants(4000, 100),
      comparisons,
    })
    const calls = await countRound({
      title: 'udp-gso, out and in',
      operation: unit,
      contestants: contestants(countedBursts, countedBursts),
      operations: countedBursts * datagramsOfBurst,
    })
    return { outcomes: [outcome], callTables: [calls] }
  },
}
