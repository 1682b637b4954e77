// idle: 10,000 connections on which nothing comes: what memory each takes, and what it takes to wake one of them.
import { setTimeout } from 'node:timers/promises'
import { cProgram } from './compile.js'
import { type Comparison, type Contestant, hold, type Kind, type Running } from './contest.js'
import { type Figures, figure, nodeProgram, type Program, pythonProgram } from './program.js'
import type { Benchmark } from './report.js'
import { type CallCount, type CallTable, count } from './strace.js'
import { load } from './tcp-echo.js'

const connections = 10_000
const wakes = 5000
const countedConnections = 1000
const [heap, resident, latency, cpu] = ['heap B/connection', 'RSS B/connection', 'p50 µs/wake-up', 'CPU µs/wake-up']

interface Server {
  readonly name: string
  readonly kind: Kind
  /** Only JavaScript tells its heap. */
  readonly tells: boolean
  readonly start: () => Program
}

async function memoryOf(program: Program, { tells }: Server): Promise<{ heap: number; rss: number }> {
  if (!tells) return { heap: Number.NaN, rss: program.residentMemory() }
  program.tell('')
  const answer = await program.answer()
  return { heap: figure(answer, 'heap'), rss: figure(answer, 'rss') }
}

// A process of its own each round: memory that was once taken is seldom given back.
async function round(server: Server): Promise<Figures> {
  const program = server.start()
  try {
    const port = figure(await program.answer(), 'port')
    const first = await load(port, 100)
    await first.end()
    const before = await memoryOf(program, server)
    const client = await load(port, connections)
    try {
      const after = await memoryOf(program, server)
      const processor = program.processorTime()
      client.tell(wakes)
      const answer = await client.answer()
      return {
        [heap]: (after.heap - before.heap) / connections,
        [resident]: (after.rss - before.rss) / connections,
        [latency]: figure(answer, 'p50'),
        [cpu]: ((program.processorTime() - processor) / wakes) * 1e6,
      }
    } finally {
      await client.end()
    }
  } finally {
    await program.end()
  }
}

function idling(server: Server): Running {
  return { programs: [], round: () => round(server) }
}

const servers: readonly Server[] = [
  { name: 'bsd-sockets', kind: 'bsd-sockets', tells: true, start: () => nodeProgram('idle', 'tcp-echo-bsd') },
  { name: 'node:net', kind: 'Node', tells: true, start: () => nodeProgram('idle', 'tcp-echo-node') },
  { name: 'asyncio', kind: 'CPython', tells: false, start: () => pythonProgram('tcp-echo-asyncio') },
  { name: 'C epoll', kind: 'C', tells: false, start: () => cProgram('tcp-echo-server') },
]

const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'node:net', measure: heap, most: 0.5 },
  { by: 'ratio', rival: 'node:net', measure: resident },
  { by: 'ratio', rival: 'node:net', measure: latency },
  { by: 'ratio', rival: 'node:net', measure: cpu },
  { by: 'ratio', rival: 'C epoll', measure: latency },
]

async function callsOf(server: Server): Promise<CallCount> {
  const program = server.start()
  try {
    const client = await load(figure(await program.answer(), 'port'), countedConnections)
    try {
      return await count(server, program.pid, countedConnections, () => setTimeout(1000))
    } finally {
      await client.end()
    }
  } finally {
    await program.end()
  }
}

async function callTable(): Promise<CallTable> {
  const counts: CallCount[] = []
  for (const server of servers) counts.push(await callsOf(server))
  return { title: 'idle, for a second', operation: 'connection', counts }
}

export const idle: Benchmark = {
  name: 'idle',
  async run() {
    const outcome = await hold({
      title: 'idle, 10,000 connections',
      measures: [
        { name: heap, digits: 0, is: 'memory' },
        { name: resident, digits: 0, is: 'memory' },
        { name: latency, digits: 1, is: 'latency' },
        { name: cpu, digits: 2, is: 'processor' },
      ],
      subject: 'bsd-sockets',
      contestants: servers.map((server): Contestant => ({ ...server, start: () => idling(server) })),
      comparisons,
    })
    return { outcomes: [outcome], callTables: [await callTable()] }
  },
}
