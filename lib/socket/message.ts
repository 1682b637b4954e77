// Messages with ancillary data: sendmsg and recvmsg, and what the other calls say by ancillary data.

import { encodeDestination } from '../address/destination.js'
import { slot, takeAddress } from '../address/slot.js'
import { addressOf } from '../address/sockaddr.js'
import { boolean, integer, invalidValue, object, string, uint32 } from '../codec/arguments.js'
import { isZero } from '../codec/struct.js'
import { decodeControl, encodeControl } from '../control/control.js'
import type { ReceivedMessage, SendControl } from '../control/types.js'
import { systemError, type Target } from '../errors.js'
import { native } from '../native.js'
import { type Domain, isInternet, type SocketType } from '../tables/families.js'
import { MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_DONTWAIT, MSG_ERRQUEUE, MSG_TRUNC, MSG_ZEROCOPY } from '../tables/flags.js'
import { sockaddrIn6 } from '../tables/structs.js'
import type { Early } from './ahead.js'
import { receiveCarried } from './carried.js'
import { endOfData, isOver } from './end.js'
import type { Handle } from './handle.js'
import type { Unfinished } from './operation.js'
import { nothingFor } from './receive.js'
import {
  type Bytes,
  EAGAIN,
  type Held,
  heldViews,
  ownLengthFlag,
  pastErrorsOfOthers,
  Transfer,
  type TransferOptions,
} from './transfer.js'

/**
 * What one datagram says besides its bytes, by ancillary data.
 * @example
 * const to = { address: '127.0.0.1', port: 9 }
 * await socket.sendto(Buffer.alloc(6000), to, { segmentSize: 1200, ecn: 2, local: '127.0.0.1' })
 */
export interface DatagramOptions {
  /** Bytes of each datagram that the kernel cuts the data into: UDP_SEGMENT, udp(7). Linux. */
  segmentSize?: number | undefined
  /** The ECN mark, 0 to 3: IP_TOS, IPV6_TCLASS. */
  ecn?: number | undefined
  /** The address that it leaves from: IP_PKTINFO, IPV6_PKTINFO. */
  local?: string | undefined
  /** The interface that it leaves by: IP_PKTINFO, IPV6_PKTINFO. */
  ifindex?: number | undefined
}
/** Options of `send`, `sendto` and `sendmsg`: how long to wait, MSG_*, and what the datagram says besides its bytes. */
export type SendOptions = TransferOptions & DatagramOptions
/** Options of `recvmsg` and `messages`. */
export type RecvmsgOptions = TransferOptions & {
  /** Take the descriptors that come: they are the caller's to close. Otherwise they are closed. */
  rights?: boolean | undefined
}

/** Whether descriptors that come are to be taken. */
export function rightsOf(options: unknown): boolean {
  if (options === undefined) return false
  const { rights = false } = object(options, 'options')
  return boolean(rights, 'options.rights')
}

// The most that comes: the extension headers of a datagram of IPv6. 65,535 bytes have room for 8,191, of 24 bytes here.
const controlRoom = Buffer.alloc(1 << 18)
const told = new Int32Array(2)
const nothing = Buffer.alloc(0)

/** recvmsg(2): what came, or -errno. With MSG_TRUNC in `flags`, `fullLength` is a datagram's own length. */
export function receiveMessage<D extends Domain>(
  fd: number,
  domain: D,
  views: readonly Bytes[],
  flags: number,
  rights: boolean,
): ReceivedMessage<D> | number {
  const receive = (asked: number) => native.recvmsg(fd, views, asked, slot, controlRoom, told)
  const count = receiveCarried(domain, flags, receive)
  if (count < 0) return count
  const [controlLength = 0, answered = 0] = told
  const address = takeAddress(typeof domain === 'number' ? undefined : domain)
  const room = views.reduce((sum, view) => sum + view.length, 0)
  const length = Math.min(count, room)
  const payload = flags & MSG_ERRQUEUE ? Buffer.concat(views, length) : nothing
  const packet = { destination: address, payload }
  const { messages, refused } = decodeControl(controlRoom.subarray(0, controlLength), rights, packet)
  return {
    length,
    fullLength: count,
    address: address && addressOf(address, domain),
    control: messages,
    flags: answered & ~MSG_CMSG_CLOEXEC,
    truncated: (answered & MSG_TRUNC) !== 0,
    controlTruncated: refused || (answered & MSG_CTRUNC) !== 0,
  }
}

/** As recvmsg(2) does with a datagram. */
function earlyMessage<D extends Domain>(early: Early, domain: D, views: readonly Bytes[]): ReceivedMessage<D> {
  const { data, address, control, flags } = early
  let length = 0
  for (const view of views) length += data.copy(view, 0, length)
  const truncated = length < data.length
  return {
    length,
    fullLength: data.length,
    address: address && addressOf(address, domain),
    control: decodeControl(control, false, { destination: address, payload: nothing }).messages,
    flags: flags | (truncated ? MSG_TRUNC : 0),
    truncated,
    controlTruncated: (flags & MSG_CTRUNC) !== 0,
  }
}

abstract class ReceiveMessage<D extends Domain, Result> extends Transfer<Result> {
  readonly #asked: number

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly domain: D,
    readonly rights: boolean,
  ) {
    super(handle, owner, 'recvmsg', flags)
    this.#asked = flags | MSG_DONTWAIT | ownLengthFlag(handle.kind)
  }

  protected abstract rooms(): Bytes[]
  protected abstract given(message: ReceivedMessage<D>, rooms: readonly Bytes[]): Result

  attempt(): Result | Unfinished {
    const rooms = this.rooms()
    const early = this.handle.ahead?.take(this.handle, this.flags)
    if (early !== undefined) return this.given(earlyMessage(early, this.domain, rooms), rooms)
    const receive = () => receiveMessage(this.handle.fd, this.domain, rooms, this.#asked, this.rights)
    const message = pastErrorsOfOthers(this.handle, receive)
    if (message === EAGAIN) return isOver(this.handle, this.flags) ? this.atEnd() : nothingFor(this.flags)
    if (typeof message === 'number') throw systemError(message, 'recvmsg')
    this.handle.reading.spendBytes(message.length)
    if (this.flags & MSG_ERRQUEUE)
      for (const one of message.control) if ('error' in one) this.handle.errorQueue.told(one.error)
    return this.given(message, rooms)
  }

  /** The result where nothing comes any more. */
  protected atEnd(): Result {
    const none = { length: 0, fullLength: 0, address: undefined, control: [], flags: 0 }
    return this.given({ ...none, truncated: false, controlTruncated: false }, [nothing])
  }
}

/** recvmsg(2) into views. */
export class ReceiveMessageInto<D extends Domain> extends ReceiveMessage<D, ReceivedMessage<D>> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    domain: D,
    rights: boolean,
    readonly into: readonly Held[],
  ) {
    super(handle, owner, flags, domain, rights)
  }

  protected rooms(): Bytes[] {
    return this.into.map(held => held.bytes)
  }

  protected given(message: ReceivedMessage<D>): ReceivedMessage<D> {
    return message
  }
}

type WithData<D extends Domain> = ReceivedMessage<D> & { data: NonSharedBuffer }

/** recvmsg(2) of at most `size` bytes. */
export class ReceiveMessageSize<D extends Domain> extends ReceiveMessage<D, WithData<D>> {
  #room: NonSharedBuffer | undefined

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    domain: D,
    rights: boolean,
    readonly size: number,
  ) {
    super(handle, owner, flags, domain, rights)
  }

  protected rooms(): Bytes[] {
    this.#room ??= Buffer.alloc(this.size)
    return [this.#room]
  }

  protected given(message: ReceivedMessage<D>): WithData<D> {
    const room = this.#room ?? nothing
    const whole = message.length > room.length / 2
    const data = Buffer.from(room.buffer, room.byteOffset, message.length)
    return { ...message, data: whole ? data : Buffer.from(data) }
  }

  protected override atEnd(): WithData<D> {
    return { ...super.atEnd(), data: endOfData() }
  }
}

/** Descriptors that came, with the bytes that carried them. */
export interface ReceivedDescriptors {
  /** The caller's to close. */
  fds: number[]
  data: NonSharedBuffer
  /** There were more: beyond what was asked for, or than this process may open. */
  controlTruncated: boolean
}

/** recvmsg(2) of descriptors: at most so many, the others are closed. */
export class ReceiveDescriptors<D extends Domain> extends ReceiveMessage<D, ReceivedDescriptors> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    domain: D,
    readonly size: number,
    readonly max: number,
  ) {
    super(handle, owner, flags, domain, true)
  }

  protected rooms(): Bytes[] {
    return [Buffer.alloc(this.size)]
  }

  protected given(message: ReceivedMessage<D>, [room = Buffer.alloc(0)]: readonly Bytes[]): ReceivedDescriptors {
    const fds = message.control.flatMap(one => (one.type === 'SCM_RIGHTS' && 'fds' in one ? one.fds : []))
    const pidfds = message.control.flatMap(one => (one.type === 'SCM_PIDFD' && 'fd' in one ? [one.fd] : []))
    const surplus = [...fds.splice(this.max), ...pidfds]
    for (const fd of surplus) native.close(fd)
    const data = Buffer.from(room.subarray(0, message.length))
    return { fds, data, controlTruncated: message.controlTruncated || surplus.length > 0 }
  }
}

/** A message as sendmsg(2) takes it. */
export interface Outgoing {
  readonly data: readonly Held[]
  readonly address: Bytes | undefined
  /** Encoded for each attempt: a Socket in it that was closed meanwhile has no descriptor any more. */
  control(): Bytes | undefined
  readonly target: Target | undefined
}

/** A message, checked; with what the options say by ancillary data. */
export function outgoing(
  message: unknown,
  domain?: Domain,
  extrasTo?: (to?: Bytes) => SendControl[],
  nameOfData = 'message.data',
): Outgoing {
  const { data, address, control } = object(message, 'message')
  const to = address === undefined ? undefined : encodeDestination(address, domain)
  const extras = extrasTo?.(to)
  // Encoded again when it is sent, since a Socket in it may be closed by then; but no other than was given.
  const given = Array.isArray(control) ? [...control] : control
  encodeControl(given, extras)
  return {
    data: heldViews(data, nameOfData),
    address: to,
    control: () => encodeControl(given, extras),
    target: address === undefined ? undefined : object(address, 'message.address'),
  }
}

/** Whether options say nothing by ancillary data. */
export function isPlain(options: unknown): boolean {
  if (options === undefined) return true
  const { segmentSize, ecn, local, ifindex } = object(options, 'options')
  return segmentSize === undefined && ecn === undefined && local === undefined && ifindex === undefined
}

/** Bytes that a datagram is to be cut into, where the options say so. */
export function segmentSizeOf(options: unknown): number | undefined {
  if (options === undefined) return undefined
  const { segmentSize } = object(options, 'options')
  return segmentSize === undefined ? undefined : integer(segmentSize, 'options.segmentSize', 1, 0xffff)
}

/**
 * The ancillary data that options of one datagram stand for, but for how it is cut. The kernel takes that of the other
 * family for none: where the family is not known both are given.
 */
export function extrasFor(options: unknown, domain: Domain | undefined, to?: Uint8Array): SendControl[] {
  if (options === undefined) return []
  const { ecn, local, ifindex } = object(options, 'options')
  const extras: SendControl[] = []
  if (ecn !== undefined) {
    // On AF_INET6 both: an IPv4-mapped destination takes the one, every other the other.
    const value = integer(ecn, 'options.ecn', 0, 3)
    extras.push({ type: 'IP_TOS', value })
    if (domain !== 'AF_INET') extras.push({ type: 'IPV6_TCLASS', value })
  }
  if (local !== undefined || ifindex !== undefined) {
    const from = {
      local: local === undefined ? anyFor(to) : string(local, 'options.local'),
      ifindex: ifindex === undefined ? undefined : uint32(ifindex, 'options.ifindex'),
    }
    const isV6 = domain === undefined ? from.local?.includes(':') : domain === 'AF_INET6'
    if (isV6 !== true) extras.push({ type: 'IP_PKTINFO', ...from })
    if (isV6 !== false) extras.push({ type: 'IPV6_PKTINFO', ...from })
  }
  return extras
}

/** To such a one an interface has to come with an address of its kind. */
function anyFor(to: Uint8Array | undefined): string | undefined {
  return isMapped(to) ? '::ffff:0.0.0.0' : undefined
}

/** Whether a destination is an IPv4 address on an AF_INET6 socket. */
export function isMapped(to: Uint8Array | undefined): boolean {
  if (to?.length !== sockaddrIn6.size) return false
  const at = sockaddrIn6.at.sin6_addr
  return to[at + 10] === 0xff && to[at + 11] === 0xff && isZero(to.subarray(at, at + 10))
}

/** The same for a socket, which may be none of those that have them. */
export function extrasOf(
  options: unknown,
  { domain, type }: { domain: Domain; type: SocketType },
  to?: Uint8Array,
): SendControl[] {
  const extras = extrasFor(options, domain, to)
  if ((extras.length > 0 || segmentSizeOf(options) !== undefined) && (type === 'SOCK_STREAM' || !isInternet(domain)))
    throw invalidValue('options', `without segmentSize, ecn, local and ifindex on a ${type} of ${domain}`, options)
  return extras
}

/** sendmsg(2). */
export class SendMessage extends Transfer<number> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly message: Outgoing,
  ) {
    super(handle, owner, 'sendmsg', flags)
    const { data, control } = message
    const isEmpty = data.every(held => held.bytes.length === 0)
    if (isEmpty && handle.kind.type === 'SOCK_STREAM' && control() !== undefined)
      throw invalidValue('message.data', 'at least one byte: a stream carries no ancillary data without', data)
  }

  attempt(): number | Unfinished {
    const { handle } = this
    const { data, address, control, target } = this.message
    const views = data.map(held => held.bytes)
    const encoded = control()
    const flags = this.flags | MSG_DONTWAIT
    const count = pastErrorsOfOthers(handle, () => native.sendmsg(handle.fd, views, flags, address, encoded))
    if (count === EAGAIN) return this.blockedOn(address)
    if (count < 0) throw systemError(count, 'sendmsg', { ...handle.kind, target })
    handle.writing.spendBytes(count)
    if (this.flags & MSG_ZEROCOPY) handle.errorQueue.ids.sent(count, data)
    return count
  }
}
