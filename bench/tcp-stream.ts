// tcp-stream: 1 GiB into a contestant, and 1 GiB out of it. The other end is one C program, which takes the time.
import { cProgram } from './compile.js'
import { type Comparison, type Contest, type Contestant, hold, type Running } from './contest.js'
import { figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'

const bytes = 2 ** 30
const measure = 'MB/s'

/** The contestant connects to the peer once a round. */
async function streaming(peer: Program, contestant: Program): Promise<Running> {
  const port = figure(await peer.answer(), 'port')
  return {
    programs: [contestant, peer],
    async round() {
      const before = contestant.processorTime()
      peer.tell(1)
      contestant.tell(port)
      const [ours, theirs] = await Promise.all([contestant.answer(), peer.answer()])
      for (const { bytes: moved } of [ours, theirs]) if (moved !== bytes) throw new Error(`moved ${moved} bytes`)
      return {
        [measure]: bytes / 1e6 / figure(theirs, 'seconds'),
        'CPU ms/GiB': (contestant.processorTime() - before) * 1e3,
      }
    },
  }
}

type Started = readonly [name: string, program: () => Program]

function contest(
  title: string,
  peer: () => Program,
  started: readonly Started[],
  bars: readonly Comparison[],
): Contest {
  const contestants = started.map(
    ([name, program]): Contestant => ({ name, start: () => streaming(peer(), program()) }),
  )
  return {
    title,
    measures: [
      { name: measure, digits: 0 },
      { name: 'CPU ms/GiB', digits: 0 },
    ],
    subject: 'bsd-sockets',
    contestants,
    comparisons: bars,
  }
}

const into = contest(
  'tcp-stream, 1 GiB in',
  () => cProgram('tcp-stream', 'source', bytes),
  [
    ['bsd-sockets', () => nodeProgram('tcp-stream-bsd', 'receive', bytes)],
    ["node:net 'data'", () => nodeProgram('tcp-stream-node', 'data', bytes)],
    ['node:net onread', () => nodeProgram('tcp-stream-node', 'onread', bytes)],
    ['C', () => cProgram('tcp-stream', 'receive')],
  ],
  [
    { rival: "node:net 'data'", measure, by: 'ratio', least: 2 },
    { rival: 'node:net onread', measure, by: 'ratio' },
    { rival: 'C', measure, by: 'ratio', least: 0.9 },
  ],
)

const out = contest(
  'tcp-stream, 1 GiB out',
  () => cProgram('tcp-stream', 'sink'),
  [
    ['bsd-sockets', () => nodeProgram('tcp-stream-bsd', 'send', bytes)],
    ['node:net', () => nodeProgram('tcp-stream-node', 'write', bytes)],
    ['C', () => cProgram('tcp-stream', 'send', bytes)],
  ],
  [
    { rival: 'node:net', measure, by: 'ratio', least: 1.2 },
    { rival: 'C', measure, by: 'ratio' },
  ],
)

export const tcpStream: Benchmark = {
  name: 'tcp-stream',
  run: async () => ({ outcomes: [await hold(into), await hold(out)], callTables: [] }),
}
