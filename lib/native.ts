// The only place that loads the addon, and its raw interface: integers and bytes in, a count or -errno out.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideNumbers } from './codec/numbers.js'

type Bytes = Uint8Array<ArrayBuffer>
type Owned = 0 | 1

/** What the resolver answers: 0 and 0 and what was found; or the error, and of EAI_SYSTEM the errno. */
export type Outcome<Row> = readonly [error: number, errno: number, ...found: readonly Row[]]
export type AddressRow = readonly [type: number, protocol: number, address: NonSharedBuffer, canonname: string | null]
export type NameRow = readonly [host: string, service: string]
export type ServiceRow = readonly [name: string, port: number, protocol: string, ...aliases: readonly string[]]
export type ProtocolRow = readonly [name: string, number: number, ...aliases: readonly string[]]
type MaybeAddress = NonSharedBuffer | null
export type InterfaceRow = readonly [
  name: string,
  flags: number,
  address: MaybeAddress,
  netmask: MaybeAddress,
  other: MaybeAddress,
]

/** An address slot is 4 bytes of length (written), 4 unused, then the address. */
export interface Native {
  readonly numbers: Readonly<Record<string, number>>

  /** Owned: closed when the thread ends, unless it was before. */
  socket(domain: number, type: number, protocol: number, owned: Owned): number
  socketpair(domain: number, type: number, protocol: number, fds: Int32Array, owned: Owned): number
  bind(fd: number, address: Bytes): number
  connect(fd: number, address: Bytes): number
  listen(fd: number, backlog: number): number
  accept(fd: number, flags: number, slot: Bytes, owned: Owned): number
  getsockname(fd: number, slot: Bytes): number
  getpeername(fd: number, slot: Bytes): number
  shutdown(fd: number, how: number): number
  close(fd: number): number
  /** Closes what is owned; EBADF where it no longer is. */
  closeOwned(fd: number): number
  dup(fd: number, owned: Owned): number
  own(fd: number): void
  disown(fd: number): void
  sockatmark(fd: number): number

  send(fd: number, data: Bytes, flags: number): number
  sendto(fd: number, data: Bytes, flags: number, address: Bytes): number
  sendmsg(fd: number, data: readonly Bytes[], flags: number, address?: Bytes, control?: Bytes): number
  recv(fd: number, into: Bytes, flags: number): number
  recvfrom(fd: number, into: Bytes, flags: number, slot: Bytes): number
  /** An `offset` of -1: on from the file's own position. */
  sendfile(out: number, input: number, offset: number, count: number): number
  /** `told`: the length of the control data that came, and the message's flags. */
  recvmsg(fd: number, into: readonly Bytes[], flags: number, slot: Bytes, control: Bytes, told: Int32Array): number

  /** Where in a cache line, 64 bytes, the view begins. */
  lineOffset(view: Bytes): number

  /** The messages from `first` on, `count` of them: their heads, data, addresses and control, each cut into equal parts. */
  sendmmsg(
    fd: number,
    flags: number,
    first: number,
    count: number,
    heads: Uint32Array,
    data: Bytes,
    addresses: Bytes,
    control: Bytes,
  ): number
  recvmmsg(
    fd: number,
    flags: number,
    first: number,
    count: number,
    heads: Uint32Array,
    data: Bytes,
    addresses: Bytes,
    control: Bytes,
  ): number

  getsockopt(fd: number, level: number, name: number, value: Bytes): number
  setsockopt(fd: number, level: number, name: number, value: Bytes): number
  setsockoptProgram(fd: number, level: number, name: number, program: Bytes, count: number): number

  fcntl(fd: number, command: number, argument: number): number
  ioctl(fd: number, request: number, argument: number | Bytes): number
  dup2(fd: number, target: number): number
  poll(fds: Bytes, timeout: number): number

  if_nametoindex(name: string): number
  if_indextoname(index: number, name: Bytes): number
  if_nameindex(): (number | string)[] | number
  inet_pton(family: number, text: string, into: Bytes): number
  inet_ntop(family: number, bytes: Bytes): string | undefined
  inet_addr(text: string): number

  /** With `done` on the thread pool: then a handle for cancelLookup, or undefined without memory. Else the outcome. */
  getaddrinfo(node: string | null, service: string | null, hints: Int32Array): Outcome<AddressRow>
  getaddrinfo(
    node: string | null,
    service: string | null,
    hints: Int32Array,
    done: (outcome: Outcome<AddressRow>) => void,
  ): object | undefined
  getnameinfo(address: Bytes, flags: number): Outcome<NameRow>
  getnameinfo(address: Bytes, flags: number, done: (outcome: Outcome<NameRow>) => void): object | undefined
  /** Whether it had not begun; then `done` is not called. */
  cancelLookup(handle: object): boolean
  gai_strerror(code: number): string
  /** 0 where there is none. */
  getserv(key: string | number, protocol: string | null): ServiceRow | number
  getproto(key: string | number): ProtocolRow | number
  gethostname(name: Bytes): number
  getifaddrs(): readonly InterfaceRow[] | number

  /**
   * Opens the event queue; `dispatch(count)` is called when there are `count` pairs in `pairs`, and not again before
   * reactorResume where a thread waits.
   */
  reactorOpen(pairs: Uint32Array, dispatch: (count: number) => void, byThread: 0 | 1): number
  reactorResume(): void
  reactorWatch(fd: number, slot: number, generation: number, interest: number, before: number): number
  reactorRef(alive: 0 | 1): void
}

function isNative(loaded: unknown): loaded is Native {
  return typeof loaded === 'object' && loaded !== null && 'numbers' in loaded && 'reactorOpen' in loaded
}

const root = fileURLToPath(new URL('..', import.meta.url))
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
  const own = process.env['LIBC'] ?? libc()
  return own === undefined ? path : path.replace(/\.(?:glibc|musl)\.node$/, `.${own}.node`)
}

function unavailable(what: string, cause: unknown): Error {
  const { platform, arch, version } = process
  const here = [platform, arch, libc()].filter(Boolean).join(' ')
  const cure =
    platform === 'win32'
      ? 'Windows has no BSD sockets, but the Windows Subsystem for Linux has'
      : `to build it: npx node-gyp rebuild --directory ${JSON.stringify(sources)}`
  return new Error(`bsd-sockets has no addon for ${here}, Node ${version}${what}; ${cure}`, { cause })
}

interface NodeGypBuild {
  path(folder: string): string
}

/** What was built here, else what came with the package. */
function addonPath(): string {
  const require = createRequire(import.meta.url)
  const { path }: NodeGypBuild = require('node-gyp-build')
  const built = join(sources, 'build/Release/bsd_sockets.node')
  try {
    const found = path(root)
    return existsSync(built) && dirname(dirname(found)) === join(root, 'prebuilds') ? built : ofThisLibc(found)
  } catch (cause) {
    if (existsSync(built)) return built
    throw unavailable('', cause)
  }
}

function open(path: string): unknown {
  const addon: { exports: unknown } = { exports: {} }
  try {
    // Not by require, whose cache would give two instances of this module in one thread the same environment.
    process.dlopen(addon, path)
  } catch (cause) {
    throw unavailable(`: ${cause instanceof Error ? cause.message : cause}`, cause)
  }
  return addon.exports
}

function load(): Native {
  const exports = open(addonPath())
  if (!isNative(exports)) throw new Error('bsd-sockets: the addon that was found is not of this version')
  return exports
}

export const native = load()
provideNumbers(native.numbers)
