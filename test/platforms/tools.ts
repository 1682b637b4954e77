// Programs of the npm registry that these tests run, each of one version: fetched once, into the user's cache.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execute } from './execute.js'

const node = `node-${process.platform}-${process.arch}`

/** The package, its version, and the file in it that is run. */
const tools = {
  'npm 11': ['npm', '11.21.2', 'bin/npm-cli.js'],
  'npm 12': ['npm', '12.2.0', 'bin/npm-cli.js'],
  'pnpm 12': ['pnpm', '12.21.0', 'bin/pnpm.mjs'],
  'yarn 1': ['yarn', '1.22.22', 'bin/yarn.js'],
  'yarn 4': ['@yarnpkg/cli-dist', '4.18.1', 'bin/yarn.js'],
  'Node 24': [node, '24.21.0', 'bin/node'],
  publint: ['publint', '0.3.25', 'src/cli.js'],
  attw: ['@arethetypeswrong/cli', '0.18.5', 'dist/index.js'],
  'TypeScript 5.8': ['typescript', '5.8.3', 'bin/tsc'],
  'TypeScript 5.9': ['typescript', '5.9.3', 'bin/tsc'],
} as const

export type Tool = keyof typeof tools

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bsd-sockets/tools')

export interface Found {
  readonly folder: string
  /** The file that is run, within the folder. */
  readonly file: string
}

async function fetchTool(name: string, version: string, home: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fetch-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{}')
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`]
    const { code, output } = await execute('npm', args, { cwd: folder })
    if (code !== 0) throw new Error(`${name}@${version} could not be fetched: ${output}`)
    chmodSync(folder, 0o755)
    renameSync(folder, home)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where a tool is; undefined, and the reason is printed, where it cannot be fetched. */
export async function findTool(tool: Tool): Promise<Found | undefined> {
  const [name, version, file] = tools[tool]
  const folder = join(cache, `${name.replace('/', '-')}-${version}`)
  try {
    if (!existsSync(folder)) await fetchTool(name, version, folder)
    return { folder, file: join('node_modules', name, file) }
  } catch (error) {
    if (process.env['REQUIRE_PEERS'] === '1') throw error
    process.stderr.write(`tests are skipped: they need ${tool}. ${error}\n`)
    return undefined
  }
}
