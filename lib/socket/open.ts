// The part of Socket that never waits: making, naming, options, shutting, closing. Every call here is one system call.
import { inspect } from 'node:util'
import { slot, takeAddress } from '../address/slot.js'
import { addressOf, encodeLocal } from '../address/sockaddr.js'
import { formatSockaddr } from '../address/text.js'
import type { AddressOf, BindAddress } from '../address/types.js'
import { int32, integer, invalidType } from '../codec/arguments.js'
import { checked, systemError } from '../errors.js'
import { native } from '../native.js'
import type { Domain, SocketType } from '../tables/families.js'
import { IPPROTO_TCP, SHUT_RDWR, type ShutdownHow, SOCK_NONBLOCK, SOMAXCONN } from '../tables/flags.js'
import type { QueryOption, ReadableOption, WritableOption } from '../tables/options/option.js'
import { TCP_ULP } from '../tables/options/tcp.js'
import { Handle, type Kind } from './handle.js'
import { askedKind, domainOf } from './kind.js'
import { getOption, setOption } from './options.js'
import { openReactor } from './reactor.js'

/** Closes what was forgotten open, and says where it was made. */
const forgotten = new FinalizationRegistry<Handle>(handle => {
  if (handle.closed) return
  const { domain, type } = handle.kind
  process.emitWarning(
    `a Socket was garbage-collected open: fd ${handle.fd}, ${domain} ${type}; it is closed now. Close sockets yourself`,
    {
      type: 'SocketWarning',
      code: 'BSD_SOCKETS_LEAK',
      detail: handle.origin.stack ?? '',
    },
  )
  handle.close()
})

/** The stack of whoever makes a socket. */
function origin(): { readonly stack?: string } {
  const here = {}
  Error.captureStackTrace(here, OpenSocket)
  return here
}

/** A descriptor on its way into a Socket. */
export class Adopted {
  constructor(
    readonly fd: number,
    readonly kind: Kind,
    readonly origin?: { readonly stack?: string },
  ) {}
}

function openSocket(domain: unknown, type: unknown, protocol: unknown): Adopted {
  const { kind, numbers } = askedKind(domain, type, protocol)
  openReactor()
  const fd = native.socket(numbers.domain, numbers.type | SOCK_NONBLOCK, numbers.protocol, 1)
  return new Adopted(checked(fd, 'socket', kind), kind)
}

/** The handle of a Socket, which no subclass and no reader of its properties meets. */
export let handleOf: (socket: OpenSocket<Domain>) => Handle

/** The descriptor of a Socket that is open, for the method `name`. */
export function openFd(socket: OpenSocket<Domain>, name: string): number {
  const handle = handleOf(socket)
  if (handle.closed) throw handle.closedError(name)
  return handle.fd
}

export class OpenSocket<D extends Domain> implements Disposable {
  static {
    handleOf = socket => {
      if (!(#handle in socket)) throw invalidType('this', 'a Socket', socket)
      return socket.#handle
    }
  }

  readonly #handle: Handle
  /** The address family: socket(2). */
  readonly domain: D
  /** The type: socket(2). */
  readonly type: SocketType
  /** The protocol, as it was asked for; of an adopted descriptor as the kernel tells it: socket(2). */
  readonly protocol: number

  /** @internal */
  constructor(domain: D, type: SocketType, protocol = 0, adopted = openSocket(domain, type, protocol)) {
    this.#handle = new Handle(adopted.fd, adopted.kind, adopted.origin ?? origin())
    this.domain = typeof domain === 'number' ? named(domain) : domain
    this.type = adopted.kind.type
    this.protocol = adopted.kind.protocol
    forgotten.register(this, this.#handle, this.#handle)
  }

  /** The descriptor; -1 once closed or detached. */
  get fd(): number {
    return this.#handle.fd
  }

  /** Whether it was closed or detached. */
  get closed(): boolean {
    return this.#handle.closed
  }

  /**
   * Gives the socket a local address: bind(2). What is left out is any address, any port; `{ path: '' }` lets the
   * kernel choose an abstract name (Linux). A path is never unlinked.
   * @example const { port } = socket.bind({ address: '127.0.0.1', port: 0 }).getsockname()
   * @throws SocketError EADDRINUSE, EACCES, EADDRNOTAVAIL, ENAMETOOLONG …
   */
  bind(address: BindAddress<D>): this {
    const local = encodeLocal(address, this.domain)
    const result = native.bind(openFd(this, 'bind'), local)
    if (result < 0) throw systemError(result, 'bind', { ...this.#handle.kind, target: address })
    return this
  }

  /**
   * Lets the kernel take connections: listen(2). `backlog` is how many may wait for `accept`.
   * @example using listener = new Socket(AF_INET6, SOCK_STREAM).bind({ port: 8080 }).listen(128)
   * @throws SocketError EADDRINUSE, EOPNOTSUPP …
   */
  listen(backlog: number = SOMAXCONN): this {
    const most = int32(backlog, 'backlog')
    checked(native.listen(openFd(this, 'listen'), most), 'listen')
    return this
  }

  /**
   * The local address: getsockname(2).
   * @example const { address, port } = socket.getsockname()
   */
  getsockname(): AddressOf<D> {
    checked(native.getsockname(openFd(this, 'getsockname'), slot), 'getsockname')
    return addressOf(takeAddress(this.domain), this.domain)
  }

  /**
   * The address of the peer: getpeername(2).
   * @throws SocketError ENOTCONN
   */
  getpeername(): AddressOf<D> {
    checked(native.getpeername(openFd(this, 'getpeername'), slot), 'getpeername')
    return addressOf(takeAddress(this.domain), this.domain)
  }

  /**
   * The value of an option: getsockopt(2).
   * @example const bytes: number = socket.getsockopt(SO_RCVBUF)
   * @throws SocketError ENOPROTOOPT where this system lacks the option
   */
  getsockopt<Get>(option: ReadableOption<Get>): Get
  /**
   * The value of an option whose read takes an argument: getsockopt(2).
   * @example socket.getsockopt(IP_MSFILTER, { group: '239.0.0.1', interface: 'eth0' })
   */
  getsockopt<Query, Get>(option: QueryOption<Query, Get>, query: NoInfer<Query>): Get
  /**
   * The bytes of any option, `length` at most: getsockopt(2).
   * @example const bytes = socket.getsockopt(SOL_SOCKET, 8, 4).readInt32LE() // SO_RCVBUF of Linux
   */
  getsockopt(level: number, name: number, length: number): NonSharedBuffer
  getsockopt(...given: unknown[]): unknown {
    return Reflect.apply(getOption, undefined, [() => openFd(this, 'getsockopt'), ...given])
  }

  /**
   * Sets an option: setsockopt(2).
   * @example socket.setsockopt(TCP_NODELAY, true).setsockopt(SO_LINGER, 5)
   * @throws SocketError ENOPROTOOPT where this system lacks the option; EINVAL, EPERM …
   */
  setsockopt<Set>(option: WritableOption<Set>, value: NoInfer<Set>): this
  /**
   * Sets any option to an int, or to bytes: setsockopt(2).
   * @example socket.setsockopt(SOL_SOCKET, 8, 65_536)
   */
  setsockopt(level: number, name: number, value: number | NodeJS.ArrayBufferView): this
  setsockopt<Set>(
    option: WritableOption<Set> | number,
    ...given: [Set] | [number, number | NodeJS.ArrayBufferView]
  ): this {
    Reflect.apply(setOption, undefined, [() => openFd(this, 'setsockopt'), option, ...given])
    if (option === IPPROTO_TCP || option === TCP_ULP) this.#handle.distrustShortReads()
    return this
  }

  /**
   * Ends receiving, sending or both: shutdown(2). `how` is SHUT_RD, SHUT_WR or SHUT_RDWR. Who waits sees it: a receive
   * gets what is left and then the end (of a socket of messages: nothing), a send EPIPE.
   * @example socket.shutdown(SHUT_WR) // the peer reads to the end
   * @throws SocketError ENOTCONN
   */
  shutdown(how: ShutdownHow): void {
    const checkedHow = integer(how, 'how', 0, SHUT_RDWR)
    checked(native.shutdown(openFd(this, 'shutdown'), checkedHow), 'shutdown')
    this.#handle.shutDown(checkedHow)
  }

  /** Whether the stream is at the out-of-band mark: sockatmark(3). */
  sockatmark(): boolean {
    return checked(native.sockatmark(openFd(this, 'sockatmark')), 'sockatmark') === 1
  }

  /**
   * Closes the descriptor: close(2). What is pending rejects with ECANCELED, iterators end, later operations reject
   * with EBADF. Idempotent, and safe inside any callback. Never unlinks a path.
   */
  close(): void {
    forgotten.unregister(this.#handle)
    this.#handle.close()
  }

  /**
   * Gives the descriptor up without closing it, and answers it. What is pending rejects with ECANCELED. The
   * descriptor's flags stay as they are: non-blocking, close-on-exec. What datagrams() had received ahead is lost, with a
   * process warning.
   * @example const fd = socket.detach() // the caller's to close
   * @throws SocketError EBADF when closed
   */
  detach(): number {
    openFd(this, 'detach')
    forgotten.unregister(this.#handle)
    return this.#handle.detach()
  }

  /** Lets a pending operation keep the process alive: the default. */
  ref(): this {
    this.#handle.setKeepsAlive(true)
    return this
  }

  /** Lets the process end although an operation is pending. */
  unref(): this {
    this.#handle.setKeepsAlive(false)
    return this
  }

  /** `close()`, for `using`. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** What console.log shows. */
  [inspect.custom](_depth: number, options: object, show: typeof inspect): string {
    if (!(#handle in this)) return 'Socket {}'
    const { fd, domain, type } = this
    return `Socket ${show({ fd, domain, type, ...this.#names() }, options)}`
  }

  #names(): { local?: string; peer?: string } {
    if (this.closed) return {}
    const local = native.getsockname(this.fd, slot) === 0 ? takeAddress(this.domain) : undefined
    const peer = native.getpeername(this.fd, slot) === 0 ? takeAddress(this.domain) : undefined
    return { ...(local && { local: formatSockaddr(local) }), ...(peer && { peer: formatSockaddr(peer) }) }
  }
}

/** A number that has a name becomes the name: then D is that name's type for who reads it. */
function named<D extends Domain>(domain: D): D {
  const { name } = domainOf(domain)
  return name as D
}
