// Counts the system calls of a process for each operation, with strace(1). Other than times, the figure is exact.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Contestant, type Kind, type Running, reasonOf } from './contest.js'
import { Program } from './program.js'

export interface CallCount {
  readonly name: string
  readonly kind: Kind
  readonly notCounted?: string
  /** System calls of an operation, by name; those of less than one in a thousand operations together as 'other'. */
  readonly calls: Readonly<Record<string, number>>
}

export interface CallTable {
  readonly title: string
  /** What is counted for: 'datagram'. */
  readonly operation: string
  readonly counts: readonly CallCount[]
}

type Counted = Pick<Contestant, 'name' | 'kind'>

const rare = 0.001

/** A round of contestants: so many operations, and calls that only prepare them, which are left out. */
export interface CountedRound {
  readonly title: string
  readonly operation: string
  readonly contestants: readonly Contestant[]
  readonly operations: number
  readonly leftOut?: readonly string[]
}

/** What the first program of each contestant makes in a round, after one to warm up. */
export async function countRound(round: CountedRound): Promise<CallTable> {
  const { title, operation } = round
  console.log(`\n${title}: counting system calls`)
  const counts: CallCount[] = []
  for (const contestant of round.contestants) counts.push(await countOne(contestant, round))
  return { title, operation, counts }
}

async function countOne(contestant: Contestant, { operations, leftOut }: CountedRound): Promise<CallCount> {
  let running: Running | undefined
  try {
    running = await contestant.start()
    const { programs, round } = running
    await round()
    return await count(contestant, programs[0]?.pid ?? -1, operations, round, leftOut)
  } catch (error) {
    return notCounted(contestant, error)
  } finally {
    for (const program of running?.programs ?? []) await program.end()
  }
}

function notCounted({ name, kind }: Counted, error: unknown): CallCount {
  return { name, kind, notCounted: reasonOf(error), calls: {} }
}

/** What the process makes while `work` does `operations`. */
export async function count(
  { name, kind }: Counted,
  pid: number,
  operations: number,
  work: () => Promise<unknown>,
  leftOut: readonly string[] = [],
): Promise<CallCount> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-strace-'))
  const output = join(folder, 'counts')
  try {
    const only = leftOut.length === 0 ? [] : ['-e', `trace=!${leftOut.join(',')}`]
    const strace = new Program('strace', ['-f', '-c', '-U', 'name,calls', ...only, '-o', output, '-p', pid])
    try {
      await strace.said('attached')
      await work()
    } finally {
      await strace.end('SIGINT')
    }
    return { name, kind, calls: perOperation(readFileSync(output, 'utf8'), operations) }
  } catch (error) {
    return notCounted({ name, kind }, error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function perOperation(summary: string, operations: number): Record<string, number> {
  const calls: Record<string, number> = {}
  for (const [, name = '', times = ''] of summary.matchAll(/^(\w+) +(\d+)$/gm)) {
    if (name === 'total') continue
    const each = Number(times) / operations
    const row = each < rare ? 'other' : name
    calls[row] = (calls[row] ?? 0) + each
  }
  return calls
}
