// tcp-accept: connections that the server accepts and closes. The load is one C program, the servers compete: as fast as
// the load connects, which is the slower side then, and from a backlog that was filled while the server was stopped.
import { cProgram } from './compile.js'
import { type Comparison, type Contest, type Contestant, hold, type Running, withoutBar } from './contest.js'
import { figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'
import { countRound } from './strace.js'

const connections = 20_000
const countedConnections = 5000
const atATime = 64
// Less than any kernel's net.core.somaxconn since Linux 5.4.
const backlog = 2000
const rate = 'connections/s'
const cpu = 'CPU µs/connection'

type Work = (server: Program, load: Program, count: number) => Promise<number>

/** Seconds for `count` connections, as fast as the load makes them. */
const connecting: Work = async (_server, load, count) => {
  load.tell(count)
  return figure(await load.answer(), 'seconds')
}

/** Seconds for the same out of full backlogs. */
const draining: Work = async (server, load, count) => {
  let seconds = 0
  for (let left = count; left > 0; left -= backlog) {
    server.pause()
    load.tell('fill', backlog)
    await load.answer()
    load.tell('drain')
    server.resume()
    seconds += figure(await load.answer(), 'seconds')
  }
  return seconds
}

async function serving(server: Program, work: Work, count: number): Promise<Running> {
  const load = cProgram('tcp-accept-load', figure(await server.answer(), 'port'), atATime)
  return {
    programs: [server, load],
    async round() {
      const before = server.processorTime()
      const seconds = await work(server, load, count)
      return { [rate]: count / seconds, [cpu]: ((server.processorTime() - before) / count) * 1e6 }
    },
  }
}

function contestants(work: Work, count: number): Contestant[] {
  const bsd = (how: string) => (): Promise<Running> => serving(nodeProgram('tcp-accept-bsd', how), work, count)
  return [
    { name: 'connections()', kind: 'bsd-sockets', start: bsd('connections') },
    { name: 'accept', kind: 'bsd-sockets', start: bsd('accept') },
    { name: 'node:net', kind: 'Node', start: () => serving(nodeProgram('tcp-accept-node'), work, count) },
    { name: 'C', kind: 'C', start: () => serving(cProgram('tcp-accept-server'), work, count) },
  ]
}

const comparisons: readonly Comparison[] = [
  { by: 'ratio', rival: 'node:net', measure: rate, least: 1.3 },
  { by: 'ratio', subject: 'accept', rival: 'node:net', measure: rate },
  { by: 'ratio', rival: 'C', measure: rate },
  { by: 'ratio', rival: 'node:net', measure: cpu },
]

function contest(title: string, work: Work, bars: readonly Comparison[]): Contest {
  return {
    title,
    measures: [
      { name: rate, digits: 0, is: 'rate' },
      { name: cpu, digits: 2, is: 'processor' },
    ],
    subject: 'connections()',
    contestants: contestants(work, connections),
    comparisons: bars,
  }
}

export const tcpAccept: Benchmark = {
  name: 'tcp-accept',
  async run() {
    const outcomes = [
      await hold(contest('tcp-accept, 64 at a time', connecting, comparisons.map(withoutBar))),
      await hold(contest('tcp-accept, from a full backlog', draining, comparisons)),
    ]
    const calls = await countRound({
      title: 'tcp-accept',
      operation: 'connection',
      contestants: contestants(connecting, countedConnections),
      operations: countedConnections,
    })
    return { outcomes, callTables: [calls] }
  },
}
