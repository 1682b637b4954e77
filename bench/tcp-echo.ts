// tcp-echo: messages of 64 B in ping-pong on each of many connections. The load is one C program, the servers compete.
import { cProgram } from './compile.js'
import { type Comparison, type Contest, hold, type Running, withoutBar } from './contest.js'
import { figure, nodeProgram, type Program, pythonProgram } from './program.js'
import type { Benchmark } from './report.js'
import { type CallCount, type CallTable, count } from './strace.js'

const size = 64
const milliseconds = 1000
const countedRequests = 10_000

const servers = [
  { name: 'bsd-sockets', kind: 'bsd-sockets', program: () => nodeProgram('tcp-echo-bsd') },
  { name: 'node:net', kind: 'Node', program: () => nodeProgram('tcp-echo-node') },
  { name: 'asyncio', kind: 'CPython', program: () => pythonProgram('tcp-echo-asyncio') },
  { name: 'C epoll', kind: 'C', program: () => cProgram('tcp-echo-server') },
] as const

/** A load that has connected; its lines are "<requests> <milliseconds>", or "<requests>": see c/tcp-echo-load.c. */
export async function load(port: number, connections: number): Promise<Program> {
  const program = cProgram('tcp-echo-load', port, connections, size)
  await program.answer()
  return program
}

async function serving(server: Program, connections: number): Promise<Running> {
  const port = figure(await server.answer(), 'port')
  return {
    programs: [server],
    async round() {
      const client = await load(port, connections)
      try {
        const before = server.processorTime()
        client.tell(0, milliseconds)
        const answer = await client.answer()
        const requests = figure(answer, 'requests')
        return {
          'requests/s': requests / figure(answer, 'seconds'),
          'p50 µs': figure(answer, 'p50'),
          'p99 µs': figure(answer, 'p99'),
          'CPU µs/request': ((server.processorTime() - before) / requests) * 1e6,
        }
      } finally {
        await client.end()
      }
    },
  }
}

const barsAt200: readonly Comparison[] = [
  { rival: 'node:net', measure: 'requests/s', by: 'ratio', least: 1.3 },
  { rival: 'C epoll', measure: 'requests/s', by: 'ratio', least: 0.85 },
  { rival: 'node:net', measure: 'p99 µs', by: 'ratio', most: 1 },
  { rival: 'asyncio', measure: 'requests/s', by: 'ratio' },
  { rival: 'node:net', measure: 'CPU µs/request', by: 'ratio' },
]

function titleOf(connections: number): string {
  return `tcp-echo, ${connections.toLocaleString('en-US')} connection${connections === 1 ? '' : 's'}`
}

function contest(connections: number): Contest {
  return {
    title: titleOf(connections),
    measures: [
      { name: 'requests/s', digits: 0, is: 'rate' },
      { name: 'p50 µs', digits: 0, is: 'latency' },
      { name: 'p99 µs', digits: 0, is: 'latency' },
      { name: 'CPU µs/request', digits: 2, is: 'processor' },
    ],
    subject: 'bsd-sockets',
    contestants: servers.map(({ name, kind, program }) => ({
      name,
      kind,
      start: () => serving(program(), connections),
    })),
    comparisons: connections === 200 ? barsAt200 : barsAt200.map(withoutBar),
  }
}

async function callsOf(row: (typeof servers)[number], connections: number): Promise<CallCount> {
  const server = row.program()
  const client = await load(figure(await server.answer(), 'port'), connections)
  const request = async (requests: number): Promise<unknown> => {
    client.tell(requests, 0)
    return client.answer()
  }
  try {
    await request(connections)
    return await count(row, server.pid, countedRequests, () => request(countedRequests))
  } finally {
    await client.end()
    await server.end()
  }
}

async function callTable(connections: number): Promise<CallTable> {
  const counts: CallCount[] = []
  for (const row of servers) counts.push(await callsOf(row, connections))
  return { title: titleOf(connections), operation: 'request', counts }
}

export const tcpEcho: Benchmark = {
  name: 'tcp-echo',
  async run() {
    const outcomes = [await hold(contest(1)), await hold(contest(200)), await hold(contest(2000))]
    return { outcomes, callTables: [await callTable(1), await callTable(200)] }
  },
}
