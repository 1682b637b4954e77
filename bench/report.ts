// Tables for people.
import type { Comparison, Entry, Measure, Outcome, Verdict } from './contest.js'
import type { Spread } from './statistics.js'
import type { CallTable } from './strace.js'

/** What one benchmark found. */
export interface Findings {
  readonly outcomes: readonly Outcome[]
  readonly callTables: readonly CallTable[]
}

export interface Benchmark {
  readonly name: string
  run(): Promise<Findings>
}

function number(value: number, digits: number): string {
  if (Number.isNaN(value)) return '-'
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function spreadText({ median, least, most }: Spread, digits: number): string {
  return `${number(median, digits)} (${number(least, digits)}..${number(most, digits)})`
}

/** Rows with columns of one width: the first to the left, the others to the right. */
function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), [])
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
    console.log(`  ${cells.join('  ')}`)
  }
}

function entryRow(entry: Entry, measures: readonly Measure[]): string[] {
  const cell = ({ name, digits }: Measure): string => {
    const spread = entry.figures[name]
    return spread === undefined ? '' : spreadText(spread, digits)
  }
  return [entry.name, ...measures.map(cell)]
}

export function printOutcome({ title, measures, entries }: Outcome): void {
  console.log(`\n${title}: median (least..most)`)
  const run = entries.filter(entry => entry.notRun === undefined)
  printTable([['', ...measures.map(({ name }) => name)], ...run.map(entry => entryRow(entry, measures))])
  for (const { name, notRun } of entries) if (notRun !== undefined) console.log(`  ${name}: not run: ${notRun}`)
}

export function printCalls({ title, operation, counts }: CallTable): void {
  console.log(`\n${title}: system calls for each ${operation}`)
  const names = [...new Set(counts.flatMap(({ calls }) => Object.keys(calls)))].sort()
  const counted = counts.filter(({ notCounted }) => notCounted === undefined)
  const cell = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(3))
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  printTable([
    ['', ...names, 'all'],
    ...counted.map(({ name, calls }) => [name, ...names.map(one => cell(calls[one])), cell(sum(Object.values(calls)))]),
  ])
  for (const { name, notCounted } of counts)
    if (notCounted !== undefined) console.log(`  ${name}: not counted: ${notCounted}`)
}

function barOf({ least, most }: Comparison): string {
  if (least !== undefined) return `>= ${least}`
  return most === undefined ? '' : `<= ${most}`
}

/** What is compared with what: 'bsd-sockets ÷ C'. */
export function sidesOf({ subject }: Outcome, comparison: Comparison): string {
  const ours = comparison.subject ?? subject
  if (comparison.by === 'itself') return ours
  return `${ours} ${comparison.by === 'ratio' ? '÷' : '-'} ${comparison.rival}`
}

function verdictRow(outcome: Outcome, { comparison, spread, met }: Verdict): string[] {
  const { measure, by } = comparison
  const digits = by === 'ratio' ? 2 : (outcome.measures.find(({ name }) => name === measure)?.digits ?? 2)
  return [
    `${outcome.title}: ${sidesOf(outcome, comparison)}, ${measure}`,
    spreadText(spread, digits),
    barOf(comparison),
    met === undefined ? '' : met ? 'met' : 'NOT MET',
  ]
}

export function printSummary(outcomes: readonly Outcome[]): void {
  console.log('\nSummary: median of the rounds (least..most)')
  const rows = outcomes.flatMap(outcome => outcome.verdicts.map(verdict => verdictRow(outcome, verdict)))
  printTable([['', 'value', 'bar', ''], ...rows])
}
