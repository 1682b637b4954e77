// How a run-time is started. It comes from the npm registry, once, into the user's cache.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import type { Row, Runtime } from './runtimes.js'

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bsd-sockets', 'runtimes')

/** Why something is not run. */
export class Missing extends Error {}

/** The folder of a package, fetched where it was not yet. Not installed: it may be for another processor. */
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

/** The libraries that Bun needs of a system with musl: Debian's own, and what they need of glibc. */
function muslLibraries(): string {
  const home = join(cache, 'musl')
  mkdirSync(home, { recursive: true })
  const source = fileURLToPath(new URL('musl.c', import.meta.url))
  try {
    execFileSync('musl-gcc', ['-shared', '-fPIC', '-O1', source, '-o', join(home, 'ld-linux-x86-64.so.2')])
    for (const name of ['libstdc++.so.6', 'libgcc_s.so.1'])
      copyFileSync(execFileSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim(), join(home, name))
  } catch (cause) {
    throw new Missing('it takes the programs musl-gcc and g++', { cause })
  }
  return home
}

function programOf({ before = [], musl = false, from, binary, args = [] }: Runtime): string[] {
  const ahead = musl ? ['/lib/ld-musl-x86_64.so.1', '--library-path', muslLibraries()] : before
  for (const file of ahead.filter(word => word.startsWith('/')))
    if (!existsSync(file)) throw new Missing(`there is no ${file}`)
  return [...ahead, join(fetched(from), binary), ...args]
}

/** The run-time of a row and its command, which the program follows; throws Missing where it cannot be run. */
export function commandOf(row: Row): { runtime: Runtime; command: string[] } {
  if ('reason' in row) throw new Missing(row.reason)
  if (process.platform !== 'linux' || !row.on.includes(process.arch))
    throw new Missing(`this machine is ${process.platform} ${process.arch}`)
  if (!inject('contents').includes(`prebuilds/${row.addon}`)) throw new Missing(`the tarball has no ${row.addon}`)
  try {
    return { runtime: row, command: programOf(row) }
  } catch (error) {
    // A skip for a missing program is a failure there.
    if (error instanceof Missing && process.env['REQUIRE_PEERS'] === '1')
      throw new Error(error.message, { cause: error })
    throw error
  }
}
