// Socket: a descriptor, and promises for everything that may have to wait.
import type { Duplex } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import { addressOf, encodePeer } from '../address/sockaddr.js'
import type { AddressFor, AddressOf } from '../address/types.js'
import { descriptor, object } from '../codec/arguments.js'
import { checked, ownError } from '../errors.js'
import { native } from '../native.js'
import { fcntlCommands } from '../tables/commands.js'
import { AF_UNIX, type Domain, type SocketType } from '../tables/families.js'
import { FD_CLOEXEC, O_NONBLOCK, SOCK_NONBLOCK } from '../tables/flags.js'
import { Accept, type AcceptedDescriptor, AcceptNext, Connect } from './connection.js'
import { type Handle, isOwned } from './handle.js'
import { takeInherited } from './inherited.js'
import { Items } from './iterate.js'
import { askedKind, domainOf, isSocket, kindOf } from './kind.js'
import { Adopted, handleOf, openFd } from './open.js'
import { type Operation, type Wait, waitOf } from './operation.js'
import { perform, performNow } from './perform.js'
import { openReactor } from './reactor.js'
import { duplexOf, webStreamsOf } from './streams.js'
import { TransferSocket } from './transfers.js'

/** A connection that was accepted. */
export interface Accepted<D extends Domain> {
  socket: Socket<D>
  /** The peer's. */
  address: AddressOf<D>
}
/**
 * A socket: socket(2), socket(7). Non-blocking underneath, close-on-exec. Operations that may have to wait return
 * promises; those of one direction are served in the order of their calls.
 * @example A server of streams
 * ```ts
 * using listener = new Socket(AF_INET, SOCK_STREAM).setsockopt(SO_REUSEADDR, true).bind({ port: 8080 }).listen()
 * for await (const { socket: connection, address } of listener.connections()) {
 *   console.log(address.address, address.port)
 *   await connection.sendall(Buffer.from('hello'))
 *   connection.close()
 * }
 * ```
 * @example A client of streams, with deadlines
 * ```ts
 * using client = new Socket(AF_INET, SOCK_STREAM)
 * await client.connect({ address: '127.0.0.1', port: 8080 }, { timeout: 1000 })
 * for await (const chunk of client.chunks({ timeout: 5000 })) process.stdout.write(chunk)
 * ```
 * @example Datagrams
 * ```ts
 * using server = new Socket(AF_INET, SOCK_DGRAM).bind({ port: 9 })
 * const { data, address, truncated } = await server.recvfrom(1500)
 * if (!truncated) await server.sendto(data, address)
 * for await (const next of server.datagrams()) await server.sendto(next.data, next.address)
 * ```
 * @example Without waiting
 * ```ts
 * const data = socket.tryRecv(1500)
 * if (data === undefined) await socket.readable() // there is something now
 * else if (data.length === 0) socket.close() // of a stream: the end
 * if (socket.trySend(Buffer.from('now')) === undefined) await socket.writable()
 * ```
 * @example Ancillary data, both ways
 * ```ts
 * socket.setsockopt(IP_RECVTTL, true)
 * const { data, address, control } = await socket.recvmsg(1500)
 * for (const message of control) if (message.type === 'IP_TTL') console.log(address?.port, message.value)
 * await socket.sendmsg({ data, address, control: [{ type: 'IP_TOS', value: 0xb8 }] })
 * ```
 * @example Descriptors, handed to another process
 * ```ts
 * const [mine, theirs] = Socket.pair(SOCK_STREAM)
 * await mine.sendfds([socket], Buffer.from('a socket'))
 * const { fds } = await theirs.recvfds(1)
 * for (const fd of fds) Socket.from(fd).close()
 * ```
 * @example Many datagrams with one system call
 * ```ts
 * const batch = new MessageBatch({ domain: AF_INET, count: 64, size: 1500 })
 * await socket.recvmmsg(batch)
 * for (const { data, address } of batch) console.log(address, data)
 * console.log(await socket.sendmmsg(batch)) // every one back to where it came from
 * ```
 * @example Errors that the kernel queued
 * ```ts
 * socket.setsockopt(IP_RECVERR, true)
 * for await (const error of socket.errors())
 *   if (error.origin === 'SO_EE_ORIGIN_ICMP') console.log(error.code, error.destination, error.offender)
 * ```
 */
export class Socket<D extends Domain = Domain> extends TransferSocket<D> {
  /**
   * A new socket: socket(2).
   * @example using socket = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
   * @throws SocketError EAFNOSUPPORT, EPROTONOSUPPORT, EMFILE; EPERM for a raw socket without CAP_NET_RAW
   */
  constructor(domain: D, type: SocketType, protocol?: number)
  /** @internal */
  constructor(domain: D, type: SocketType, protocol: number, adopted: Adopted)
  constructor(domain: D, type: SocketType, protocol = 0, adopted?: Adopted) {
    super(domain, type, protocol, adopted instanceof Adopted ? adopted : undefined)
  }

  /**
   * Two connected sockets: socketpair(2).
   * @example
   * const [parent, child] = Socket.pair(SOCK_SEQPACKET)
   * await parent.send(Buffer.from('one message'))
   * console.log((await child.recv(100)).toString())
   */
  static pair(type: SocketType, protocol = 0): [Socket<'AF_UNIX'>, Socket<'AF_UNIX'>] {
    const { kind, numbers } = askedKind(AF_UNIX, type, protocol)
    const fds = new Int32Array(2)
    openReactor()
    checked(
      native.socketpair(numbers.domain, numbers.type | SOCK_NONBLOCK, numbers.protocol, fds, 1),
      'socketpair',
      kind,
    )
    const [one = -1, other = -1] = fds
    const made = (fd: number): Socket<'AF_UNIX'> => new Socket(AF_UNIX, kind.type, protocol, new Adopted(fd, kind))
    return [made(one), made(other)]
  }

  /**
   * Adopts an open descriptor: domain, type and protocol are read back from the kernel, O_NONBLOCK is set (it is shared
   * with all who hold the open file), and close-on-exec. On failure the descriptor stays the caller's.
   * @example
   * using socket = Socket.from(0) // inetd(8) gives its connection as standard input
   * console.log(socket.domain, socket.type, socket.getpeername())
   * @throws SocketError EBADF, ENOTSOCK; EBUSY if a Socket of this thread owns it
   */
  static from(fd: number): Socket {
    const given = descriptor(fd)
    const kind = kindOf(given)
    if (isOwned(given)) throw ownError('EBUSY', `a Socket of this thread owns descriptor ${given}`)
    openReactor()
    fcntl(given, 'F_SETFL', fcntl(given, 'F_GETFL') | O_NONBLOCK)
    fcntl(given, 'F_SETFD', fcntl(given, 'F_GETFD') | FD_CLOEXEC)
    native.own(given)
    const socket = new Socket(kind.domain, kind.type, kind.protocol, new Adopted(given, kind))
    handleOf(socket).distrustShortReads()
    handleOf(socket).isShared = true
    return socket
  }

  /**
   * The sockets that a service manager opened for this process: sd_listen_fds(3), LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES,
   * which are taken out of the environment. What is no socket among them is left alone, open. Only in the main thread.
   * @example
   * const http = Socket.inherited().find(({ name }) => name === 'http')?.socket
   * if (http !== undefined) for await (const { socket } of http.connections()) socket.close()
   * @throws SocketError as `from`; then all descriptors stay the caller's
   */
  static inherited(): { name: string; socket: Socket }[] {
    const adopted: { name: string; socket: Socket }[] = []
    try {
      for (const { name, fd } of takeInherited()) if (isSocket(fd)) adopted.push({ name, socket: Socket.from(fd) })
    } catch (error) {
      for (const { socket } of adopted) socket.detach()
      throw error
    }
    return adopted
  }

  /**
   * Whether this is a socket of `domain`; narrows its type.
   * @example
   * const socket = Socket.from(3)
   * if (socket.is(AF_UNIX)) console.log(socket.getsockname().path)
   */
  is<K extends Domain>(domain: K): this is Socket<K> {
    return this.domain === domainOf(domain).name
  }

  /** A second Socket on the same open file: dup(2). Each is closed on its own, and has what its datagrams() received ahead. */
  dup(): Socket<D> {
    const fd = checked(native.dup(openFd(this, 'dup'), 1), 'dup')
    const socket = new Socket(this.domain, this.type, this.protocol, new Adopted(fd, this.#handle.kind))
    for (const handle of [this.#handle, handleOf(socket)]) handle.isShared = true
    return socket
  }

  /**
   * The next connection: accept4(2).
   * @example
   * const { socket: peer, address } = await socket.accept({ timeout: 1000 })
   * console.log(address.address, address.port, peer.fd)
   * @throws SocketError EINVAL when not listening; ECONNABORTED, EMFILE … as the kernel reports them
   */
  accept(wait?: Wait): Promise<Accepted<D>> {
    return perform(this.#handle.reading, () => this.#accepting(), wait)
  }

  /**
   * Connects, or sets the peer of datagrams: connect(2). `{ family: 'AF_UNSPEC' }` dissolves that again.
   * A connect that was taken back goes on in the kernel.
   * @example await socket.connect({ address: '127.0.0.1', port: 80 }, { signal: AbortSignal.timeout(1000) })
   * @throws SocketError ECONNREFUSED, ENETUNREACH, ETIMEDOUT … with `address` and `port`, or `path`
   */
  connect(address: AddressFor<D> | { family: 'AF_UNSPEC' }, wait?: Wait): Promise<void> {
    const handle = this.#handle
    const make = (): Operation<void> =>
      new Connect(handle, this, encodePeer(address, this.domain), object(address, 'address'))
    if (handle.writing.idle) handle.writing.ready = true
    return perform(handle.writing, make, wait)
  }

  /**
   * `accept` without waiting; undefined when there is no connection.
   * @example for (let next = socket.tryAccept(); next !== undefined; next = socket.tryAccept()) next.socket.close()
   */
  tryAccept(): Accepted<D> | undefined {
    return performNow(this, this.#handle.reading, () => this.#accepting())
  }

  /**
   * The connections, one after another, until the socket is closed: accept4(2). Survives the errors of single
   * connections, and waits where descriptors or memory run out: 5 ms, doubling to 1 s.
   * @example
   * for await (const { socket: peer, address } of socket.connections()) {
   *   console.log(address.address, address.port)
   *   peer.close()
   * }
   */
  connections(wait?: Wait): AsyncIterableIterator<Accepted<D>> {
    const handle = this.#handle
    const operation = (): Operation<Accepted<D>> => new AcceptNext(handle, this, accepted => this.#adopt(accepted))
    return new Items({ handle, direction: handle.reading, wait: waitOf(wait), operation, item: accepted => accepted })
  }

  /**
   * The socket as a stream of Node; destroying that closes the socket. On a stream socket it carries bytes, on the
   * others it is in object mode and every chunk is one message.
   * @example process.stdin.pipe(socket.duplex()).pipe(process.stdout)
   */
  duplex(): Duplex {
    return duplexOf(this)
  }

  /**
   * The socket as web streams; when both have ended the socket is closed. Chunks are as in `duplex`.
   * @example
   * const { readable, writable } = socket.streams()
   * await readable.pipeTo(writable) // an echo
   */
  streams(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
    return webStreamsOf(this)
  }

  get #handle(): Handle {
    return handleOf(this)
  }

  #accepting(): Operation<Accepted<D>> {
    return new Accept(this.#handle, this, accepted => this.#adopt(accepted))
  }

  #adopt({ fd, address }: AcceptedDescriptor): Accepted<D> {
    const { kind, origin } = this.#handle
    const socket = new Socket(this.domain, this.type, this.protocol, new Adopted(fd, kind, origin))
    handleOf(socket).setPeer(address)
    return { socket, address: addressOf(address, this.domain) }
  }
}

function fcntl(fd: number, command: 'F_GETFL' | 'F_SETFL' | 'F_GETFD' | 'F_SETFD', argument = 0): number {
  return checked(native.fcntl(fd, fcntlCommands.numberOf(command) ?? -1, argument), 'fcntl')
}
