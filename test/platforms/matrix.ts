// A reporter: prints the matrix of run-times, platforms and ways to install, and with MATRIX=write enters it in
// docs/platforms.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Cell } from './cells.js'
import { rows, titleOf } from './runtimes.js'

const document = fileURLToPath(new URL('../../docs/platforms.md', import.meta.url))
const frame = /(<!-- matrix -->\n).*(<!-- \/matrix -->)/s

type State = ReturnType<TestCase['result']>['state']

interface Outcome extends Cell {
  readonly state: State
  /** Why it was not run. */
  readonly reason: string
}

function* outcomes(modules: readonly TestModule[]): Generator<Outcome> {
  for (const module of modules)
    for (const one of module.children.allTests()) {
      const { cell } = one.meta()
      const result = one.result()
      const reason = result.state === 'skipped' ? (result.note ?? '') : ''
      if (cell !== undefined) yield { ...cell, state: result.state, reason }
    }
}

const signs: Readonly<Record<State, string>> = { passed: '✓', failed: '**✗**', skipped: '–', pending: '?' }

function grouped<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return groups
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** Why cells were not run, each reason once. */
function reasons(all: readonly Outcome[], columns: number): string[] {
  const unrun = all.filter(({ state, reason }) => state === 'skipped' && reason !== '')
  return [...grouped(unrun, ({ reason }) => reason)].map(([reason, cells]) => {
    const where = new Set(cells.map(({ runtime, platform }) => `${runtime} (${platform})`))
    const ways = new Set(cells.map(({ column }) => column))
    const what = ways.size === columns ? '' : `: ${[...ways].join(', ')}`
    return `- not run: ${[...where].join('; ')}${what}: ${reason}`
  })
}

function drawn(all: readonly Outcome[]): string {
  const columns = [...new Set(all.map(({ column }) => column))]
  const rows = [...grouped(all, ({ runtime, platform }) => `${runtime} | ${platform}`)].map(([head, cells]) => {
    const texts = columns.map(column => {
      const cell = cells.find(one => one.column === column)
      return cell === undefined
        ? ''
        : [signs[cell.state], ...(cell.remark === undefined ? [] : [cell.remark])].join(' ')
    })
    return line([head, ...texts])
  })
  const heads = ['run-time', 'platform', ...columns]
  return [line(heads), line(heads.map(() => '---')), ...rows, '', ...reasons(all, columns.length)].join('\n')
}

export default class Matrix implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    // In the order of the rows, of which a run may have left some out.
    const place = (cell: Cell): number =>
      rows.findIndex(row => titleOf(row) === cell.runtime && row.platform === cell.platform)
    const all = [...outcomes(modules)].sort((one, other) => place(one) - place(other))
    if (all.length === 0) return
    const table = drawn(all)
    console.log(`\n${table}\n`)
    if (process.env['MATRIX'] !== 'write') return
    const text = readFileSync(document, 'utf8')
    if (!frame.test(text)) throw new Error(`${document} has no place for the matrix`)
    const day = new Date().toISOString().slice(0, 10)
    const entered = `\n${day}, \`npm run test:platforms\`:\n\n${table}\n\n`
    writeFileSync(
      document,
      text.replace(frame, (_, begin: string, end: string) => begin + entered + end),
    )
  }
}
