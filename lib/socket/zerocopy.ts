// Zero-copy sends: the ids that the kernel gives them, and a sendall that waits until all of its own are complete.
// MSG_ZEROCOPY, https://docs.kernel.org/networking/msg_zerocopy.html. Linux.

import { intAt } from '../codec/scalar.js'
import type { QueuedError } from '../control/types.js'
import { ownError, type SocketErrorDetails } from '../errors.js'
import { native } from '../native.js'
import { errno } from '../tables/errnos.js'
import { MSG_ZEROCOPY } from '../tables/flags.js'
import { SO_ZEROCOPY } from '../tables/options/socket.js'
import type { Handle } from './handle.js'
import { BLOCKED, type Unfinished, type Wait } from './operation.js'
import { SendAllViews } from './send.js'
import { type Bytes, type Held, Transfer } from './transfer.js'

const ENOBUFS = errno('ENOBUFS')
const value = Buffer.alloc(4)
/** So many sends before what is complete is looked for, where nobody reads the queue. */
const mostUnread = 1024

/**
 * What the kernel reads in memory that stays the caller's: it must not be freed until then, for what takes its place would
 * be sent.
 */
interface Lent {
  readonly views: readonly Held[]
  /** Whether it is of a `sendall`, which waits for it. */
  readonly awaited: boolean
  /** How many sends of it are not complete. */
  unreleased: number
}

// tcp(7): with tcp_retries2 at its default a connection that is not answered is given up after 924.6 s.
const longestSending = 1_000_000
const kept = new Set<Lent>()

function keepFor(lent: Lent, milliseconds: number): void {
  if (kept.has(lent)) return
  kept.add(lent)
  setTimeout(() => kept.delete(lent), milliseconds).unref()
}

/**
 * The ids of a socket's zero-copy sends. The kernel counts those that have bytes and succeed while SO_ZEROCOPY is on, from
 * 0; so they are known where all of them went through this Socket, and where a send that fails is not counted: on TCP. (UDP
 * counts what a filter refused, too.)
 */
export class ZeroCopyIds {
  /** Somebody else sent, or took completions: which are whose is not known any more. */
  lost = false
  #next = 0
  readonly #lent = new Map<number, Lent>()

  constructor(readonly handle: Handle) {}

  /** Whether a send with MSG_ZEROCOPY gets an id, and a known one. */
  get counts(): boolean {
    const { fd, isTcp, isShared } = this.handle
    if (!isTcp || isShared || this.lost || SO_ZEROCOPY.number === undefined) return false
    return native.getsockopt(fd, SO_ZEROCOPY.level, SO_ZEROCOPY.number, value) > 0 && intAt(value) !== 0
  }

  /** Whether anything that was sent is not complete. */
  get areLent(): boolean {
    return this.#lent.size > 0
  }

  /** Nobody will learn any more when what is lent is released: it is kept for as long as TCP may go on to send it. */
  keepLent(): void {
    for (const lent of this.#lent.values()) keepFor(lent, longestSending)
    this.#lent.clear()
  }

  /** Whether a `sendall` has sent what is not complete. */
  get areAwaited(): boolean {
    for (const { awaited } of this.#lent.values()) if (awaited) return true
    return false
  }

  /** `count` bytes were sent with MSG_ZEROCOPY by anything but `sendall`. */
  sent(count: number, views: readonly Held[]): void {
    if (this.counts) this.lend(count, { views, awaited: false, unreleased: 0 })
  }

  /** `count` bytes were sent with MSG_ZEROCOPY. */
  lend(count: number, lent: Lent): void {
    if (count <= 0) return
    this.#lent.set(this.#next, lent)
    lent.unreleased++
    this.#next = (this.#next + 1) >>> 0
    if (this.#lent.size % mostUnread === 0) this.handle.errorQueue.drain()
  }

  /** A completion may have been taken unread. */
  lose(): void {
    if (this.#lent.size > 0) this.lost = true
  }

  /** An entry of the error queue was taken. */
  completed(entry: QueuedError): void {
    if (entry.origin !== 'SO_EE_ORIGIN_ZEROCOPY') return
    const { low, high } = entry
    if (((high - this.#next) | 0) >= 0 && !this.handle.isShared) this.lost = true
    // Ids wrap; those of the map are in their order.
    for (const [id, lent] of this.#lent) {
      if (((id - high) | 0) > 0) break
      if (((id - low) | 0) < 0) continue
      this.#lent.delete(id)
      lent.unreleased--
    }
  }
}

/** Waits until the kernel has released what a `sendall` sent. */
class Release extends Transfer<void> {
  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    readonly lent: Lent,
    readonly sent: SocketErrorDetails | undefined,
  ) {
    super(handle, owner, 'sendall', flags)
  }

  attempt(): undefined | Unfinished {
    const { errorQueue } = this.handle
    if (this.lent.unreleased > 0) errorQueue.drain()
    if (this.lent.unreleased === 0) return undefined
    if (errorQueue.ids.lost) throw ownError('ECANCELED', 'sendall: another took, or made, its zero-copy completions')
    return BLOCKED
  }

  override progress(): SocketErrorDetails | undefined {
    return this.sent
  }
}

/** What one send takes at most: so much the kernel lets one completion cover, and pins of a caller without rights. */
const mostAtOnce = 1 << 19

function firstOf(views: readonly Bytes[]): Bytes[] {
  const taken: Bytes[] = []
  let left = mostAtOnce
  for (const view of views) {
    if (left === 0) break
    const part = view.subarray(0, left)
    left -= part.length
    taken.push(part)
  }
  return taken
}

/** sendmsg(2) of several views with MSG_ZEROCOPY, until the kernel has released them. Where it would not tell, copied. */
export class SendAllZeroCopy extends SendAllViews {
  readonly #lent: Lent
  readonly #started = performance.now()

  constructor(
    handle: Handle,
    owner: object,
    flags: number,
    views: readonly Held[],
    readonly wait: Wait,
  ) {
    super(handle, owner, flags, views)
    this.#lent = { views, awaited: true, unreleased: 0 }
  }

  override attempt(): undefined | Promise<void> | Unfinished {
    const result = super.attempt()
    return result === undefined && this.#lent.unreleased > 0 ? this.#release() : result
  }

  protected override transmit(views: readonly Bytes[], flags: number): number {
    const { fd, errorQueue } = this.handle
    if (errorQueue.ids.counts) {
      const count = native.sendmsg(fd, firstOf(views), flags)
      errorQueue.ids.lend(count, this.#lent)
      // It may not pin, or queue completions, any more: this part is copied.
      if (count !== ENOBUFS) return count
    }
    return native.sendmsg(fd, views, flags & ~MSG_ZEROCOPY)
  }

  #release(): Promise<void> {
    const { releasing } = this.handle.errorQueue
    const { signal, timeout } = this.wait
    const spent = performance.now() - this.#started
    const left = timeout && Math.max(1, Math.ceil(timeout - spent))
    if (releasing.idle) releasing.ready = true
    const release = new Release(this.handle, this.owner, this.flags, this.#lent, this.progress())
    return releasing.perform(release, { signal, timeout: left })
  }
}
