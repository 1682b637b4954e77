// Receiving: into a view, or as a Buffer of what came; with the sender's address, or all of a size.

import { slot, takeAddress } from '../address/slot.js'
import { addressOf, nobodyOf } from '../address/sockaddr.js'
import type { AddressOf } from '../address/types.js'
import { INT_MAX, integer } from '../codec/arguments.js'
import { type SocketErrorDetails, systemError } from '../errors.js'
import { native } from '../native.js'
import type { Domain } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE, MSG_OOB, MSG_PEEK, MSG_TRUNC, MSG_WAITALL } from '../tables/flags.js'
import type { Early } from './ahead.js'
import { endOfData, isOver, OVER } from './end.js'
import type { Handle } from './handle.js'
import { AGAIN, BLOCKED, UNMET, type Unfinished } from './operation.js'
import { type Bytes, EAGAIN, Held, ownLengthFlag, pastErrorsOfOthers, Transfer } from './transfer.js'

/** How many bytes are asked for. */
export function sizeOf(value: unknown, name = 'size', least = 0): number {
  return integer(value, name, least, INT_MAX)
}

/** What an EAGAIN says: an error queue, urgent data or a peek offset may be empty while the queue is not. */
export function nothingFor(flags: number): typeof BLOCKED | typeof UNMET {
  return flags & (MSG_ERRQUEUE | MSG_OOB | MSG_PEEK) ? UNMET : BLOCKED
}

/** As recv(2) does with a datagram. */
function takeEarly({ data }: Early, view: Bytes, flags: number): number {
  const count = data.copy(view)
  return flags & MSG_TRUNC ? data.length : count
}

// MSG_DONTWAIT: O_NONBLOCK belongs to the open file, and who shares that may have cleared it.
function receive(handle: Handle, view: Bytes, flags: number): number | typeof BLOCKED | typeof UNMET | typeof OVER {
  const early = handle.ahead?.take(handle, flags)
  if (early !== undefined) return takeEarly(early, view, flags)
  const count = pastErrorsOfOthers(handle, () => native.recv(handle.fd, view, flags | MSG_DONTWAIT))
  if (count === EAGAIN) return isOver(handle, flags) ? OVER : nothingFor(flags)
  if (count < 0) throw systemError(count, 'recv')
  if (flags === 0) handle.received(count, view.length)
  else if (flags & MSG_ERRQUEUE) handle.errorQueue.taken()
  return count
}

/** recv(2) into a view. */
export class ReceiveInto extends Transfer<number> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly into: Held,
  ) {
    super(handle, owner, 'recv', flags)
  }

  attempt(): number | Unfinished {
    const count = receive(this.handle, this.into.bytes, this.flags)
    return count === OVER ? 0 : count
  }
}

// Where bytes are received that are then copied to a Buffer of their length; a large part of it is handed out itself.
const spareSize = 1 << 16
let spare = Buffer.allocUnsafeSlow(spareSize)
// As much of it as was asked for last.
let room = spare

function roomFor(size: number): NonSharedBuffer {
  if (room.length !== size) room = spare.subarray(0, size)
  return room
}

// What an operation needs a room of its own for: more than the spare one has; and bytes that TCP counts, throws away and
// does not write, in whose place nothing of others may be.
function largeRoom(handle: Handle, flags: number, size: number): NonSharedBuffer | undefined {
  if ((flags & MSG_TRUNC) !== 0 && handle.kind.type === 'SOCK_STREAM') return Buffer.alloc(size)
  return size > spareSize ? Buffer.allocUnsafeSlow(size) : undefined
}

function keep(received: NonSharedBuffer, count: number): NonSharedBuffer {
  if (count <= received.length / 2 || count < spareSize / 4) {
    const kept = Buffer.allocUnsafe(count)
    received.copy(kept, 0, 0, count)
    return kept
  }
  if (received.buffer === spare.buffer) {
    spare = Buffer.allocUnsafeSlow(spareSize)
    room = spare
  }
  return received.subarray(0, count)
}

/** recv(2) of at most `size` bytes. */
export class Receive extends Transfer<NonSharedBuffer> {
  #large: NonSharedBuffer | undefined

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly size: number,
  ) {
    super(handle, owner, 'recv', flags)
  }

  attempt(): NonSharedBuffer | Unfinished {
    this.#large ??= largeRoom(this.handle, this.flags, this.size)
    const into = this.#large ?? roomFor(this.size)
    const count = receive(this.handle, into, this.flags)
    if (count === OVER) return endOfData()
    return typeof count === 'symbol' ? count : keep(into, Math.min(count, into.length))
  }
}

/** recv(2) with MSG_WAITALL on a stream: the whole view, or what there is before the end. */
abstract class ReceiveWhole<T> extends Transfer<T> {
  #count = 0

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly into: Held,
  ) {
    super(handle, owner, 'recv', flags & ~MSG_WAITALL)
  }

  /** What the caller gets of `count` bytes. */
  protected abstract given(count: number): T

  attempt(): T | Unfinished {
    const view = this.into.bytes
    if (this.flags & MSG_PEEK) return this.#peek(view)
    const count = receive(this.handle, view.subarray(this.#count), this.flags)
    if (count === OVER) return this.given(this.#count)
    if (typeof count === 'symbol') return count
    this.#count += count
    return count === 0 || this.#count >= view.length ? this.given(this.#count) : AGAIN
  }

  /** What was peeked at is peeked at again, together with what came since. */
  #peek(view: Bytes): T | Unfinished {
    const count = receive(this.handle, view, this.flags)
    if (count === OVER) return this.given(0)
    if (typeof count === 'symbol') return count
    return count === 0 || count === view.length || this.handle.hungUp ? this.given(count) : UNMET
  }

  override progress(): SocketErrorDetails | undefined {
    return this.#count === 0 ? undefined : { bytesReceived: this.#count }
  }
}

/** The same into the caller's view: how many bytes. */
export class ReceiveWholeInto extends ReceiveWhole<number> {
  protected given(count: number): number {
    return count
  }
}

/** The same as a Buffer. */
export class ReceiveWholeSize extends ReceiveWhole<NonSharedBuffer> {
  readonly #room: NonSharedBuffer

  constructor(handle: Handle, owner: object, flags: number, size: number) {
    const room = Buffer.allocUnsafeSlow(size)
    super(handle, owner, flags, new Held(room, 'room'))
    this.#room = room
  }

  protected given(count: number): NonSharedBuffer {
    return this.#room.subarray(0, count)
  }

  override progress(): SocketErrorDetails | undefined {
    const progress = super.progress()
    return progress && { ...progress, data: this.given(progress.bytesReceived ?? 0) }
  }
}

/** A datagram, and where it came from. `truncated`: it was longer than its room. */
export type Datagram<D extends Domain> = { data: NonSharedBuffer; address: AddressOf<D>; truncated: boolean }
/** How much of a datagram came into a view, and where it came from. `truncated`: it was longer than its room. */
export type DatagramInto<D extends Domain> = { length: number; address: AddressOf<D>; truncated: boolean }

function receiveFrom<D extends Domain>(
  handle: Handle,
  domain: D,
  view: Bytes,
  flags: number,
): DatagramInto<D> | typeof BLOCKED | typeof UNMET | typeof OVER {
  const early = handle.ahead?.take(handle, flags)
  if (early !== undefined) {
    const length = takeEarly(early, view, flags)
    return { length, address: addressOf(early.address, domain), truncated: early.data.length > view.length }
  }
  const isStream = handle.kind.type === 'SOCK_STREAM'
  const asked = flags | MSG_DONTWAIT | ownLengthFlag(handle.kind)
  const count = pastErrorsOfOthers(handle, () => native.recvfrom(handle.fd, view, asked, slot))
  if (count === EAGAIN) return isOver(handle, flags) ? OVER : nothingFor(flags)
  if (count < 0) throw systemError(count, 'recvfrom')
  const peer = isStream ? handle.peerAddress() : takeAddress(domain)
  if (flags === 0) handle.received(Math.min(count, view.length), view.length)
  else if (flags & MSG_ERRQUEUE) handle.errorQueue.taken()
  const length = flags & MSG_TRUNC ? count : Math.min(count, view.length)
  const address = addressOf(peer, domain)
  return { length, address, truncated: !isStream && count > view.length }
}

/** Where the end of datagrams comes from: the peer, or who has no peer, an address that is nobody's. */
function peerOf<D extends Domain>(handle: Handle, domain: D): AddressOf<D> {
  const peer = handle.peerAddress() // of AF_UNSPEC where a connect dissolved the association
  return addressOf(peer?.family === domain ? peer : nobodyOf(domain), domain)
}

/** recvfrom(2) into a view. */
export class ReceiveFromInto<D extends Domain> extends Transfer<DatagramInto<D>> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly domain: D,
    readonly into: Held,
  ) {
    super(handle, owner, 'recvfrom', flags)
  }

  attempt(): DatagramInto<D> | Unfinished {
    const { handle, domain } = this
    const from = receiveFrom(handle, domain, this.into.bytes, this.flags)
    return from === OVER ? { length: 0, address: peerOf(handle, domain), truncated: false } : from
  }
}

/** recvfrom(2) of at most `size` bytes. */
export class ReceiveFrom<D extends Domain> extends Transfer<Datagram<D>> {
  #large: NonSharedBuffer | undefined

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly domain: D,
    readonly size: number,
  ) {
    super(handle, owner, 'recvfrom', flags)
  }

  attempt(): Datagram<D> | Unfinished {
    this.#large ??= largeRoom(this.handle, this.flags, this.size)
    const into = this.#large ?? roomFor(this.size)
    const from = receiveFrom(this.handle, this.domain, into, this.flags)
    if (from === OVER) return { data: endOfData(), address: peerOf(this.handle, this.domain), truncated: false }
    if (typeof from === 'symbol') return from
    const { length, address, truncated } = from
    return { data: keep(into, Math.min(length, into.length)), address, truncated }
  }
}
