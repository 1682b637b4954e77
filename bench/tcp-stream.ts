// tcp-stream: 1 GiB into a contestant, and 1 GiB out of it. The other end is one C program, which takes the time.
import { cProgram } from './compile.js'
import { type Comparison, type Contest, type Contestant, hold, type Kind, type Running } from './contest.js'
import { figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'
import { type CallTable, countRound } from './strace.js'

const bytes = 2 ** 30
const measure = 'MB/s'
const cpu = 'CPU ms/GiB'

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
        [cpu]: (contestant.processorTime() - before) * 1e3,
      }
    },
  }
}

type Started = readonly [name: string, kind: Kind, program: () => Program]

function contest(
  title: string,
  peer: () => Program,
  started: readonly Started[],
  bars: readonly Comparison[],
): Contest {
  const contestants = started.map(
    ([name, kind, program]): Contestant => ({ name, kind, start: () => streaming(peer(), program()) }),
  )
  return {
    title,
    measures: [
      { name: measure, digits: 0, is: 'rate' },
      { name: cpu, digits: 0, is: 'processor' },
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
    ['bsd-sockets', 'bsd-sockets', () => nodeProgram('tcp-stream-bsd', 'receive', bytes)],
    ["node:net 'data'", 'Node', () => nodeProgram('tcp-stream-node', 'data', bytes)],
    ['node:net onread', 'Node', () => nodeProgram('tcp-stream-node', 'onread', bytes)],
    ['C', 'C', () => cProgram('tcp-stream', 'receive')],
  ],
  [
    { rival: "node:net 'data'", measure, by: 'ratio', least: 2 },
    { rival: "node:net 'data'", measure: cpu, by: 'ratio' },
    { rival: 'node:net onread', measure, by: 'ratio' },
    { rival: 'C', measure, by: 'ratio', least: 0.9 },
  ],
)

const out = contest(
  'tcp-stream, 1 GiB out',
  () => cProgram('tcp-stream', 'sink'),
  [
    ['bsd-sockets', 'bsd-sockets', () => nodeProgram('tcp-stream-bsd', 'send', bytes)],
    ['node:net', 'Node', () => nodeProgram('tcp-stream-node', 'write', bytes)],
    ['C', 'C', () => cProgram('tcp-stream', 'send', bytes)],
  ],
  [
    { rival: 'node:net', measure, by: 'ratio', least: 1.2 },
    { rival: 'node:net', measure: cpu, by: 'ratio' },
    { rival: 'C', measure, by: 'ratio' },
  ],
)

function calls({ title, contestants }: Contest): Promise<CallTable> {
  return countRound({ title, operation: '64 KiB', contestants, operations: bytes / 2 ** 16 })
}

export const tcpStream: Benchmark = {
  name: 'tcp-stream',
  async run() {
    const outcomes = [await hold(into), await hold(out)]
    return { outcomes, callTables: [await calls(into), await calls(out)] }
  },
}
