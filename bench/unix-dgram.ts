// unix-dgram: messages of 200 B, one way, from one process to another; both ends are the contestant's.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cProgram } from './compile.js'
import { type Comparison, type Contestant, hold, type Kind, type Measure, type Running } from './contest.js'
import { type Figures, figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'
import { install } from './rivals.js'
import { countRound } from './strace.js'

const size = 200
const messages = 50_000
const measure = 'messages/s'
const cpu = 'CPU µs/message'
const folder = mkdtempSync(join(tmpdir(), 'bench-unix-dgram-'))

process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

type Start = (role: string, path: string) => Program

// The sender connects to what the receiver has bound.
async function exchanging(start: Start, receive: string, send: string): Promise<Running> {
  const path = join(mkdtempSync(join(folder, 'pair-')), 'socket')
  const receiver = start(receive, path)
  try {
    await receiver.answer()
    const sender = start(send, path)
    await sender.answer()
    return { programs: [receiver, sender], round: () => round(receiver, sender) }
  } catch (error) {
    await receiver.end()
    throw error
  }
}

async function round(receiver: Program, sender: Program): Promise<Figures> {
  const processorTime = (): number => receiver.processorTime() + sender.processorTime()
  const before = processorTime()
  sender.tell('go')
  const seconds = figure(await receiver.answer(), 'seconds')
  return { [measure]: messages / seconds, [cpu]: ((processorTime() - before) / messages) * 1e6 }
}

function inNode(name: string, kind: Kind, file: string, receive: string, send = 'send'): Contestant {
  const start: Start = (role, path) => nodeProgram(`unix-dgram-${file}`, role, path, messages, size)
  return { name, kind, start: () => exchanging(start, receive, send) }
}

function rival(name: string, version: string): Contestant {
  const contestant = inNode(name, 'npm', name, 'receive')
  const start = (): ReturnType<Contestant['start']> => {
    install(name, version)
    return contestant.start()
  }
  return { ...contestant, start }
}

const limit: Start = (role, path) => cProgram('unix-dgram', role, path, messages, size)

const contestants: readonly Contestant[] = [
  inNode('bsd-sockets', 'bsd-sockets', 'bsd', 'recvfrom'),
  inNode('bsd-sockets, recv', 'bsd-sockets', 'bsd', 'recv'),
  inNode('batches', 'bsd-sockets', 'bsd', 'recvmmsg', 'sendmmsg'),
  rival('unix-dgram', '2.0.7'),
  rival('node-unix-socket', '0.2.7'),
  { name: 'C', kind: 'C', start: () => exchanging(limit, 'receive', 'send') },
]

const comparisons: readonly Comparison[] = [
  { rival: 'unix-dgram', measure, by: 'ratio' },
  { rival: 'node-unix-socket', measure, by: 'ratio' },
  { subject: 'batches', rival: 'unix-dgram', measure, by: 'ratio', least: 2 },
  { subject: 'batches', rival: 'node-unix-socket', measure, by: 'ratio', least: 2 },
  { subject: 'batches', rival: 'C', measure, by: 'ratio' },
  { rival: 'C', measure, by: 'ratio' },
  { rival: 'unix-dgram', measure: cpu, by: 'ratio' },
]

export const unixDgram: Benchmark = {
  name: 'unix-dgram',
  async run() {
    const measures: readonly Measure[] = [
      { name: measure, digits: 0, is: 'rate' },
      { name: cpu, digits: 2, is: 'processor' },
    ]
    const title = 'unix-dgram, 200 B, one way'
    const outcome = await hold({ title, measures, subject: 'bsd-sockets', contestants, comparisons })
    const calls = await countRound({
      title: 'unix-dgram, the receiver',
      operation: 'message',
      contestants,
      operations: messages,
    })
    return { outcomes: [outcome], callTables: [calls] }
  },
}
