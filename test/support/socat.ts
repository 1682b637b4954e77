// socat on the other end, and the port that it was given for port 0.
import { readFileSync } from 'node:fs'
import { targets } from './fdtable.js'
import { Program } from './program.js'

/** Starts socat between two addresses. It waits long for the second half of an exchange, as a busy machine needs. */
export function socat(from: string, to: string, ...options: string[]): Program {
  return new Program('socat', ['-t', '20', '-d', '-d', '-d', '-d', ...options, from, to])
}

/** Until it listens: the port of a TCP or UDP listener, 0 for other families. */
export async function listening(program: Program): Promise<number> {
  const [, port] = await program.line(/listening on (?:UDP )?AF=\d+ .*?(?::(\d+))?$/m)
  return Number(port ?? 0)
}

/** Until it is bound: for the datagram addresses, which do not listen. */
export async function bound(program: Program): Promise<void> {
  await program.line(/ bind\(\) -> 0\n/)
}

/** The port that its UDP socket is bound to, by /proc, as it does not print it. */
export async function boundPort(program: Program): Promise<number> {
  await bound(program)
  const { pid } = program
  const inodes = targets(pid).flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
  for (const table of ['udp', 'udp6'])
    for (const line of readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n')) {
      const columns = line.trim().split(/\s+/)
      if (inodes.includes(columns[9] ?? '')) return Number.parseInt(columns[1]?.split(':')[1] ?? '', 16)
    }
  throw new Error('socat has no bound UDP socket')
}
