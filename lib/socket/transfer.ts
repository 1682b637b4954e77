// Operations that move bytes: receiving (into a view, or as a Buffer of what came), sending once, sending everything.

import { slot, takeAddress } from '../address/slot.js'
import { addressOf } from '../address/sockaddr.js'
import type { AddressOf } from '../address/types.js'
import { INT_MAX, integer, invalidType, object } from '../codec/arguments.js'
import { type SocketErrorDetails, systemError, type Target } from '../errors.js'
import { native } from '../native.js'
import { errnos } from '../tables/errnos.js'
import type { Domain } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, MSG_WAITALL } from '../tables/flags.js'
import type { Handle } from './handle.js'
import { AGAIN, BLOCKED, Operation, type Unfinished, type Wait } from './operation.js'

type Bytes = Uint8Array<ArrayBuffer>

/** Options of an operation that moves bytes. */
export interface TransferOptions extends Wait {
  /** MSG_* or-ed. */
  flags?: number | undefined
}

const EAGAIN = -(errnos.numberOf('EAGAIN') ?? 0)

/** The flags of a transfer, checked. */
export function flagsOf(options: unknown): number {
  if (options === undefined) return 0
  const { flags } = object(options, 'options')
  return flags === undefined ? 0 : integer(flags, 'options.flags', 0, INT_MAX)
}

abstract class Transfer<T> extends Operation<T> {
  constructor(
    readonly handle: Handle,
    owner: object,
    name: string,
    readonly flags: number,
  ) {
    super(owner, name)
    this.once = (flags & MSG_DONTWAIT) !== 0
  }

  override missed(): unknown {
    return this.flags & MSG_DONTWAIT ? systemError(EAGAIN, this.name) : super.missed()
  }
}

/** A view that was detached while its operation waited has no length any more; zero bytes would look like the end. */
function stillThere(view: Bytes, length: number): Bytes {
  if (view.length === 0 && length > 0)
    throw invalidType('data', 'a view that stays attached until the operation ends', view)
  return view
}

function receive(handle: Handle, view: Bytes, flags: number): number | typeof BLOCKED {
  const count = native.recv(handle.fd, view, flags)
  if (count >= 0) {
    if (flags === 0) handle.received(count, view.length)
    return count
  }
  if (count === EAGAIN) return BLOCKED
  throw systemError(count, 'recv')
}

/** recv(2) into a view. */
export class ReceiveInto extends Transfer<number> {
  readonly #length: number

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly view: Bytes,
  ) {
    super(handle, owner, 'recv', flags)
    this.#length = view.length
  }

  attempt(): number | Unfinished {
    return receive(this.handle, stillThere(this.view, this.#length), this.flags)
  }
}

// Where bytes are received that are then copied to a Buffer of their length; a large part of it is handed out itself.
const spareSize = 1 << 16
let spare = Buffer.allocUnsafeSlow(spareSize)

function roomFor(size: number): NonSharedBuffer {
  return size <= spare.length ? spare.subarray(0, size) : Buffer.allocUnsafeSlow(size)
}

function keep(room: NonSharedBuffer, count: number): NonSharedBuffer {
  if (count <= room.length / 2 || count < spareSize / 4) return Buffer.from(room.subarray(0, count))
  if (room.buffer === spare.buffer) spare = Buffer.allocUnsafeSlow(spareSize)
  return room.subarray(0, count)
}

/** recv(2) of at most `size` bytes. */
export class Receive extends Transfer<NonSharedBuffer> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly size: number,
  ) {
    super(handle, owner, 'recv', flags)
  }

  attempt(): NonSharedBuffer | Unfinished {
    const room = roomFor(this.size)
    const count = receive(this.handle, room, this.flags)
    return count === BLOCKED ? count : keep(room, Math.min(count, room.length))
  }
}

/** recv(2) with MSG_WAITALL on a stream: the whole view, or what there is before the end. */
export class ReceiveAll extends Transfer<number> {
  #count = 0
  readonly #length: number

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly view: Bytes,
    readonly tellData: boolean,
  ) {
    super(handle, owner, 'recv', flags & ~MSG_WAITALL)
    this.#length = view.length
  }

  attempt(): number | Unfinished {
    const view = stillThere(this.view, this.#length)
    if (this.flags & MSG_PEEK) return this.#peek(view)
    const count = receive(this.handle, view.subarray(this.#count), this.flags)
    if (count === BLOCKED) return BLOCKED
    this.#count += count
    return count === 0 || this.#count >= view.length ? this.#count : AGAIN
  }

  /** What was peeked at is peeked at again, together with what came since. */
  #peek(view: Bytes): number | Unfinished {
    const count = receive(this.handle, view, this.flags)
    if (count === BLOCKED || count === 0 || count === view.length) return count
    return this.handle.hungUp ? count : BLOCKED
  }

  override progress(): SocketErrorDetails | undefined {
    if (this.#count === 0) return undefined
    const data = this.tellData ? Buffer.from(this.view.subarray(0, this.#count)) : undefined
    return { bytesReceived: this.#count, ...(data !== undefined && { data }) }
  }
}

/** How much came into a view, and from whom. */
export interface From<D extends Domain> {
  length: number
  address: AddressOf<D>
  truncated: boolean
}

// A datagram's own length is told where it did not fit; on a stream MSG_TRUNC would throw bytes away.
function receiveFrom<D extends Domain>(
  handle: Handle,
  domain: D,
  view: Bytes,
  flags: number,
): From<D> | typeof BLOCKED {
  const isStream = handle.kind.type === 'SOCK_STREAM'
  const peer = isStream ? handle.peerAddress() : undefined
  const count = native.recvfrom(handle.fd, view, isStream ? flags : flags | MSG_TRUNC, slot)
  if (count === EAGAIN) return BLOCKED
  if (count < 0) throw systemError(count, 'recvfrom')
  if (flags === 0) handle.received(Math.min(count, view.length), view.length)
  const length = flags & MSG_TRUNC ? count : Math.min(count, view.length)
  const address = addressOf(peer ?? takeAddress(domain), domain)
  return { length, address, truncated: !isStream && count > view.length }
}

/** recvfrom(2) into a view. */
export class ReceiveFromInto<D extends Domain> extends Transfer<From<D>> {
  readonly #length: number

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly domain: D,
    readonly view: Bytes,
  ) {
    super(handle, owner, 'recvfrom', flags)
    this.#length = view.length
  }

  attempt(): From<D> | Unfinished {
    return receiveFrom(this.handle, this.domain, stillThere(this.view, this.#length), this.flags)
  }
}

type WithData<D extends Domain> = Omit<From<D>, 'length'> & { data: NonSharedBuffer }

/** recvfrom(2) of at most `size` bytes. */
export class ReceiveFrom<D extends Domain> extends Transfer<WithData<D>> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly domain: D,
    readonly size: number,
  ) {
    super(handle, owner, 'recvfrom', flags)
  }

  attempt(): WithData<D> | Unfinished {
    const room = roomFor(this.size)
    const from = receiveFrom(this.handle, this.domain, room, this.flags)
    if (from === BLOCKED) return BLOCKED
    const { length, address, truncated } = from
    return { data: keep(room, Math.min(length, room.length)), address, truncated }
  }
}

/** send(2), or with an address sendto(2). */
export class Send extends Transfer<number> {
  readonly #length: number
  #pause = 1

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly data: Bytes,
    readonly to?: { readonly address: Bytes; readonly target: Target },
  ) {
    super(handle, owner, to === undefined ? 'send' : 'sendto', flags)
    this.#length = data.length
  }

  attempt(): number | Unfinished {
    const { handle, to, flags } = this
    const data = stillThere(this.data, this.#length)
    const count =
      to === undefined ? native.send(handle.fd, data, flags) : native.sendto(handle.fd, data, flags, to.address)
    if (count === EAGAIN) return this.#blocked()
    if (count < 0) throw systemError(count, this.name, { ...handle.kind, target: to?.target })
    handle.writing.budget.spendBytes(count)
    return count
  }

  // A full AF_UNIX receiver is reported only to a sender that is connected to it: an unconnected one asks again.
  #blocked(): typeof BLOCKED {
    if (this.to !== undefined && this.handle.kind.domain === 'AF_UNIX') {
      this.pauseFor(this.#pause)
      this.#pause = Math.min(2 * this.#pause, 16)
    }
    return BLOCKED
  }
}

const mostVectors = 1024

/** send(2) until everything is sent; of several views together, sendmsg(2). */
export class SendAll extends Transfer<void> {
  readonly #views: Bytes[]
  readonly #lengths: number[]
  readonly #isStream: boolean
  #index = 0
  #sent = 0

  constructor(handle: Handle, owner: object, flags: number, views: readonly Bytes[]) {
    super(handle, owner, 'sendall', flags)
    this.#isStream = handle.kind.type === 'SOCK_STREAM'
    this.#views = this.#isStream ? views.filter(view => view.length > 0) : [...views]
    this.#lengths = this.#views.map(view => view.length)
  }

  attempt(): undefined | Unfinished {
    if (this.#index >= this.#views.length && this.#isStream) return undefined
    const { handle, flags } = this
    const views = this.#left()
    const [only] = views
    const count =
      views.length === 1 && only !== undefined
        ? native.send(handle.fd, only, flags)
        : native.sendv(handle.fd, views, flags)
    if (count === EAGAIN) return BLOCKED
    if (count < 0) throw systemError(count, views.length === 1 ? 'send' : 'sendmsg')
    handle.writing.budget.spendBytes(count)
    this.#sent += count
    if (!this.#isStream) return undefined
    this.#advance(count)
    return this.#index < this.#views.length ? AGAIN : undefined
  }

  override progress(): SocketErrorDetails | undefined {
    return this.#sent === 0 ? undefined : { bytesSent: this.#sent }
  }

  // A message goes out whole or not at all: only a stream is sent in parts.
  #left(): Bytes[] {
    const left = this.#views.slice(this.#index, this.#isStream ? this.#index + mostVectors : undefined)
    left.forEach((view, i) => void stillThere(view, this.#lengths[this.#index + i] ?? 0))
    return left
  }

  #advance(count: number): void {
    let rest = count
    for (
      let view = this.#views[this.#index];
      view !== undefined && rest >= view.length;
      view = this.#views[this.#index]
    ) {
      rest -= view.length
      this.#index++
    }
    const view = this.#views[this.#index]
    if (view === undefined || rest === 0) return
    this.#views[this.#index] = view.subarray(rest)
    this.#lengths[this.#index] = view.length - rest
  }
}
