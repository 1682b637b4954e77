// An open descriptor that a Socket owns: its slot in the reactor, its two directions, and its end.

import { slot, takeAddress } from '../address/slot.js'
import { decodeSockaddr } from '../address/sockaddr.js'
import type { Sockaddr } from '../address/types.js'
import { ownError, type SocketError } from '../errors.js'
import { native } from '../native.js'
import { errno } from '../tables/errnos.js'
import { type Domain, isInternet, type SocketType } from '../tables/families.js'
import { IPPROTO_TCP, SHUT_RD, SHUT_WR } from '../tables/flags.js'
import { hasEpoll } from '../tables/system.js'
import type { Ahead } from './ahead.js'
import {
  END,
  ERROR,
  HANGUP,
  hold,
  type Interest,
  READ,
  READABLE,
  releaseSlot,
  takeSlot,
  URGENT,
  type Watched,
  WRITABLE,
  WRITE,
} from './reactor.js'
import { Direction } from './readiness.js'
import { ErrorQueue } from './recverr.js'

/** What a descriptor is. */
export interface Kind {
  readonly domain: Domain
  readonly type: SocketType
  readonly protocol: number
}

const EBADF = errno('EBADF')
// By descriptor: the kernel gives out the least that is free, so there are few holes.
const owners: (Handle | undefined)[] = []

/** Whether a Socket of this thread owns the descriptor. */
export function isOwned(fd: number): boolean {
  return owners[fd] !== undefined
}

function warnOfLoss(ahead: Ahead | undefined): void {
  if (ahead !== undefined && ahead.length > 0)
    process.emitWarning(`${ahead.length} datagrams that datagrams() received ahead are lost`, 'SocketWarning')
}

export class Handle implements Watched {
  slot = 0
  generation = 0
  keepsAlive = true
  readonly reading = new Direction(this, READ)
  #writing: Direction | undefined
  #errorQueue: ErrorQueue | undefined
  /** Datagrams that were received before anyone asked for them. */
  ahead: Ahead | undefined
  /** Whether others may use the open file, or have: it was adopted, or dup'ed. */
  isShared = false
  /** Where a connect(2) that is under way goes to. */
  connectingTo: Uint8Array | undefined
  #interest = 0
  #hungUp = false
  // What a shutdown ended: READ, WRITE.
  #shut = 0
  #untoldError = false
  #peer: Sockaddr | undefined
  #target: Uint8Array | undefined
  // A TCP read shorter than its buffer has emptied the queue; not so where the peer has hung up (nothing more will be
  // reported) or sent urgent data (a read stops at the mark).
  #shortReadIsLast: boolean
  // kqueue does not tell of urgent data, at whose mark a read stops.
  #mayTrust = hasEpoll

  constructor(
    public fd: number,
    readonly kind: Kind,
    /** Where it was made. */
    readonly origin: { readonly stack?: string },
  ) {
    this.#shortReadIsLast = this.#mayTrust && this.isTcp
    owners[fd] = this
    takeSlot((slot, generation) => {
      this.slot = slot
      this.generation = generation
      return this
    })
  }

  /** Made for those who write. */
  get writing(): Direction {
    this.#writing ??= new Direction(this, WRITE)
    return this.#writing
  }

  /** Whether a connect has its turn. */
  get connects(): boolean {
    return this.#writing?.connects ?? false
  }

  /** Made for those who read it. */
  get errorQueue(): ErrorQueue {
    this.#errorQueue ??= new ErrorQueue(this)
    return this.#errorQueue
  }

  get closed(): boolean {
    return this.fd < 0
  }

  /** The error of every use after the end. */
  closedError(name: string): SocketError {
    return ownError('EBADF', `${name} on a socket that is closed`)
  }

  /** Whether the peer has hung up: no more is coming, or nothing goes out. */
  get hungUp(): boolean {
    return this.#hungUp
  }

  /** The peer of a stream, whose receives do not tell it; asked for once. After a reset: where it was connected to. */
  peerAddress(): Sockaddr | undefined {
    if (this.#peer === undefined && native.getpeername(this.fd, slot) === 0) this.#peer = takeAddress(this.kind.domain)
    this.#peer ??= this.#target && decodeSockaddr(this.#target)
    return this.#peer && { ...this.#peer }
  }

  get isTcp(): boolean {
    const { domain, type, protocol } = this.kind
    return isInternet(domain) && type === 'SOCK_STREAM' && (protocol === 0 || protocol === IPPROTO_TCP)
  }

  /** Whether it is an internet socket of datagrams that has no peer. */
  get isUnconnected(): boolean {
    const { domain, type } = this.kind
    if (!isInternet(domain) || type === 'SOCK_STREAM') return false
    return native.getpeername(this.fd, slot) < 0
  }

  /** What is known already, from accept(2) or connect(2). */
  setPeer(address: Sockaddr): void {
    this.#peer = address
  }

  /** Reads may be short for other reasons, a record of kTLS say. */
  distrustShortReads(): void {
    this.#shortReadIsLast = false
    this.#mayTrust = false
  }

  /** A connect(2) began: what was known of an earlier connection no longer holds. */
  beginConnection(target: Uint8Array): void {
    this.#target = target
    this.#peer = undefined
    this.#hungUp = false
    this.#shortReadIsLast = this.#mayTrust && this.isTcp
  }

  /** After a shutdown(2): who waits is to see it, and not every kind of socket has an event that tells. */
  shutDown(how: number): void {
    if (how !== SHUT_WR) {
      this.#noteShut(READ)
      this.reading.wake()
    }
    if (how !== SHUT_RD) {
      this.#noteShut(WRITE)
      this.#writing?.wake()
    }
  }

  // Not of TCP, whose every call tells it for as long as it lasts: such a socket may connect or listen again.
  #noteShut(direction: typeof READ | typeof WRITE): void {
    const { domain, type } = this.kind
    if (!isInternet(domain) || type !== 'SOCK_STREAM') this.#shut |= direction
  }

  /** Whether a shutdown ended receiving, though calls may answer EAGAIN still: who blocks in one does not wait. */
  get isShutForReading(): boolean {
    return (this.#shut & READ) !== 0
  }

  /** Whether a shutdown of this Socket ended sending, though poll(2) may wait for room still. */
  get isShutForWriting(): boolean {
    return (this.#shut & WRITE) !== 0
  }

  /** From the reactor. */
  happened(events: number): void {
    if (events & ERROR) this.#untoldError = true
    if (events & ERROR) this.#errorQueue?.wake()
    if (events & (HANGUP | END)) this.#hungUp = true
    if (events & END) this.#noteShut(READ)
    if (events & (HANGUP | END | URGENT)) this.#shortReadIsLast = false
    if (events & WRITABLE && this.#writing?.idle !== false) this.#watchOnly(this.#interest & ~WRITE)
    // The kernel tells an error once. It is a connect's; else a receiver must not take the end for a clean one, while a
    // sender fails with EPIPE all the same. A sender waits for room alone: an error queue that nobody reads is no room.
    const { connects } = this
    const readable = (events & (READABLE | HANGUP | END | ERROR | URGENT)) !== 0
    if (readable) this.ahead?.happened()
    if (events & READABLE && !connects) this.reading.wakeForSome()
    else if (readable && !connects) this.reading.wake()
    if (events & (WRITABLE | HANGUP) || (connects && events & ERROR)) this.#writing?.wake()
    if (readable && connects) this.reading.wake()
  }

  /** Whether there was an error event since this was asked last. An unread error queue says "error" for ever. */
  takeErrorEvent(): boolean {
    const untold = this.#untoldError
    this.#untoldError = false
    return untold
  }

  /** A receive without flags got `count` bytes of `size`. */
  received(count: number, size: number): void {
    this.reading.spendBytes(count)
    if (count < size && count > 0 && this.#shortReadIsLast) this.reading.ready = false
  }

  /** Whether a batch that is not full says that there is no more: not so where an error came in between, or the end. */
  get trustsShortBatches(): boolean {
    return this.#mayTrust && this.kind.type !== 'SOCK_STREAM' && !this.#untoldError && !this.isShutForReading
  }

  /**
   * 0 or -errno. Writing is asked for anew each time, reading where it is doubtful that nothing is there: so an EAGAIN
   * that does not hold raises an event at once. kqueue speaks of room for some bytes, which may be too few for a message,
   * and would say so for ever.
   */
  watchFor(interest: Interest, doubtful: boolean): number {
    const anew = doubtful || (interest === WRITE && (hasEpoll || this.kind.type === 'SOCK_STREAM'))
    return this.#watchOnly(this.#interest | interest, anew)
  }

  setKeepsAlive(alive: boolean): void {
    if (this.keepsAlive === alive) return
    this.keepsAlive = alive
    const count = this.reading.length + (this.#writing?.length ?? 0) + (this.#errorQueue?.length ?? 0)
    hold(alive ? count : -count)
  }

  /** Gives the descriptor up, open. */
  detach(): number {
    const { fd, lost, ahead } = this
    if (!lost) this.#errorQueue?.handOn()
    this.#release()
    if (lost) throw this.closedError('detach')
    native.disown(fd)
    warnOfLoss(ahead)
    return fd
  }

  close(): void {
    if (this.closed) return
    const { fd, lost, ahead } = this
    try {
      if (!lost) this.#errorQueue?.forsake()
    } finally {
      this.#release()
      // Who else has the open file would have got them.
      if (this.isShared) warnOfLoss(ahead)
      // Nothing is left to undo, and EINTR and EIO too mean closed.
      if (lost || native.closeOwned(fd) === EBADF)
        process.emitWarning(`descriptor ${fd} was closed behind the back of its Socket`, 'SocketWarning')
    }
  }

  /** Whether the descriptor was closed behind this back, and its number is another Socket's now. */
  get lost(): boolean {
    return owners[this.fd] !== this
  }

  // What was pending is cancelled.
  #release(): void {
    if (!this.lost) {
      this.#watchOnly(0)
      owners[this.fd] = undefined
    }
    releaseSlot(this.slot)
    this.fd = -1
    this.ahead = undefined
    this.reading.cancel()
    this.#writing?.cancel()
    this.#errorQueue?.cancel()
  }

  #watchOnly(interest: number, anew = false): number {
    if (interest === this.#interest && !anew) return 0
    const result = native.reactorWatch(this.fd, this.slot, this.generation, interest, this.#interest)
    if (result === 0) this.#interest = interest
    return result
  }
}
