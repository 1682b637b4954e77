// What `udp-drain` and `capture` have in common: a queue that is filled, and contestants that take it out.
import { cCommand } from './compile.js'
import type { Contestant, Kind } from './contest.js'
import { answering } from './cost.js'
import { type Command, nodeCommand, started } from './program.js'

export const messages = 3000
export const bytes = 200
/** A round is so many drains. */
export const drains = 20
/** Under strace. */
export const countedDrains = 4
/** The calls that fill the queue, and look whether all is in it. */
export const fillingCalls = ['sendto', 'getsockopt']

type Drain = (how: string) => Command

export interface Draining {
  readonly name: string
  readonly kind: Kind
  readonly command: () => Command
}

export function inC(socket: 'udp' | 'packet'): Drain {
  return how => cCommand('drain', socket, how, messages, bytes)
}

export function inNode(file: string, socket: 'udp' | 'packet'): Drain {
  return how => nodeCommand(file, socket, how, messages, bytes)
}

export function contestants(rows: readonly Draining[], unit: string, count: number): Contestant[] {
  return rows.map(({ name, kind, command }) => ({
    name,
    kind,
    start: () => answering(started(command()), unit, count, count * messages),
  }))
}
