// tcp-accept: connections that the server accepts and closes. The load is one C program, the servers compete.
import { cProgram } from './compile.js'
import { type Comparison, type Contestant, hold, type Running } from './contest.js'
import { figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'
import { countRound } from './strace.js'

const connections = 20_000
const countedConnections = 5000
const atATime = 64
const rate = 'connections/s'
const cpu = 'CPU µs/connection'

async function serving(server: Program, count: number): Promise<Running> {
  const load = cProgram('tcp-accept-load', figure(await server.answer(), 'port'), atATime)
  return {
    programs: [server, load],
    async round() {
      const before = server.processorTime()
      load.tell(count)
      const seconds = figure(await load.answer(), 'seconds')
      return { [rate]: count / seconds, [cpu]: ((server.processorTime() - before) / count) * 1e6 }
    },
  }
}

function contestants(count: number): Contestant[] {
  const bsd = (how: string) => (): Promise<Running> => serving(nodeProgram('tcp-accept-bsd', how), count)
  return [
    { name: 'connections()', kind: 'bsd-sockets', start: bsd('connections') },
    { name: 'accept', kind: 'bsd-sockets', start: bsd('accept') },
    { name: 'node:net', kind: 'Node', start: () => serving(nodeProgram('tcp-accept-node'), count) },
    { name: 'C', kind: 'C', start: () => serving(cProgram('tcp-accept-server'), count) },
  ]
}

const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'node:net', measure: rate, least: 1.3 },
  { by: 'ratio', subject: 'accept', rival: 'node:net', measure: rate },
  { by: 'ratio', rival: 'C', measure: rate },
  { by: 'ratio', rival: 'node:net', measure: cpu },
]

export const tcpAccept: Benchmark = {
  name: 'tcp-accept',
  async run() {
    const outcome = await hold({
      title: 'tcp-accept, 64 at a time',
      measures: [
        { name: rate, digits: 0, is: 'rate' },
        { name: cpu, digits: 2, is: 'processor' },
      ],
      subject: 'connections()',
      contestants: contestants(connections),
      comparisons,
    })
    const calls = await countRound({
      title: 'tcp-accept',
      operation: 'connection',
      contestants: contestants(countedConnections),
      operations: countedConnections,
    })
    return { outcomes: [outcome], callTables: [calls] }
  },
}
