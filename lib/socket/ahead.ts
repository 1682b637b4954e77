// Datagrams that were received before anyone asked for them: datagrams() takes as many as one system call gives. Whatever
// receives on the socket gets these first, in their order, so that a loop that is left loses none.
import { encodeDestination } from '../address/destination.js'
import type { Sockaddr } from '../address/types.js'
import { systemError } from '../errors.js'
import { isInternet } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE, MSG_PEEK } from '../tables/flags.js'
import type { Handle, Kind } from './handle.js'
import { BatchMemory } from './memory.js'
import { EAGAIN, pastErrorsOfOthers } from './transfer.js'

/** A datagram, and all that the kernel said of it. */
export interface Early {
  readonly data: NonSharedBuffer
  readonly address: Sockaddr | undefined
  /** Its ancillary data, as bytes. */
  readonly control: NonSharedBuffer
  readonly flags: number
}

const most = 64
const nothing = Buffer.alloc(0)
// What comes is copied from here to Buffers of its length: one memory is enough for all sockets of a thread.
let memory: BatchMemory | undefined

/** Whether datagrams of such a socket may be received ahead: those that are no larger than the memory. */
export function mayBeEarly({ domain, type }: Kind): boolean {
  return type === 'SOCK_DGRAM' && isInternet(domain)
}

export class Ahead {
  #datagrams: Early[] = []
  #next = 0
  /** Whether the kernel had no more. */
  #isLast = false

  get length(): number {
    return this.#datagrams.length - this.#next
  }

  /** Whether a receive with such flags is served here: UDP takes no notice of MSG_OOB. */
  serves(flags: number): boolean {
    return this.length > 0 && (flags & MSG_ERRQUEUE) === 0
  }

  /** The kernel may have more. */
  happened(): void {
    this.#isLast = false
  }

  /** The next one, for a receive with such flags; undefined where there is none. */
  take(handle: Handle, flags: number): Early | undefined {
    if (!this.serves(flags)) return undefined
    const datagram = this.#datagrams[this.#next]
    if (datagram === undefined || flags & MSG_PEEK) return datagram
    this.#next++
    if (this.length === 0) {
      this.#datagrams = []
      this.#next = 0
      if (this.#isLast && !handle.isShutForReading) handle.reading.ready = false
    }
    return datagram
  }

  /** Receives as many as there are; none where that would block. Throws. */
  fill(handle: Handle): void {
    memory ??= new BatchMemory(undefined, most, 65_535, 4096)
    const { domain } = handle.kind
    const into = memory
    const count = pastErrorsOfOthers(handle, () => into.receive(handle.fd, MSG_DONTWAIT, domain))
    if (count === EAGAIN) return
    if (count < 0) {
      handle.takeErrorEvent()
      throw systemError(count, 'recvmmsg')
    }
    for (let i = 0; i < count; i++) this.#keep(into, i)
    handle.reading.spend(count, into.bytes)
    this.#isLast = count < most && handle.trustsShortBatches
  }

  /** What the kernel put together (UDP_GRO) comes apart. */
  #keep(from: BatchMemory, i: number): void {
    const whole = from.data(i)
    const size = from.segmentSize(i) || whole.length || 1
    const control = from.receivedControl(i) ?? nothing
    const flags = from.flags(i)
    for (let at = 0; at === 0 || at < whole.length; at += size) {
      const data = Buffer.allocUnsafe(Math.min(size, whole.length - at))
      whole.copy(data, 0, at, at + data.length)
      this.#datagrams.push({ data, address: from.address(i), control, flags })
    }
  }
}

/** Moves what was received ahead into a batch: how many. */
export function moveInto(batch: BatchMemory, handle: Handle, ahead: Ahead, flags: number): number {
  batch.requireAttached()
  batch.clear()
  while (batch.length < batch.count && ahead.length > 0) {
    const early = ahead.take(handle, flags)
    if (early === undefined) break
    batch.receiveEarly(early.data, early.address && encodeDestination(early.address), early.control, early.flags)
    if (flags & MSG_PEEK) break
  }
  return batch.length
}
