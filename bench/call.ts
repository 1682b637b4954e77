// call: what one system call costs through bsd-sockets/posix. An empty non-blocking recv ends in EAGAIN, which is thrown
// and caught; a peek at a datagram that stays in the queue succeeds.
import { cProgram } from './compile.js'
import { type Contest, hold, type Running } from './contest.js'
import { figure, nodeProgram, type Program } from './program.js'
import type { Benchmark } from './report.js'

const measure = 'ns/call'

function calls(program: Program, count: number): Running {
  return {
    programs: [program],
    async round() {
      program.tell(count)
      return { [measure]: figure(await program.answer(), 'nanoseconds') / count }
    },
  }
}

function contest(title: string, what: 'empty' | 'peek', count: number): Contest {
  return {
    title,
    measures: [{ name: measure, digits: 0, is: 'time' }],
    subject: 'bsd-sockets/posix',
    contestants: [
      { name: 'bsd-sockets/posix', kind: 'bsd-sockets', start: () => calls(nodeProgram('call-bsd', what), count) },
      { name: 'C', kind: 'C', start: () => calls(cProgram('call', what), count) },
    ],
    comparisons: [{ rival: 'C', measure, by: 'difference', most: 250 }],
  }
}

export const call: Benchmark = {
  name: 'call',
  async run() {
    const empty = await hold(contest('call, an empty recv (EAGAIN)', 'empty', 100_000))
    const peek = await hold(contest('call, a recv that succeeds (MSG_PEEK, 64 B)', 'peek', 500_000))
    return { outcomes: [empty, peek], callTables: [] }
  },
}
