// The only place that finds the addon and loads it; where that fails, the error says what to do.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// A bundle of CommonJS has no URL.
const here: string | undefined = import.meta.url
const root = here === undefined ? '' : fileURLToPath(new URL('..', here))
const sources = join(root, 'native')

/** The C library of this process; undefined off Linux, and where nobody may tell. */
function libc(): 'glibc' | 'musl' | undefined {
  if (process.platform !== 'linux') return undefined
  const head = Buffer.alloc(4096) // of the program: the name of its loader is there
  try {
    const fd = openSync(process.execPath, 'r')
    readSync(fd, head)
    closeSync(fd)
  } catch {
    return undefined // not readable under Node's permission model or Deno's: node-gyp-build's guess has to do
  }
  return head.includes('/ld-musl-') ? 'musl' : 'glibc'
}

// node-gyp-build takes every Linux but Alpine for glibc.
function ofThisLibc(path: string): string {
  const own = process.env['LIBC'] || libc()
  return own === undefined ? path : path.replace(/\.(?:glibc|musl)\.node$/, `.${own}.node`)
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** Whether the run-time does not let the addon be loaded, or looked for. */
function isDenied(cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false
  const code = 'code' in cause ? cause.code : undefined
  return code === 'ERR_ACCESS_DENIED' || code === 'ERR_DLOPEN_DISABLED' || cause.name === 'NotCapable'
}

function denied(cause: Error): Error {
  const cure =
    process.versions['deno'] === undefined
      ? `Node is to allow it: --allow-addons, and --allow-fs-read of this package and of /etc/alpine-release; no --no-addons`
      : 'Deno is to allow it: --allow-read --allow-env --allow-ffi'
  return new Error(`bsd-sockets may not load its addon: ${messageOf(cause)}; ${cure}`, { cause })
}

/** Where else than in the package to look. */
function named(): string | undefined {
  return process.env['BSD_SOCKETS_PREBUILD'] || undefined
}

/** Whether this module seems to be in its package still. */
function isAtHome(): boolean {
  return here !== undefined && existsSync(join(sources, 'binding.gyp'))
}

function cure(): string {
  const elsewhere = named()
  if (process.platform === 'win32') return 'Windows has no BSD sockets, but the Windows Subsystem for Linux has'
  if (elsewhere !== undefined)
    return `BSD_SOCKETS_PREBUILD is ${elsewhere}: it names a folder with prebuilds/ or build/Release/ in it`
  if (!isAtHome())
    return 'leave bsd-sockets out of the bundle (esbuild: --external:bsd-sockets), and install it beside it'
  return `to build it: npx node-gyp rebuild --directory ${JSON.stringify(sources)}`
}

function unavailable(what: string, cause: unknown): Error {
  if (isDenied(cause)) return denied(cause)
  const { platform, arch, version } = process
  const system = [platform, arch, libc()].filter(Boolean).join(' ')
  return new Error(`bsd-sockets has no addon for ${system}, Node ${version}${what}; ${cure()}`, { cause })
}

interface NodeGypBuild {
  path(folder: string): string
}

/** What was built in a checkout, else by the command above, else the prebuild. */
function inPackage({ path }: NodeGypBuild): string {
  const file = 'build/Release/bsd_sockets.node'
  const built = join(sources, file)
  return existsSync(built) && !existsSync(join(root, file)) ? built : ofThisLibc(path(root))
}

function addonPath(): string {
  try {
    const elsewhere = named()
    if (elsewhere === undefined && here === undefined) throw new Error('this module is no longer in its package')
    const finder: NodeGypBuild = createRequire(here ?? __filename)('node-gyp-build')
    return elsewhere === undefined ? inPackage(finder) : ofThisLibc(finder.path(elsewhere))
  } catch (cause) {
    throw unavailable('', cause)
  }
}

function open(path: string): unknown {
  const addon: { exports: unknown } = { exports: {} }
  try {
    // Not by require, whose cache would give two instances of this module in one thread the same environment.
    process.dlopen(addon, path)
  } catch (cause) {
    throw unavailable(`: ${messageOf(cause)}`, cause)
  }
  return addon.exports
}

/** What the addon exports, which `isRight` knows. */
export function loadAddon<T>(isRight: (exports: unknown) => exports is T): T {
  const path = addonPath()
  const exports = open(path)
  if (!isRight(exports)) throw new Error(`bsd-sockets: the addon that was found, ${path}, is not of this version`)
  return exports
}
