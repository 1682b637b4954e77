// The file of results, results/<machine>.json: what the last run of each benchmark found.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './contest.js'
import { machine, machineName } from './machine.js'
import type { Findings } from './report.js'
import type { CallTable } from './strace.js'

export interface Found {
  readonly date: string
  readonly outcomes: readonly Outcome[]
  readonly systemCalls: readonly CallTable[]
}

export interface Results {
  readonly machine: typeof machine
  readonly benchmarks: Readonly<Record<string, Found>>
}

// Raised where what is stored takes another form: results of an earlier form are not read.
const form = 2

export const resultsFolder = new URL('results/', import.meta.url)
const file = new URL(`${machineName}.json`, resultsFolder)

function isResults(value: unknown): value is Results {
  return typeof value === 'object' && value !== null && 'form' in value && value.form === form
}

/** Of this machine; empty where nothing was measured yet. */
export function read(): Results {
  const stored: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  return isResults(stored) ? stored : { machine, benchmarks: {} }
}

// Four digits are more than the spread allows; NaN is null.
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value
}

/** Puts what a benchmark found in the place of what it found before. */
export function write(name: string, { outcomes, callTables }: Findings): void {
  const date = new Date().toISOString().slice(0, 10)
  const found: Found = { date, outcomes, systemCalls: callTables }
  const results = { form, machine, benchmarks: { ...read().benchmarks, [name]: found } }
  mkdirSync(resultsFolder, { recursive: true })
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`)
  console.log(`\nwritten: ${fileURLToPath(file)}`)
}
