// Counts the system calls of a process for each operation, with strace(1). Other than times, the figure is exact.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reasonOf } from './contest.js'
import { Program } from './program.js'

export interface CallCount {
  readonly name: string
  readonly notCounted?: string
  /** System calls of an operation, by name; those of less than one in a thousand operations together as 'other'. */
  readonly calls: Readonly<Record<string, number>>
}

export interface CallTable {
  readonly title: string
  readonly counts: readonly CallCount[]
}

const rare = 0.001

/** What the process makes while `work` does `operations`. */
export async function count(
  name: string,
  pid: number,
  operations: number,
  work: () => Promise<unknown>,
): Promise<CallCount> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-strace-'))
  const output = join(folder, 'counts')
  try {
    const strace = new Program('strace', ['-f', '-c', '-U', 'name,calls', '-o', output, '-p', pid])
    try {
      await strace.said('attached')
      await work()
    } finally {
      await strace.end('SIGINT')
    }
    return { name, calls: perOperation(readFileSync(output, 'utf8'), operations) }
  } catch (error) {
    return { name, notCounted: reasonOf(error), calls: {} }
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
