// Sending: once, to the peer or to an address; and everything.
import { type SocketErrorDetails, systemError, type Target } from '../errors.js'
import { native } from '../native.js'
import { MSG_DONTWAIT, MSG_ZEROCOPY } from '../tables/flags.js'
import type { Handle } from './handle.js'
import { AGAIN, BLOCKED, type Unfinished } from './operation.js'
import { type Bytes, EAGAIN, Held, pastErrorsOfOthers, Transfer } from './transfer.js'

/** Where a datagram goes: as bytes for the kernel, and as it was given. */
export interface Destination {
  readonly address: Bytes
  readonly target: Target
}

/** send(2), or with an address sendto(2). */
export class Send extends Transfer<number> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly data: Held,
    readonly to?: Destination,
  ) {
    super(handle, owner, to === undefined ? 'send' : 'sendto', flags)
  }

  attempt(): number | Unfinished {
    const { handle, to } = this
    const flags = this.flags | MSG_DONTWAIT
    const data = this.data.bytes
    const send = () =>
      to === undefined ? native.send(handle.fd, data, flags) : native.sendto(handle.fd, data, flags, to.address)
    const count = pastErrorsOfOthers(handle, send)
    if (count === EAGAIN) return this.blockedOn(to?.address)
    if (count < 0) throw systemError(count, this.name, { ...handle.kind, target: to?.target })
    handle.writing.spendBytes(count)
    if (flags & MSG_ZEROCOPY) handle.errorQueue.ids.sent(count, [this.data])
    return count
  }
}

/** send(2) until everything is sent. A message goes out whole or not at all: only a stream is sent in parts. */
export class SendAll extends Transfer<void> {
  #sent = 0

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly data: Held,
  ) {
    super(handle, owner, 'sendall', flags)
  }

  attempt(): undefined | Unfinished {
    const { handle } = this
    const flags = this.flags | MSG_DONTWAIT
    const view = this.data.bytes
    const count = native.send(handle.fd, this.#sent === 0 ? view : view.subarray(this.#sent), flags)
    if (count === EAGAIN) return BLOCKED
    if (count < 0) throw systemError(count, 'send')
    handle.writing.spendBytes(count)
    this.#sent += count
    return this.#sent < view.length && isStream(handle) ? AGAIN : undefined
  }

  override progress(): SocketErrorDetails | undefined {
    return this.#sent === 0 ? undefined : { bytesSent: this.#sent }
  }
}

/** What one sendmsg(2) takes: IOV_MAX. */
const mostVectors = 1024

/** sendmsg(2) of several views until everything is sent. */
export class SendAllViews extends Transfer<void | Promise<void>> {
  readonly #views: readonly Held[]
  #index = 0
  // Sent of the view at #index; and of all.
  #offset = 0
  #sent = 0

  constructor(handle: Handle, owner: object, flags: number, views: readonly Held[]) {
    super(handle, owner, 'sendall', flags)
    if (isStream(handle)) this.#views = views.filter(view => view.bytes.length > 0)
    else if (views.length <= mostVectors) this.#views = views
    else this.#views = [new Held(Buffer.concat(views.map(view => view.bytes)), 'data')]
  }

  attempt(): undefined | Promise<void> | Unfinished {
    const { handle } = this
    const count = this.transmit(this.#left(), this.flags | MSG_DONTWAIT)
    if (count === EAGAIN) return BLOCKED
    if (count < 0) throw systemError(count, 'sendmsg')
    handle.writing.spendBytes(count)
    this.#advance(count)
    return this.#index < this.#views.length && isStream(handle) ? AGAIN : undefined
  }

  override progress(): SocketErrorDetails | undefined {
    return this.#sent === 0 ? undefined : { bytesSent: this.#sent }
  }

  /** How much of `views` was sent, or -errno. */
  protected transmit(views: readonly Bytes[], flags: number): number {
    return native.sendmsg(this.handle.fd, views, flags)
  }

  #left(): Bytes[] {
    const end = isStream(this.handle) ? this.#index + mostVectors : undefined
    const [first, ...others] = this.#views.slice(this.#index, end).map(view => view.bytes)
    return first === undefined ? [] : [first.subarray(this.#offset), ...others]
  }

  #advance(count: number): void {
    this.#sent += count
    this.#offset += count
    for (let view = this.#views[this.#index]; view !== undefined; view = this.#views[this.#index]) {
      const { length } = view.bytes
      if (this.#offset < length) return
      this.#offset -= length
      this.#index++
    }
  }
}

function isStream(handle: Handle): boolean {
  return handle.kind.type === 'SOCK_STREAM'
}
