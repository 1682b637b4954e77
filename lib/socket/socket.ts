// Socket: a descriptor, and promises for everything that may have to wait.
import type { Duplex } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import { addressOf, encodeDestination, encodePeer } from '../address/sockaddr.js'
import type { AddressFor, AddressOf } from '../address/types.js'
import { descriptor, INT_MAX, integer, object } from '../codec/arguments.js'
import { checked, ownError } from '../errors.js'
import { native } from '../native.js'
import { fcntlCommands } from '../tables/commands.js'
import { AF_UNIX, type Domain, type SocketType } from '../tables/families.js'
import { FD_CLOEXEC, MSG_DONTWAIT, MSG_WAITALL, O_NONBLOCK, SOCK_NONBLOCK } from '../tables/flags.js'
import { Accept, type AcceptedDescriptor, AcceptNext, Connect, Poll } from './connection.js'
import { type Handle, isOwned } from './handle.js'
import { Items } from './iterate.js'
import { askedKind, domainOf, kindOf } from './kind.js'
import { Adopted, handleOf, OpenSocket, openFd } from './open.js'
import { BLOCKED, type Operation, type Wait, waitOf } from './operation.js'
import { openReactor } from './reactor.js'
import type { Direction } from './readiness.js'
import { Receive, ReceiveFrom, ReceiveFromInto, ReceiveInto, ReceiveWholeInto, ReceiveWholeSize } from './receive.js'
import { Send, SendAll, SendAllViews } from './send.js'
import { duplexOf, webStreamsOf } from './streams.js'
import { flagsOf, Held, type TransferOptions } from './transfer.js'

type View = NodeJS.ArrayBufferView
type Now<O> = Omit<O, keyof Wait>

/** A datagram, and where it came from. */
export type Datagram<D extends Domain> = { data: NonSharedBuffer; address: AddressOf<D>; truncated: boolean }
/** How much of a datagram came into a view, and where it came from. */
export type DatagramInto<D extends Domain> = { length: number; address: AddressOf<D>; truncated: boolean }
/** A connection that was accepted. */
export interface Accepted<D extends Domain> {
  socket: Socket<D>
  address: AddressOf<D>
}
/** Options of an iterable of chunks or datagrams. */
export type SizedWait = Wait & {
  /** The most bytes of one item. */
  size?: number | undefined
}

const mostDatagram = 65_535

function isView(value: unknown): value is View {
  return ArrayBuffer.isView(value)
}

function sizeOf(value: unknown, least = 0): number {
  return integer(value, 'size', least, INT_MAX)
}

/**
 * A socket: socket(2), socket(7). Non-blocking underneath, close-on-exec. Operations that may have to wait return
 * promises; those of one direction are served in the order of their calls.
 * @example
 * using listener = new Socket(AF_INET, SOCK_STREAM).bind({ port: 0 }).listen()
 * for await (const { socket } of listener.connections()) socket.close()
 */
export class Socket<D extends Domain = Domain> extends OpenSocket<D> {
  /**
   * A new socket: socket(2).
   * @throws SocketError EAFNOSUPPORT, EPROTONOSUPPORT, EMFILE; EPERM for a raw socket without CAP_NET_RAW
   */
  constructor(domain: D, type: SocketType, protocol?: number)
  /** @internal */
  constructor(domain: D, type: SocketType, protocol: number, adopted: Adopted)
  constructor(domain: D, type: SocketType, protocol = 0, adopted?: Adopted) {
    if (adopted instanceof Adopted) super(domain, type, protocol, adopted)
    else super(domain, type, protocol)
  }

  /** Two connected sockets: socketpair(2). */
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
    return socket
  }

  /** Whether this is a socket of `domain`; narrows its type. */
  is<K extends Domain>(domain: K): this is Socket<K> {
    return this.domain === domainOf(domain).name
  }

  /** A second Socket on the same open file: dup(2). Each is closed on its own. */
  dup(): Socket<D> {
    const fd = checked(native.dup(openFd(this, 'dup'), 1), 'dup')
    return new Socket(this.domain, this.type, this.protocol, new Adopted(fd, this.#handle.kind))
  }

  /**
   * The next connection: accept4(2).
   * @throws SocketError EINVAL when not listening; ECONNABORTED, EMFILE … as the kernel reports them
   */
  accept(wait?: Wait): Promise<Accepted<D>> {
    return this.#perform(this.#handle.reading, () => this.#accepting(), wait)
  }

  /**
   * Connects, or sets the peer of datagrams: connect(2). `{ family: 'AF_UNSPEC' }` dissolves that again.
   * A connect that was taken back goes on in the kernel.
   * @throws SocketError ECONNREFUSED, ENETUNREACH, ETIMEDOUT … with `address` and `port`, or `path`
   */
  connect(address: AddressFor<D> | { family: 'AF_UNSPEC' }, wait?: Wait): Promise<void> {
    const handle = this.#handle
    const make = (): Operation<void> =>
      new Connect(handle, this, encodePeer(address, this.domain), object(address, 'address'))
    if (handle.writing.idle) handle.writing.ready = true
    return this.#perform(handle.writing, make, wait)
  }

  /**
   * Receives: recv(2). At the end of a stream: an empty Buffer, or 0. A datagram of no bytes is no end; on
   * SOCK_SEQPACKET the two look alike. `flags: MSG_WAITALL` waits until `size` is full (less only at the end).
   * @example const data = await socket.recv(4096)
   */
  recv(size: number, options?: TransferOptions): Promise<NonSharedBuffer>
  recv(into: View, options?: TransferOptions): Promise<number>
  recv(target: number | View, options?: TransferOptions): Promise<NonSharedBuffer | number> {
    return this.#perform(this.#handle.reading, () => this.#receivingOrWhole(target, options), options)
  }

  /** Receives with the sender's address: recvfrom(2). `truncated`: the datagram was longer than `size`. */
  recvfrom(size: number, options?: TransferOptions): Promise<Datagram<D>>
  recvfrom(into: View, options?: TransferOptions): Promise<DatagramInto<D>>
  recvfrom(target: number | View, options?: TransferOptions): Promise<Datagram<D> | DatagramInto<D>> {
    const { reading } = this.#handle
    if (isView(target)) return this.#perform(reading, () => this.#receivingFromInto(target, options), options)
    return this.#perform(reading, () => this.#receivingFrom(target, options), options)
  }

  /** Sends once: send(2). On a stream that may be less than everything; see `sendall`. How many bytes. */
  send(data: View, options?: TransferOptions): Promise<number> {
    return this.#perform(this.#handle.writing, () => this.#sending(data, options), options)
  }

  /** Sends one datagram to an address: sendto(2). How many bytes. */
  sendto(data: View, address: AddressFor<D>, options?: TransferOptions): Promise<number> {
    return this.#perform(this.#handle.writing, () => this.#sendingTo(data, address, options), options)
  }

  /**
   * Sends everything, in order; several views together as writev(2) does. The bytes of two calls never interleave.
   * On a socket of messages the views are one message.
   * @throws SocketError with `bytesSent` where a part had been sent
   */
  sendall(data: View | readonly View[], options?: TransferOptions): Promise<void> {
    return this.#perform(this.#handle.writing, () => this.#sendingAll(data, options), options)
  }

  /** Waits until receiving, or accepting, would not block: poll(2) with POLLIN. */
  readable(wait?: Wait): Promise<void> {
    return this.#poll('readable', this.#handle.reading, wait)
  }

  /** Waits until sending would not block: poll(2) with POLLOUT. */
  writable(wait?: Wait): Promise<void> {
    return this.#poll('writable', this.#handle.writing, wait)
  }

  /** `accept` without waiting; undefined when there is no connection. */
  tryAccept(): Accepted<D> | undefined {
    return this.#try('accept', this.#handle.reading, () => this.#accepting())
  }

  /** `recv` without waiting; undefined when there is nothing, or others wait for it. */
  tryRecv(size: number, options?: Now<TransferOptions>): NonSharedBuffer | undefined
  tryRecv(into: View, options?: Now<TransferOptions>): number | undefined
  tryRecv(target: number | View, options?: Now<TransferOptions>): NonSharedBuffer | number | undefined {
    const { reading } = this.#handle
    if (isView(target)) return this.#try('recv', reading, () => this.#receivingInto(target, options))
    return this.#try('recv', reading, () => this.#receiving(target, options))
  }

  /** `recvfrom` without waiting; undefined when there is nothing, or others wait for it. */
  tryRecvfrom(size: number, options?: Now<TransferOptions>): Datagram<D> | undefined
  tryRecvfrom(into: View, options?: Now<TransferOptions>): DatagramInto<D> | undefined
  tryRecvfrom(target: number | View, options?: Now<TransferOptions>): Datagram<D> | DatagramInto<D> | undefined {
    const { reading } = this.#handle
    if (isView(target)) return this.#try('recvfrom', reading, () => this.#receivingFromInto(target, options))
    return this.#try('recvfrom', reading, () => this.#receivingFrom(target, options))
  }

  /** `send` without waiting; undefined when there is no room, or others wait for it. */
  trySend(data: View, options?: Now<TransferOptions>): number | undefined {
    return this.#try('send', this.#handle.writing, () => this.#sending(data, options))
  }

  /** `sendto` without waiting; undefined when there is no room, or others wait for it. */
  trySendto(data: View, address: AddressFor<D>, options?: Now<TransferOptions>): number | undefined {
    return this.#try('sendto', this.#handle.writing, () => this.#sendingTo(data, address, options))
  }

  /**
   * The connections, one after another, until the socket is closed: accept4(2). Survives the errors of single
   * connections, and waits where descriptors or memory run out: 5 ms, doubling to 1 s.
   */
  connections(wait?: Wait): AsyncIterableIterator<Accepted<D>> {
    const handle = this.#handle
    const operation = (): Operation<Accepted<D>> => new AcceptNext(handle, this, this.#adopt)
    return new Items({ handle, direction: handle.reading, wait: waitOf(wait), operation, item: accepted => accepted })
  }

  /**
   * The datagrams, one after another, until the socket is closed: recvfrom(2). Each at most `size`, 65,535, bytes;
   * `timeout` is for each. A raw IPv4 socket gives the IP header too, a raw IPv6 socket does not.
   */
  datagrams(options?: SizedWait): AsyncIterableIterator<Datagram<D>> {
    const handle = this.#handle
    const size = sizeOf(options?.size ?? mostDatagram, 1)
    const operation = (): Operation<Datagram<D>> => this.#receivingFrom(size)
    const item = (datagram: Datagram<D>): Datagram<D> | undefined => (this.#isEnd(datagram.data) ? undefined : datagram)
    return new Items({ handle, direction: handle.reading, wait: waitOf(options), operation, item })
  }

  /**
   * What a stream brings, until its end or until the socket is closed: recv(2). Each at most `size`, 65,536, bytes;
   * `timeout` is for each.
   */
  chunks(options?: SizedWait): AsyncIterableIterator<NonSharedBuffer> {
    const handle = this.#handle
    const size = sizeOf(options?.size ?? mostDatagram + 1, 1)
    const operation = (): Operation<NonSharedBuffer> => this.#receiving(size)
    const item = (data: NonSharedBuffer): NonSharedBuffer | undefined => (this.#isEnd(data) ? undefined : data)
    return new Items({ handle, direction: handle.reading, wait: waitOf(options), operation, item })
  }

  /**
   * The socket as a stream of Node; destroying that closes the socket. On a stream socket it carries bytes, on the
   * others it is in object mode and every chunk is one message.
   */
  duplex(): Duplex {
    return duplexOf(this)
  }

  /** The socket as web streams; when both have ended the socket is closed. Chunks are as in `duplex`. */
  streams(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
    return webStreamsOf(this)
  }

  get #handle(): Handle {
    return handleOf(this)
  }

  #perform<T>(direction: Direction, make: () => Operation<T>, wait: unknown): Promise<T> {
    try {
      const checkedWait = waitOf(wait)
      return direction.perform(make(), checkedWait)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #try<T>(name: string, direction: Direction, make: () => Operation<T>): T | undefined {
    const operation = make()
    openFd(this, name)
    const result = direction.tryNow(operation)
    return result === BLOCKED ? undefined : result
  }

  #poll(name: 'readable' | 'writable', direction: Direction, wait: Wait | undefined): Promise<void> {
    if (direction.idle) direction.ready = true
    return this.#perform(direction, () => new Poll(this.#handle, this, name), wait)
  }

  #receivingOrWhole(target: number | View, options?: TransferOptions): Operation<NonSharedBuffer | number> {
    const flags = flagsOf(options)
    const whole = this.type === 'SOCK_STREAM' && (flags & MSG_WAITALL) !== 0 && (flags & MSG_DONTWAIT) === 0
    if (!whole) return isView(target) ? this.#receivingInto(target, { flags }) : this.#receiving(target, { flags })
    if (isView(target)) return new ReceiveWholeInto(this.#handle, this, flags, new Held(target, 'into'))
    return new ReceiveWholeSize(this.#handle, this, flags, sizeOf(target))
  }

  #accepting(): Operation<Accepted<D>> {
    return new Accept(this.#handle, this, this.#adopt)
  }

  #receiving(size: number, options?: Now<TransferOptions>): Operation<NonSharedBuffer> {
    return new Receive(this.#handle, this, flagsOf(options), sizeOf(size))
  }

  #receivingInto(into: View, options?: Now<TransferOptions>): Operation<number> {
    return new ReceiveInto(this.#handle, this, flagsOf(options), new Held(into, 'into'))
  }

  #receivingFrom(size: number, options?: Now<TransferOptions>): Operation<Datagram<D>> {
    return new ReceiveFrom(this.#handle, this, flagsOf(options), this.domain, sizeOf(size))
  }

  #receivingFromInto(into: View, options?: Now<TransferOptions>): Operation<DatagramInto<D>> {
    return new ReceiveFromInto(this.#handle, this, flagsOf(options), this.domain, new Held(into, 'into'))
  }

  #sending(data: View, options?: Now<TransferOptions>): Operation<number> {
    return new Send(this.#handle, this, flagsOf(options), new Held(data, 'data'))
  }

  #sendingAll(data: View | readonly View[], options?: TransferOptions): Operation<void> {
    const handle = this.#handle
    const flags = flagsOf(options)
    if (!Array.isArray(data)) return new SendAll(handle, this, flags, new Held(data, 'data'))
    const views = Array.from(data, (view: unknown, i) => new Held(view, `data[${i}]`))
    return new SendAllViews(handle, this, flags, views)
  }

  #sendingTo(data: View, address: AddressFor<D>, options?: Now<TransferOptions>): Operation<number> {
    const to = { address: encodeDestination(address, this.domain), target: object(address, 'address') }
    return new Send(this.#handle, this, flagsOf(options), new Held(data, 'data'), to)
  }

  readonly #adopt = ({ fd, address }: AcceptedDescriptor): Accepted<D> => {
    const { kind, origin } = this.#handle
    const socket = new Socket(this.domain, this.type, this.protocol, new Adopted(fd, kind, origin))
    handleOf(socket).setPeer(address)
    return { socket, address: addressOf(address, this.domain) }
  }

  #isEnd(data: NonSharedBuffer): boolean {
    return data.length === 0 && (this.type === 'SOCK_STREAM' || this.type === 'SOCK_SEQPACKET')
  }
}

function fcntl(fd: number, command: 'F_GETFL' | 'F_SETFL' | 'F_GETFD' | 'F_SETFD', argument = 0): number {
  return checked(native.fcntl(fd, fcntlCommands.numberOf(command) ?? -1, argument), 'fcntl')
}
