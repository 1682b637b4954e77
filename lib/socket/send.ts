// Sending: once, to the peer or to an address; and everything.
import { type SocketErrorDetails, systemError, type Target } from '../errors.js'
import { native } from '../native.js'
import type { Handle } from './handle.js'
import { AGAIN, BLOCKED, type Unfinished } from './operation.js'
import { type Bytes, EAGAIN, Held, Transfer } from './transfer.js'

/** Where a datagram goes: as bytes for the kernel, and as it was given. */
export interface Destination {
  readonly address: Bytes
  readonly target: Target
}

/** send(2), or with an address sendto(2). */
export class Send extends Transfer<number> {
  #pause = 1

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
    const { handle, to, flags } = this
    const data = this.data.bytes
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

/** What one sendmsg(2) takes: IOV_MAX. */
const mostVectors = 1024

/** send(2) until everything is sent; of several views together, sendmsg(2). */
export class SendAll extends Transfer<void> {
  readonly #isStream: boolean
  readonly #views: Held[]
  #index = 0
  // Sent of the view at #index; and of all.
  #offset = 0
  #sent = 0

  constructor(handle: Handle, owner: object, flags: number, views: readonly Bytes[]) {
    super(handle, owner, 'sendall', flags)
    this.#isStream = handle.kind.type === 'SOCK_STREAM'
    const sent = this.#isStream ? views.filter(view => view.length > 0) : views
    this.#views = sent.map(view => new Held(view, 'data'))
  }

  attempt(): undefined | Unfinished {
    if (this.#isStream && this.#index >= this.#views.length) return undefined
    const { handle, flags } = this
    const views = this.#left()
    const [only] = views
    const alone = views.length === 1 && only !== undefined
    const count = alone ? native.send(handle.fd, only, flags) : native.sendv(handle.fd, views, flags)
    if (count === EAGAIN) return BLOCKED
    if (count < 0) throw systemError(count, alone ? 'send' : 'sendmsg')
    handle.writing.budget.spendBytes(count)
    if (!this.#isStream) return undefined
    this.#advance(count)
    return this.#index < this.#views.length ? AGAIN : undefined
  }

  override progress(): SocketErrorDetails | undefined {
    return this.#sent === 0 ? undefined : { bytesSent: this.#sent }
  }

  // A message goes out whole or not at all: only a stream is sent in parts.
  #left(): Bytes[] {
    const end = this.#isStream ? this.#index + mostVectors : undefined
    const left = this.#views.slice(this.#index, end).map(view => view.bytes)
    if (this.#offset > 0) left.splice(0, 1, ...left.slice(0, 1).map(view => view.subarray(this.#offset)))
    return left
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
