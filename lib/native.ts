// The addon's raw interface: integers and bytes in, a count or -errno out.
import { loadAddon } from './addon.js'
import { provideNumbers } from './codec/numbers.js'

type Bytes = Uint8Array
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

// Each name, so that an addon of another version is told from this one's.
const calls: Readonly<Record<Exclude<keyof Native, 'numbers'>, true>> = {
  socket: true,
  socketpair: true,
  bind: true,
  connect: true,
  listen: true,
  accept: true,
  getsockname: true,
  getpeername: true,
  shutdown: true,
  close: true,
  closeOwned: true,
  dup: true,
  own: true,
  disown: true,
  sockatmark: true,
  send: true,
  sendto: true,
  sendmsg: true,
  recv: true,
  recvfrom: true,
  sendfile: true,
  recvmsg: true,
  lineOffset: true,
  sendmmsg: true,
  recvmmsg: true,
  getsockopt: true,
  setsockopt: true,
  setsockoptProgram: true,
  fcntl: true,
  ioctl: true,
  dup2: true,
  poll: true,
  if_nametoindex: true,
  if_indextoname: true,
  if_nameindex: true,
  inet_pton: true,
  inet_ntop: true,
  inet_addr: true,
  getaddrinfo: true,
  getnameinfo: true,
  cancelLookup: true,
  gai_strerror: true,
  getserv: true,
  getproto: true,
  gethostname: true,
  getifaddrs: true,
  reactorOpen: true,
  reactorResume: true,
  reactorWatch: true,
  reactorRef: true,
}

function isNative(loaded: unknown): loaded is Native {
  if (typeof loaded !== 'object' || loaded === null || !('numbers' in loaded)) return false
  return Object.keys(calls).every(name => typeof Reflect.get(loaded, name) === 'function')
}

export const native = loadAddon(isNative)
provideNumbers(native.numbers)
