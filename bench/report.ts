// Tables for people, and the file of results.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Comparison, Entry, Measure, Outcome, Verdict } from './contest.js'
import { machine, machineName } from './machine.js'
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

export function printCalls({ title, counts }: CallTable): void {
  console.log(`\n${title}`)
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

function verdictRow({ title, subject, measures }: Outcome, { comparison, spread, met }: Verdict): string[] {
  const { measure, by, rival } = comparison
  const digits = by === 'ratio' ? 2 : (measures.find(({ name }) => name === measure)?.digits ?? 2)
  const outcome = met === undefined ? '' : met ? 'met' : 'NOT MET'
  return [
    `${title}: ${subject} ${by === 'ratio' ? '÷' : '-'} ${rival}, ${measure}`,
    spreadText(spread, digits),
    barOf(comparison),
    outcome,
  ]
}

export function printSummary(outcomes: readonly Outcome[]): void {
  console.log('\nSummary: median of the rounds (least..most)')
  const rows = outcomes.flatMap(outcome => outcome.verdicts.map(verdict => verdictRow(outcome, verdict)))
  printTable([['', 'value', 'bar', ''], ...rows])
}

const folder = new URL('results/', import.meta.url)

function earlierResults(file: URL): object {
  if (!existsSync(file)) return {}
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const benchmarks = typeof parsed === 'object' && parsed !== null && 'benchmarks' in parsed ? parsed.benchmarks : {}
  return typeof benchmarks === 'object' && benchmarks !== null ? benchmarks : {}
}

// Four digits are more than the spread allows; NaN is null.
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value
}

/** Merges what a benchmark found into results/<machine>.json. */
export function write(name: string, { outcomes, callTables }: Findings): void {
  const file = new URL(`${machineName}.json`, folder)
  mkdirSync(folder, { recursive: true })
  const found = { date: new Date().toISOString().slice(0, 10), outcomes, systemCalls: callTables }
  const results = { machine, benchmarks: { ...earlierResults(file), [name]: found } }
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`)
  console.log(`\nwritten: ${fileURLToPath(file)}`)
}
