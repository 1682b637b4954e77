// Receiving and sending batches.
import { integer, invalidValue, object } from '../codec/arguments.js'
import { type SocketErrorDetails, systemError } from '../errors.js'
import { type Domain, isInternet } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE } from '../tables/flags.js'
import { moveInto } from './ahead.js'
import { memoryOf } from './batch.js'
import { isOver } from './end.js'
import type { Handle } from './handle.js'
import { type BatchMemory, mostInOneCall } from './memory.js'
import { AGAIN, type Unfinished } from './operation.js'
import { nothingFor } from './receive.js'
import { mostAtOnce, mostSegments, refusesToCut, sendPart } from './segments.js'
import { EAGAIN, pastErrorsOfOthers, Transfer, type TransferOptions } from './transfer.js'

/**
 * Options of a send of a batch.
 * @example
 * const batch = new MessageBatch({ domain: AF_INET, count: 8, size: 1500 })
 * let first = 0
 * while (first < batch.length) {
 *   try {
 *     first += await socket.sendmmsg(batch, { first })
 *   } catch (error) {
 *     if (!(error instanceof SocketError)) throw error
 *     first += (error.messagesSent ?? 0) + 1 // on with what is behind the one that failed
 *   }
 * }
 */
export interface BatchSendOptions extends TransferOptions {
  /** The index of the first message to send, 0: what is behind one that failed is sent by another call. */
  first?: number | undefined
}

// What one call is given of messages that the kernel is to cut.
const mostBytes = 1 << 20

/** The memory of a batch that suits a socket of `domain`. */
function memoryFor(batch: unknown, domain: Domain): BatchMemory {
  const memory = memoryOf(batch)
  if (memory.domain !== undefined && memory.domain !== domain)
    throw invalidValue('batch', `of ${domain}, as the socket`, memory.domain)
  return memory
}

/** The index of the first message to send. */
export function firstOf(first: unknown, { length }: BatchMemory, name = 'first'): number {
  return first === undefined ? 0 : integer(first, name, 0, length)
}

/** recvmmsg(2): how many messages. */
export class ReceiveBatch extends Transfer<number> {
  readonly #memory: BatchMemory
  readonly #revision: number

  constructor(handle: Handle, owner: object, flags: number, batch: unknown) {
    super(handle, owner, 'recvmmsg', flags)
    this.#memory = memoryFor(batch, handle.kind.domain)
    this.#revision = this.#memory.revision
  }

  attempt(): number | Unfinished {
    const { handle, flags } = this
    const memory = this.#memory
    // What it had when this began is to be overwritten; what came to it meanwhile nobody has seen.
    if (memory.revision !== this.#revision && memory.length > 0)
      throw invalidValue('batch', 'left alone while a receive waits', 'other messages')
    const { ahead, kind } = handle
    if (ahead?.serves(flags)) return moveInto(memory, handle, ahead, flags)
    const receive = () => memory.receive(handle.fd, flags | MSG_DONTWAIT, kind.domain)
    const count = pastErrorsOfOthers(handle, receive)
    if (count === EAGAIN) return isOver(handle, flags) ? memory.empty() : nothingFor(flags)
    if (count < 0) {
      handle.takeErrorEvent()
      throw systemError(count, 'recvmmsg')
    }
    if (flags & MSG_ERRQUEUE) handle.errorQueue.taken()
    handle.reading.spend(count, memory.bytes)
    if (flags === 0 && count < Math.min(memory.count, mostInOneCall) && handle.trustsShortBatches)
      handle.reading.ready = false
    return count
  }
}

/** sendmmsg(2) until everything is sent: how many messages. */
export class SendBatch extends Transfer<number> {
  readonly #memory: BatchMemory
  readonly #revision: number
  readonly #first: number
  readonly #end: number
  #next: number
  // Of the message at #next, where it is sent in parts.
  #sentBytes = 0

  constructor(handle: Handle, owner: object, flags: number, batch: unknown, options: unknown) {
    super(handle, owner, 'sendmmsg', flags)
    const { first } = options === undefined ? {} : object(options, 'options')
    const { domain, type } = handle.kind
    this.#memory = memoryFor(batch, domain)
    this.#first = firstOf(first, this.#memory, 'options.first')
    if (type === 'SOCK_STREAM')
      throw invalidValue(
        'batch',
        'sent on a socket of messages: a stream may take a part of one (sendall does not)',
        batch,
      )
    this.#next = this.#first
    this.#end = this.#memory.length
    this.#revision = this.#memory.revision
    this.#memory.turn()
    if (this.#memory.cuts && !isInternet(domain))
      throw invalidValue('batch', `of messages without segmentSize on ${domain}`, batch)
  }

  attempt(): number | Unfinished {
    if (this.#memory.revision !== this.#revision)
      throw invalidValue('batch', 'left alone until it is sent', 'other messages')
    const { writing } = this.handle
    while (this.#next < this.#end) {
      const result = this.#send()
      if (result === EAGAIN) return this.#blocked()
      if (result < 0) throw this.#failed(result)
      if (!writing.hasBudget && !this.once) return AGAIN
    }
    return this.#next - this.#first
  }

  override progress(): SocketErrorDetails | undefined {
    const messagesSent = this.#next - this.#first
    if (this.#sentBytes > 0) return { messagesSent, bytesSent: this.#sentBytes }
    return messagesSent === 0 ? undefined : { messagesSent }
  }

  // What sendmmsg(2) answers too, who was to try only once, where some are sent. A part of one is no answer.
  #blocked(): number | Unfinished {
    if (this.once && this.#sentBytes > 0) throw this.#failed(EAGAIN)
    if (this.once && this.#next > this.#first) return this.#next - this.#first
    return this.blockedOn(this.#memory.addressBytes(this.#next))
  }

  /** Sends as many as one call takes, or what the kernel does not cut. 0 or -errno. */
  #send(): number {
    if (this.#sentBytes > 0) return this.#sendParts()
    const end = this.#endBefore()
    if (end === this.#next) return this.#sendParts()
    const error = this.#sendWhole(end)
    if (!refusesToCut(error) || !this.#memory.cuts) return error
    const endOfUncut = this.#endBefore(0)
    if (endOfUncut > this.#next) return this.#sendWhole(endOfUncut)
    return this.#sendParts()
  }

  /** Sends the messages before `end` as they are. 0 or -errno. */
  #sendWhole(end: number): number {
    const { handle } = this
    const memory = this.#memory
    const send = () => memory.send(handle.fd, this.flags | MSG_DONTWAIT, this.#next, end)
    const sent = pastErrorsOfOthers(handle, send)
    if (sent < 0) return sent
    handle.writing.spend(sent, sent * memory.lengthOf(this.#next))
    this.#next += sent
    return 0
  }

  /** Before which message the kernel would have to make more than so many segments of one, or it is enough for a turn. */
  #endBefore(segments?: number): number {
    const memory = this.#memory
    // What sends nothing to be cut does not ask the kernel what it can.
    if (!memory.cuts) return this.#end
    const most = segments ?? mostSegments(this.handle)
    let bytes = 0
    for (let i = this.#next; i < this.#end; i++) {
      const [size, length] = [memory.cutInto(i), memory.lengthOf(i)]
      if (size > 0 && (most <= 1 || length > mostAtOnce(most, size))) return i
      bytes += length
      if (bytes >= mostBytes) return i + 1
    }
    return this.#end
  }

  /** Sends a part of the message at #next, of as many segments as the kernel is asked for. 0 or -errno. */
  #sendParts(): number {
    const memory = this.#memory
    const i = this.#next
    const bytes = memory.data(i)
    const uncut = {
      bytes,
      segmentSize: memory.cutInto(i),
      address: memory.addressBytes(i),
      control: memory.sentControl(i),
    }
    const sent = sendPart(this.handle, uncut, this.#sentBytes, this.flags)
    if (sent < 0) return sent
    this.handle.writing.spend(sent / uncut.segmentSize, sent)
    this.#sentBytes += sent
    if (this.#sentBytes < bytes.length) return 0
    this.#sentBytes = 0
    this.#next++
    return 0
  }

  #failed(errno: number): Error {
    const { handle } = this
    const target = this.#memory.address(this.#next)
    const progress = { messagesSent: this.#next - this.#first, ...this.progress() }
    return systemError(errno, 'sendmmsg', { ...handle.kind, target, ...progress })
  }
}
