/// <reference types="node" preserve="true" />
/**
 * The C functions, on plain descriptors, blocking as in C. One call is one system call; EINTR alone is retried. All throw
 * SocketError, EAGAIN too, and check their arguments before. Descriptors are close-on-exec. Constants, options, addresses,
 * MessageBatch, SocketError and the types are those of {@link "bsd-sockets" | bsd-sockets}, and exported here too.
 * @module bsd-sockets/posix
 */
import './native.js'
import { encodeDestination } from './address/destination.js'
import { slot, takeAddress } from './address/slot.js'
import { addressOf, encodeLocal, encodePeer } from './address/sockaddr.js'
import type { AddressFor, BindAddress, Sockaddr } from './address/types.js'
import { boolean, bytes, descriptor, INT_MAX, int32, integer, invalidValue, object } from './codec/arguments.js'
import type { Message, ReceivedMessage } from './control/types.js'
import { checked, transferError } from './errors.js'
import { native } from './native.js'
import { type MessageBatch, memoryOf } from './socket/batch.js'
import { firstOf } from './socket/batches.js'
import { askedKind, domainOfDescriptor } from './socket/kind.js'
import { outgoing, receiveMessage } from './socket/message.js'
import { getOption, setOption } from './socket/options.js'
import { heldViews } from './socket/transfer.js'
import type { Domain, SocketType } from './tables/families.js'
import { SHUT_RDWR, type ShutdownHow, SOCK_NONBLOCK, SOMAXCONN } from './tables/flags.js'
import type { QueryOption, ReadableOption, WritableOption } from './tables/options/option.js'

export { htonl, htons, inet_addr, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs } from './address/numeric.js'
export * from './exports.js'
export { getifaddrs, if_indextoname, if_nameindex, if_nametoindex } from './names/interfaces.js'
export { gai_strerror, getaddrinfo, getnameinfo } from './names/resolver.js'
export {
  gethostname,
  getprotobyname,
  getprotobynumber,
  getservbyname,
  getservbyport,
  type Protocol,
  type Service,
} from './names/services.js'
export { dup, dup2, fcntl, ioctl, poll } from './socket/descriptors.js'
export { F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_SETFD, F_SETFL } from './tables/commands.js'

/** @inline */
type View = NodeJS.ArrayBufferView

function flagsOf(flags: unknown, name = 'flags'): number {
  return integer(flags, name, 0, INT_MAX)
}

function onlyNonblock(flags: unknown): number {
  const given = flagsOf(flags)
  if ((given & ~SOCK_NONBLOCK) !== 0) throw invalidValue('flags', '0 or SOCK_NONBLOCK', flags)
  return given
}

/**
 * A new descriptor: socket(2). Blocking, unless `flags` has SOCK_NONBLOCK.
 * @example
 * const fd = socket(AF_INET, SOCK_DGRAM, 0, SOCK_NONBLOCK)
 * close(fd)
 * @throws SocketError EAFNOSUPPORT, EPROTONOSUPPORT, EMFILE; EPERM for a raw socket without CAP_NET_RAW
 */
export function socket(domain: Domain, type: SocketType, protocol = 0, flags = 0): number {
  const { kind, numbers } = askedKind(domain, type, protocol)
  return checked(native.socket(numbers.domain, numbers.type | onlyNonblock(flags), numbers.protocol, 0), 'socket', kind)
}

/**
 * Two connected descriptors: socketpair(2). Blocking, unless `flags` has SOCK_NONBLOCK.
 * @example const [parent, child] = socketpair(AF_UNIX, SOCK_SEQPACKET)
 * @throws SocketError EOPNOTSUPP for a domain without pairs, EMFILE
 */
export function socketpair(domain: Domain, type: SocketType, protocol = 0, flags = 0): [number, number] {
  const { kind, numbers } = askedKind(domain, type, protocol)
  const fds = new Int32Array(2)
  const typeAndFlags = numbers.type | onlyNonblock(flags)
  checked(native.socketpair(numbers.domain, typeAndFlags, numbers.protocol, fds, 0), 'socketpair', kind)
  const [one = -1, other = -1] = fds
  return [one, other]
}

/**
 * Gives a socket its local address: bind(2). The address names its `family` here; what is left out is any address, any
 * port. A path is never unlinked.
 * @example bind(fd, { family: AF_INET, address: '127.0.0.1', port: 0 })
 * @throws SocketError EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL when bound already; ENAMETOOLONG
 */
export function bind(fd: number, address: BindAddress<Domain>): void {
  const local = encodeLocal(address)
  checked(native.bind(descriptor(fd), local), 'bind', { target: address })
}

/**
 * Lets the kernel take connections: listen(2). `backlog` is how many may wait to be accepted.
 * @example listen(fd, 128)
 * @throws SocketError EADDRINUSE, EOPNOTSUPP for datagrams
 */
export function listen(fd: number, backlog: number = SOMAXCONN): void {
  checked(native.listen(descriptor(fd), int32(backlog, 'backlog')), 'listen')
}

/**
 * The next connection: accept(2). Waits for one; the new descriptor is blocking.
 * @example const { fd: connection, address } = accept(fd)
 * @throws SocketError EAGAIN when non-blocking or after SO_RCVTIMEO; EINVAL when not listening; ECONNABORTED, EMFILE
 */
export function accept(fd: number): { fd: number; address: Sockaddr } {
  return accept4(fd, 0)
}

/**
 * The next connection: accept4(2). `flags`: SOCK_NONBLOCK or 0.
 * @example const { fd: connection, address } = accept4(fd, SOCK_NONBLOCK)
 * @throws SocketError as accept
 */
export function accept4(fd: number, flags: number): { fd: number; address: Sockaddr } {
  const accepted = checked(native.accept(descriptor(fd), onlyNonblock(flags), slot, 0), 'accept')
  return { fd: accepted, address: addressOf(takeAddress(), 0) }
}

/**
 * Connects, or sets the peer of datagrams: connect(2). After a signal it goes on waiting. `{ family: 'AF_UNSPEC' }`
 * dissolves an association.
 * @example connect(fd, { family: AF_INET, address: '127.0.0.1', port: 80 })
 * @throws SocketError ECONNREFUSED, ENETUNREACH, ETIMEDOUT …; EINPROGRESS when non-blocking, or when SO_SNDTIMEO ran out
 */
export function connect(fd: number, address: AddressFor<Domain> | { family: 'AF_UNSPEC' }): void {
  const peer = encodePeer(address)
  checked(native.connect(descriptor(fd), peer), 'connect', { target: object(address, 'address') })
}

/**
 * Sends: send(2). How many bytes: on a stream perhaps not all. MSG_NOSIGNAL is always on.
 * @example const count = send(fd, Buffer.from('hello'), MSG_DONTWAIT)
 * @throws SocketError EAGAIN, EPIPE, ECONNRESET, EMSGSIZE, EDESTADDRREQ, ENOBUFS
 */
export function send(fd: number, data: View, flags = 0): number {
  const count = native.send(descriptor(fd), bytes(data, 'data'), flagsOf(flags))
  if (count < 0) throw transferError(count, 'send')
  return count
}

/**
 * Sends to an address, which names its `family` here: sendto(2). How many bytes.
 * @example sendto(fd, Buffer.from('hello'), 0, { family: AF_INET, address: '127.0.0.1', port: 9 })
 * @throws SocketError as send; EISCONN, ENETUNREACH, EHOSTUNREACH, EACCES
 */
export function sendto(fd: number, data: View, flags: number, address: AddressFor<Domain>): number {
  const to = encodeDestination(address)
  const count = native.sendto(descriptor(fd), bytes(data, 'data'), flagsOf(flags), to)
  if (count < 0) throw transferError(count, 'sendto', address)
  return count
}

/**
 * Receives into a view: recv(2). How many bytes, 0 at the end of a stream; with MSG_TRUNC a datagram's own length.
 * @example
 * const buffer = Buffer.alloc(1500)
 * console.log(buffer.toString('utf8', 0, recv(fd, buffer)))
 * @throws SocketError EAGAIN (without a stack: who polls meets it all the time), ECONNRESET, ECONNREFUSED, ENOTCONN
 */
export function recv(fd: number, buffer: View, flags = 0): number {
  const count = native.recv(descriptor(fd), bytes(buffer, 'buffer'), flagsOf(flags))
  if (count < 0) throw transferError(count, 'recv')
  return count
}

/**
 * Receives with the sender's address: recvfrom(2). A stream gives none; an unnamed AF_UNIX sender is `{ path: '' }`, for
 * which, where the kernel wrote no address, the family is asked for with a second call.
 * @example const { length, address } = recvfrom(fd, Buffer.alloc(1500))
 * @throws SocketError as recv
 */
export function recvfrom(fd: number, buffer: View, flags = 0): { length: number; address: Sockaddr | undefined } {
  const given = descriptor(fd)
  const length = native.recvfrom(given, bytes(buffer, 'buffer'), flagsOf(flags), slot)
  if (length < 0) throw transferError(length, 'recvfrom')
  return { length, address: takeAddress() ?? unnamedOf(given) }
}

/**
 * Sends one message with ancillary data: sendmsg(2). How many bytes. An address names its `family` here.
 * @example sendmsg(fd, { data: Buffer.from('my standard input'), control: [{ type: 'SCM_RIGHTS', fds: [0] }] })
 * @throws SocketError as sendto; EINVAL for ancillary data that does not fit, EBADF for descriptors that are not open
 */
export function sendmsg(fd: number, message: Message, flags = 0): number {
  const { data, address, control, target } = outgoing(message)
  const views = data.map(held => held.bytes)
  const count = native.sendmsg(descriptor(fd), views, flagsOf(flags), address, control())
  if (count < 0) throw transferError(count, 'sendmsg', target)
  return count
}

/**
 * Receives into one view or several, with ancillary data: recvmsg(2). Descriptors that come are closed, and
 * `controlTruncated` set, unless `rights: true` takes them: then they are the caller's to close.
 * @example
 * const { length, control } = recvmsg(fd, Buffer.alloc(1500), 0, { rights: true })
 * for (const message of control) if (message.type === 'SCM_RIGHTS') for (const received of message.fds) close(received)
 * @throws SocketError as recv
 */
export function recvmsg(
  fd: number,
  into: View | readonly View[],
  flags = 0,
  options?: { rights?: boolean | undefined },
): ReceivedMessage {
  const views = heldViews(into, 'into').map(held => held.bytes)
  const { rights = false } = options === undefined ? {} : object(options, 'options')
  const message = receiveMessage<Domain>(descriptor(fd), 0, views, flagsOf(flags), boolean(rights, 'options.rights'))
  if (typeof message === 'number') throw transferError(message, 'recvmsg')
  return message
}

/**
 * Sends the messages of a batch, from `first` on: sendmmsg(2). How many: perhaps not all, and at most 1,024 (Linux); the
 * error of the next one is told when it is sent first. On a stream the last may be sent in part, which is not told.
 * Nothing is sent twice here, nor cut but by the kernel.
 * @example
 * const batch = new MessageBatch({ domain: AF_INET, count: 64, size: 1500 })
 * batch.push(Buffer.from('hello'), { address: '127.0.0.1', port: 9 })
 * for (let sent = 0; sent < batch.length; ) sent += sendmmsg(fd, batch, 0, sent)
 * @throws SocketError as sendmsg
 */
export function sendmmsg(fd: number, batch: MessageBatch, flags = 0, first = 0): number {
  const memory = memoryOf(batch)
  const from = firstOf(first, memory)
  memory.turn()
  const count = memory.send(descriptor(fd), flagsOf(flags), from, memory.length)
  if (count < 0) throw transferError(count, 'sendmmsg', from < memory.length ? memory.address(from) : undefined)
  return count
}

/**
 * Receives messages into a batch: recvmmsg(2). How many, at most 1,024 (Linux). It waits for so many, with
 * MSG_WAITFORONE for the first only. Descriptors that come are closed.
 * @example
 * const batch = new MessageBatch({ count: 64, size: 1500 })
 * recvmmsg(fd, batch, MSG_WAITFORONE)
 * for (const { data, address } of batch) console.log(address, data)
 * @throws SocketError as recv; then the batch keeps what it has
 */
export function recvmmsg(fd: number, batch: MessageBatch, flags = 0): number {
  const memory = memoryOf(batch)
  const given = descriptor(fd)
  const count = memory.receive(given, flagsOf(flags), undefined)
  if (count < 0) throw transferError(count, 'recvmmsg')
  if (memory.domain === undefined && memory.hasUnnamed) memory.receivedDomain = domainOfDescriptor(given)
  return count
}

/**
 * Sends a part of a file, without copying it to this process: sendfile(2). `offset` in bytes, or null: on from the file's
 * own position, which then moves. How many bytes: perhaps not all. Linux, macOS.
 * @example const count = sendfile(fd, 0, null, 65_536) // from standard input, where that is a file
 * @throws SocketError EAGAIN, EPIPE, EINVAL where `input` cannot be mapped; ENOSYS where the system lacks it
 */
export function sendfile(out: number, input: number, offset: number | null, count: number): number {
  const from = offset === null ? -1 : integer(offset, 'offset', 0, Number.MAX_SAFE_INTEGER)
  const most = integer(count, 'count', 0, Number.MAX_SAFE_INTEGER)
  const sent = native.sendfile(descriptor(out, 'out'), descriptor(input, 'input'), from, most)
  if (sent < 0) throw transferError(sent, 'sendfile')
  return sent
}

/** The kernel writes no address for an unnamed AF_UNIX sender, as it does for a stream. */
function unnamedOf(fd: number): Sockaddr | undefined {
  return domainOfDescriptor(fd) === 'AF_UNIX' ? { family: 'AF_UNIX', path: '' } : undefined
}

/**
 * Ends receiving, sending or both: shutdown(2). `how` is SHUT_RD, SHUT_WR or SHUT_RDWR.
 * @example shutdown(fd, SHUT_WR)
 * @throws SocketError ENOTCONN
 */
export function shutdown(fd: number, how: ShutdownHow): void {
  checked(native.shutdown(descriptor(fd), integer(how, 'how', 0, SHUT_RDWR)), 'shutdown')
}

/**
 * Closes a descriptor: close(2). One that a Socket owns is better closed by that.
 * @example close(fd)
 * @throws SocketError EBADF
 */
export function close(fd: number): void {
  checked(native.close(descriptor(fd)), 'close')
}

/**
 * The local address: getsockname(2).
 * @example
 * const address = getsockname(fd)
 * if (address.family === AF_INET) console.log(address.port)
 * @throws SocketError EBADF, ENOTSOCK
 */
export function getsockname(fd: number): Sockaddr {
  const given = descriptor(fd)
  checked(native.getsockname(given, slot), 'getsockname')
  return addressOf(takeAddress(), 0)
}

/**
 * The address of the peer: getpeername(2).
 * @example console.log(formatSockaddr(getpeername(fd)))
 * @throws SocketError ENOTCONN
 */
export function getpeername(fd: number): Sockaddr {
  const given = descriptor(fd)
  checked(native.getpeername(given, slot), 'getpeername')
  return addressOf(takeAddress(), 0)
}

/**
 * The value of an option: getsockopt(2).
 * @example const bytes: number = getsockopt(fd, SO_RCVBUF)
 */
export function getsockopt<Get>(fd: number, option: ReadableOption<Get>): Get
/** The value of an option whose read takes an argument: getsockopt(2). */
export function getsockopt<Query, Get>(fd: number, option: QueryOption<Query, Get>, query: NoInfer<Query>): Get
/** The bytes of any option, `length` at most: getsockopt(2). */
export function getsockopt(fd: number, level: number, name: number, length: number): NonSharedBuffer
export function getsockopt(fd: number, ...given: unknown[]): unknown {
  return Reflect.apply(getOption, undefined, [() => descriptor(fd), ...given])
}

/**
 * Sets an option: setsockopt(2).
 * @example setsockopt(fd, TCP_NODELAY, true)
 */
export function setsockopt<Set>(fd: number, option: WritableOption<Set>, value: NoInfer<Set>): void
/** Sets any option to an int, or to bytes: setsockopt(2). */
export function setsockopt(fd: number, level: number, name: number, value: number | View): void
export function setsockopt(fd: number, ...given: unknown[]): void {
  Reflect.apply(setOption, undefined, [() => descriptor(fd), ...given])
}

/**
 * Whether a stream is at the out-of-band mark: sockatmark(3).
 * @example
 * const byte = Buffer.alloc(1)
 * if (sockatmark(fd)) recv(fd, byte, MSG_OOB)
 * @throws SocketError EBADF, ENOTTY
 */
export function sockatmark(fd: number): boolean {
  return checked(native.sockatmark(descriptor(fd)), 'sockatmark') === 1
}
