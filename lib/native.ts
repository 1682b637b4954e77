// The only place that loads the addon, and its raw interface: integers and bytes in, a count or -errno out.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { provideNumbers } from './codec/numbers.js'

type Bytes = Uint8Array<ArrayBuffer>
type Owned = 0 | 1

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
  sendv(fd: number, data: readonly Bytes[], flags: number): number
  recv(fd: number, into: Bytes, flags: number): number
  recvfrom(fd: number, into: Bytes, flags: number, slot: Bytes): number

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

  /** Opens the event queue; `dispatch(count)` is called when there are `count` pairs in `pairs`. */
  reactorOpen(pairs: Uint32Array, dispatch: (count: number) => void): number
  reactorWatch(fd: number, slot: number, generation: number, interest: number, before: number): number
  reactorRef(alive: 0 | 1): void
}

function isNative(loaded: unknown): loaded is Native {
  return typeof loaded === 'object' && loaded !== null && 'numbers' in loaded && 'reactorOpen' in loaded
}

interface NodeGypBuild {
  path(folder: string): string
}

function addonPath(): string {
  const require = createRequire(import.meta.url)
  const { path }: NodeGypBuild = require('node-gyp-build')
  try {
    return path(fileURLToPath(new URL('..', import.meta.url)))
  } catch (cause) {
    const { platform, arch, version } = process
    const cure = 'npm explore bsd-sockets -- npx node-gyp rebuild'
    throw new Error(`bsd-sockets has no addon for ${platform} ${arch}, Node ${version}; to build it: ${cure}`, {
      cause,
    })
  }
}

// Not by require, whose cache would give two instances of this module in one thread the same environment.
function load(): Native {
  const addon: { exports: unknown } = { exports: {} }
  process.dlopen(addon, addonPath())
  if (!isNative(addon.exports)) throw new Error('bsd-sockets: the addon that was found is not of this version')
  return addon.exports
}

export const native = load()
provideNumbers(native.numbers)
