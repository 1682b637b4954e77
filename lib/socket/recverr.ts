// A socket's error queue: what failed, when a send left, which zero-copy sends are complete. Who takes an entry tells
// zerocopy.ts of it; what was taken in search of a completion alone is kept for who asks next.

import { slot } from '../address/slot.js'
import type { QueuedError } from '../control/types.js'
import { ownError, systemError } from '../errors.js'
import { native } from '../native.js'
import type { Domain } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE } from '../tables/flags.js'
import { SO_LINGER } from '../tables/options/socket.js'
import type { Handle } from './handle.js'
import { receiveMessage } from './message.js'
import { BLOCKED, Operation, type Unfinished } from './operation.js'
import { setOption } from './options.js'
import { defer, ERRORS } from './reactor.js'
import { Direction } from './readiness.js'
import { EAGAIN } from './transfer.js'
import { ZeroCopyIds } from './zerocopy.js'

// Others ignore MSG_ERRQUEUE: they would hand out what was sent to them.
const withErrorQueue: ReadonlySet<Domain> = new Set<Domain>(['AF_INET', 'AF_INET6', 'AF_PACKET', 'AF_VSOCK'])

// The most that a queued packet shows of itself.
const mostPayload = 65_535
const room = Buffer.allocUnsafeSlow(mostPayload)

/** More are dropped, the newest first, as the kernel does with what exceeds its own queue. */
const mostKept = 1024

/** recvmsg(2) with MSG_ERRQUEUE. */
function take({ fd, kind }: Handle): QueuedError | typeof BLOCKED {
  if (MSG_ERRQUEUE === 0 || !withErrorQueue.has(kind.domain))
    throw ownError('EOPNOTSUPP', `a socket of ${kind.domain} has no error queue here`)
  const message = receiveMessage(fd, kind.domain, [room], MSG_ERRQUEUE | MSG_DONTWAIT, false)
  if (message === EAGAIN) return BLOCKED
  if (typeof message === 'number') throw systemError(message, 'recvmsg')
  for (const one of message.control) if ('error' in one) return one.error
  const payload = Buffer.from(room.subarray(0, message.length))
  return { origin: 0, errno: 0, type: 0, errorCode: 0, info: 0, data: 0, payload }
}

export class ErrorQueue {
  /** Who waits for an entry. */
  readonly taking: Direction
  /** Who waits for the kernel to release what was sent without a copy. */
  readonly releasing: Direction
  readonly ids: ZeroCopyIds
  readonly #kept: QueuedError[] = []

  constructor(readonly handle: Handle) {
    this.taking = new Direction(handle, ERRORS)
    this.releasing = new Direction(handle, ERRORS)
    this.ids = new ZeroCopyIds(handle)
  }

  /** How many wait. */
  get length(): number {
    return this.taking.length + this.releasing.length
  }

  /** There may be an entry. */
  wake(): void {
    this.releasing.wake()
    this.taking.wake()
  }

  cancel(): void {
    this.taking.cancel()
    this.releasing.cancel()
  }

  /**
   * The socket is about to be closed. The kernel would go on to send from memory that may be freed by then, or hold
   * another's secrets: so a connection with a sendall outstanding is reset.
   */
  forsake(): void {
    const { fd, isShared } = this.handle
    this.#drainForIds()
    const isConnected = () => native.getpeername(fd, slot) === 0
    if (!isShared && this.ids.areAwaited && isConnected()) setOption(() => fd, SO_LINGER, 0)
    else this.ids.keepLent()
  }

  /** The socket is about to be handed on: its connection goes on, and with it what the kernel reads. */
  handOn(): void {
    this.#drainForIds()
    this.ids.keepLent()
  }

  #drainForIds(): void {
    if (this.ids.areLent) this.drain()
  }

  /** The next entry. */
  next(): QueuedError | typeof BLOCKED {
    const kept = this.#kept.shift()
    if (kept !== undefined) return kept
    const entry = take(this.handle)
    if (entry !== BLOCKED) this.told(entry)
    return entry
  }

  /** An entry was taken. */
  told(entry: QueuedError): void {
    this.ids.completed(entry)
    if (entry.origin === 'SO_EE_ORIGIN_ZEROCOPY') serveLater(this.releasing)
  }

  /** An entry was taken by who is not told what it said: it may have been a completion. */
  taken(): void {
    this.ids.lose()
    serveLater(this.releasing)
  }

  /** Takes all that there is, for the completions among it, and keeps it for `next`. */
  drain(): void {
    for (let entry = take(this.handle); entry !== BLOCKED; entry = take(this.handle)) {
      this.ids.completed(entry)
      this.#keep(entry)
    }
    if (this.#kept.length > 0) serveLater(this.taking)
  }

  // Ranges that meet become one, as in the kernel's queue.
  #keep(entry: QueuedError): void {
    const last = this.#kept.at(-1)
    const both = entry.origin === 'SO_EE_ORIGIN_ZEROCOPY' && last?.origin === 'SO_EE_ORIGIN_ZEROCOPY'
    if (both && entry.low === (last.high + 1) >>> 0 && entry.copied === last.copied) last.high = entry.high
    else if (this.#kept.length < mostKept) this.#kept.push(entry)
  }
}

// It may be being served right now.
function serveLater(direction: Direction): void {
  direction.ready = true
  if (!direction.idle) defer(direction)
}

/** The next entry of the error queue. */
export class ReceiveError extends Operation<QueuedError> {
  constructor(
    readonly handle: Handle,
    owner: object,
  ) {
    super(owner, 'recverr')
  }

  attempt(): QueuedError | Unfinished {
    return this.handle.errorQueue.next()
  }
}
