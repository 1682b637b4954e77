// The plots, from the stored results: against Node's own modules, npm packages and CPython; against C; system calls.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Entry, Outcome, Verdict } from './contest.js'
import { type CountRow, drawCounts, drawRatios, type RatioRow } from './drawing.js'
import { sidesOf } from './report.js'
import { type Found, type Results, resultsFolder } from './results.js'

/** Of one comparison of rates, or of the times of an operation, which are their inverse. */
function ratioRow(outcome: Outcome, { comparison, spread }: Verdict): RatioRow[] {
  if (comparison.by !== 'ratio') return []
  const entry = (name: string): Entry | undefined => outcome.entries.find(one => one.name === name)
  const measured = outcome.measures.find(({ name }) => name === comparison.measure)
  const ours = entry(comparison.subject ?? outcome.subject)
  const theirs = entry(comparison.rival)
  if (ours === undefined || theirs === undefined || measured === undefined) return []
  const inverted = measured.is === 'time'
  if (measured.is !== 'rate' && !inverted) return []
  const upright = (value: number): number => (inverted ? 1 / value : value)
  const [least, most] = [upright(spread.least), upright(spread.most)]
  const bar = comparison.least ?? comparison.most
  return [
    {
      // Where the contest has one of ours only, its title says enough.
      label: `${outcome.title}: ${sidesOf(outcome, comparison)}`.replace(': bsd-sockets ÷', ' ÷'),
      kind: theirs.kind,
      median: upright(spread.median),
      least: Math.min(least, most),
      most: Math.max(least, most),
      processor: processorRatio(outcome, ours, theirs),
      bar: bar === undefined ? null : upright(bar),
    },
  ]
}

function processorRatio({ measures }: Outcome, ours: Entry, theirs: Entry): number | null {
  const name = measures.find(({ is }) => is === 'processor')?.name
  const of = ({ figures }: Entry): number => figures[name ?? '']?.median ?? Number.NaN
  const ratio = of(theirs) / of(ours)
  return Number.isFinite(ratio) ? ratio : null
}

function countRows({ systemCalls }: Found): CountRow[] {
  return systemCalls.flatMap(({ title, operation, counts }): CountRow[] => {
    const rows = counts.flatMap(({ name, kind, notCounted, calls }): CountRow[] => {
      const all = Object.values(calls).reduce((a, b) => a + b, 0)
      return notCounted === undefined ? [{ label: name, kind, calls: all }] : []
    })
    return rows.length === 0 ? [] : [{ label: `${title}: each ${operation}`, kind: undefined, calls: null }, ...rows]
  })
}

function save(name: string, svg: string): void {
  const file = new URL(`${name}.svg`, resultsFolder)
  writeFileSync(file, svg)
  console.log(`written: ${fileURLToPath(file)}`)
}

/** In the order of `names`. */
export async function plot({ machine, benchmarks }: Results, names: readonly string[]): Promise<void> {
  const found = names.flatMap(name => benchmarks[name] ?? [])
  const rows = found.flatMap(({ outcomes }) =>
    outcomes.flatMap(outcome => outcome.verdicts.flatMap(verdict => ratioRow(outcome, verdict))),
  )
  const where = `${machine.cores} cores, ${machine.processor}, ${machine.system}, Node ${machine.node}`
  const key = 'dot: rate, with the spread of the rounds · diamond: by processor time · black stroke: what it shall be'
  const others = rows.filter(({ kind }) => kind !== 'C')
  const limits = rows.filter(({ kind }) => kind === 'C')
  const counts = found.flatMap(countRows)
  if (others.length > 0) {
    const title = ['bsd-sockets: how many times as fast as others that do the same', key, where]
    save('others', await drawRatios(title, others, [0.5, 64], [0.5, 1, 2, 4, 8, 16, 32, 64]))
  }
  if (limits.length > 0) {
    const title = ['bsd-sockets: how fast beside C on the bare system calls, the limit', key, where]
    save('limits', await drawRatios(title, limits, [0.125, 2], [0.125, 0.25, 0.5, 1, 2]))
  }
  if (counts.length > 0) {
    const title = [
      'System calls of an operation',
      'counted by strace: other than times, they hardly depend on the machine',
    ]
    save('system-calls', await drawCounts(title, counts))
  }
}
