// Once for all tests of this folder: the prebuilds of this system, and the tarball that npm would publish.
// TARBALL names one that is there already: the one that a release publishes, with the prebuilds of every platform.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { findZig } from '../../scripts/zig.js'

declare module 'vitest' {
  interface ProvidedContext {
    tarball: string
    /** The files in it. */
    contents: string[]
    /** Why the tarball has no prebuild for this platform; '' where it has. */
    lacking: string
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Why there is no compiler for prebuilds here. */
function noCompiler(): string {
  try {
    findZig()
    return ''
  } catch (error) {
    if (process.env['REQUIRE_PEERS'] === '1') throw error
    return `a prebuild of this platform. ${error}`
  }
}

function prebuild(): void {
  execFileSync('npm', ['run', '--silent', 'prebuild', '--', process.platform], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

interface Packed {
  filename: string
}

function pack(folder: string): string {
  execFileSync('npm', ['run', 'prepack'], { cwd: root, stdio: 'ignore' })
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [packed]: Packed[] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }))
  return join(folder, packed?.filename ?? '')
}

export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-tarball-'))
  const given = process.env['TARBALL']
  const lacking = given === undefined ? noCompiler() : ''
  if (lacking !== '') process.stderr.write(`tests are skipped: they need ${lacking}\n`)
  else if (given === undefined) prebuild()
  provide('lacking', lacking)
  const tarball = given === undefined ? pack(folder) : resolve(given)
  const listing = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  provide('tarball', tarball)
  provide(
    'contents',
    listing.map(path => path.replace(/^package\//, '')),
  )
  return () => rmSync(folder, { recursive: true })
}
