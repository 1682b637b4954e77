// The part of Socket that moves bytes, waits and loops; what each operation does is in a file of its own.
import { encodeDestination } from '../address/destination.js'
import type { AddressFor } from '../address/types.js'
import { INT_MAX, integer, invalidValue, object } from '../codec/arguments.js'
import type { Message, QueuedError, ReceivedMessage } from '../control/types.js'
import type { Domain } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_FASTOPEN, MSG_WAITALL, MSG_ZEROCOPY } from '../tables/flags.js'
import { mayBeEarly } from './ahead.js'
import type { MessageBatch } from './batch.js'
import { type BatchSendOptions, ReceiveBatch, SendBatch } from './batches.js'
import { Poll } from './connection.js'
import { earlyDatagrams } from './early.js'
import { isEnd } from './end.js'
import { SendOpening } from './fastopen.js'
import type { Handle } from './handle.js'
import { Items, type SizedWait } from './iterate.js'
import {
  extrasOf,
  isPlain,
  outgoing,
  ReceiveDescriptors,
  type ReceivedDescriptors,
  ReceiveMessageInto,
  ReceiveMessageSize,
  type RecvmsgOptions,
  rightsOf,
  SendMessage,
  type SendOptions,
  segmentSizeOf,
} from './message.js'
import { handleOf, OpenSocket } from './open.js'
import { type Operation, type Wait, waitOf } from './operation.js'
import { perform, performNow } from './perform.js'
import type { Direction } from './readiness.js'
import {
  type Datagram,
  type DatagramInto,
  Receive,
  ReceiveFrom,
  ReceiveFromInto,
  ReceiveInto,
  ReceiveWholeInto,
  ReceiveWholeSize,
  sizeOf,
} from './receive.js'
import { ReceiveError } from './recverr.js'
import { SendSegments } from './segments.js'
import { Send, SendAll, SendAllViews } from './send.js'
import { flagsOf, Held, heldViews, type TransferOptions } from './transfer.js'
import { SendAllZeroCopy } from './zerocopy.js'

/** @inline */
type View = NodeJS.ArrayBufferView
/** @inline */
type Now<O> = Omit<O, keyof Wait>
/** @inline */
type WithData = { data: NonSharedBuffer }
/** A descriptor, or what has one: a Socket, a FileHandle. @inline */
type Descriptor = number | { readonly fd: number }

const mostDatagram = 65_535

function isView(value: unknown): value is View {
  return ArrayBuffer.isView(value)
}

export class TransferSocket<D extends Domain> extends OpenSocket<D> {
  /**
   * Receives: recv(2). At the end of a stream: an empty Buffer, or 0. A datagram of no bytes is no end; on
   * SOCK_SEQPACKET the two look alike. `flags: MSG_WAITALL` waits until `size` is full (less only at the end).
   * @example const data = await socket.recv(4096)
   */
  recv(size: number, options?: TransferOptions): Promise<NonSharedBuffer>
  recv(into: View, options?: TransferOptions): Promise<number>
  recv(target: number | View, options?: TransferOptions): Promise<NonSharedBuffer | number> {
    return perform(this.#handle.reading, () => this.#receivingOrWhole(target, options), options)
  }

  /**
   * Receives with the sender's address: recvfrom(2). `truncated`: the datagram was longer than `size`. At the end, after a
   * shutdown, the address is that of the peer, and without one the wildcard.
   */
  recvfrom(size: number, options?: TransferOptions): Promise<Datagram<D>>
  recvfrom(into: View, options?: TransferOptions): Promise<DatagramInto<D>>
  recvfrom(target: number | View, options?: TransferOptions): Promise<Datagram<D> | DatagramInto<D>> {
    const { reading } = this.#handle
    if (isView(target)) return perform(reading, () => this.#receivingFromInto(target, options), options)
    return perform(reading, () => this.#receivingFrom(target, options), options)
  }

  /** Sends once: send(2). On a stream that may be less than everything; see `sendall`. How many bytes. */
  send(data: View, options?: SendOptions): Promise<number> {
    return perform(this.#handle.writing, () => this.#sending(data, options), options)
  }

  /** Sends one datagram to an address, or with MSG_FASTOPEN the first of a stream: sendto(2). How many bytes. */
  sendto(data: View, address: AddressFor<D>, options?: SendOptions): Promise<number> {
    return perform(this.#handle.writing, () => this.#sendingTo(data, address, options), options)
  }

  /**
   * Sends everything, in order; several views together as writev(2) does. The bytes of two calls never interleave.
   * On a socket of messages the views are one message.
   *
   * With MSG_ZEROCOPY in `flags`, on a TCP socket with SO_ZEROCOPY, it ends when the kernel has released the views, which
   * may be changed then and not before, nor after a rejection. Where that would not be told, they are copied: without
   * SO_ZEROCOPY, on other sockets, after `from` or `dup`, and where no more memory may be pinned. `recverr` tells of its
   * completions too. `close` before the end resets the connection. Linux.
   * @throws SocketError with `bytesSent` where a part had been sent
   */
  sendall(data: View | readonly View[], options?: TransferOptions): Promise<void> {
    return perform(this.#handle.writing, () => this.#sendingAll(data, options), options)
  }

  /**
   * Sends one message with ancillary data: sendmsg(2). How many bytes.
   * @example await socket.sendmsg({ data: Buffer.from('my input'), control: [{ type: 'SCM_RIGHTS', fds: [process.stdin] }] })
   */
  sendmsg(message: Message<D>, options?: SendOptions): Promise<number> {
    return perform(this.#handle.writing, () => this.#sendingMessage(message, options), options)
  }

  /**
   * Receives with ancillary data: recvmsg(2). The control buffer is sized for you. Descriptors that come are closed, and
   * `controlTruncated` set, unless `rights: true` takes them.
   */
  recvmsg(size: number, options?: RecvmsgOptions): Promise<ReceivedMessage<D> & WithData>
  recvmsg(into: View | readonly View[], options?: RecvmsgOptions): Promise<ReceivedMessage<D>>
  recvmsg(target: number | View | readonly View[], options?: RecvmsgOptions): Promise<ReceivedMessage<D>> {
    const { reading } = this.#handle
    if (typeof target === 'object') return perform(reading, () => this.#receivingMessageInto(target, options), options)
    return perform(reading, () => this.#receivingMessage(target, options), options)
  }

  /**
   * Passes descriptors to who receives on an AF_UNIX socket: sendmsg(2) with SCM_RIGHTS. `data` is one NUL if left out; on
   * a stream it cannot be empty. Descriptors stay the caller's, and are to stay open until they are sent.
   */
  sendfds(fds: readonly Descriptor[], data: View = Buffer.alloc(1), options?: TransferOptions): Promise<number> {
    const make = (): Operation<number> => {
      if (this.domain !== 'AF_UNIX') throw invalidValue('fds', 'sent on an AF_UNIX socket: no other carries them', fds)
      return this.#sendingMessage({ data, control: [{ type: 'SCM_RIGHTS', fds }] }, options)
    }
    return perform(this.#handle.writing, make, options)
  }

  /**
   * Receives descriptors, which are the caller's to close: recvmsg(2) with SCM_RIGHTS. More than `max` are closed.
   * `size`, 65,535, is the most bytes of data.
   */
  recvfds(max: number, options?: TransferOptions & { size?: number | undefined }): Promise<ReceivedDescriptors> {
    const make = (): Operation<ReceivedDescriptors> => {
      const most = integer(max, 'max', 0, INT_MAX)
      const size = sizeOf(options?.size ?? mostDatagram, 'options.size')
      return new ReceiveDescriptors(this.#handle, this, flagsOf(options), this.domain, size, most)
    }
    return perform(this.#handle.reading, make, options)
  }

  /**
   * Receives messages into a batch, as many as there are: recvmmsg(2). How many. What the batch had is gone; what another
   * receive put into it while this one waits is not: it rejects, and leaves what there is to be received.
   * @example
   * const batch = new MessageBatch({ domain: AF_INET, count: 64, size: 1500 })
   * while ((await socket.recvmmsg(batch)) > 0) // it rejects with ECANCELED when the socket is closed
   *   for (const { data, address } of batch) console.log(address, data)
   */
  recvmmsg(batch: MessageBatch<D> | MessageBatch, options?: TransferOptions): Promise<number> {
    return perform(this.#handle.reading, () => this.#receivingBatch(batch, options), options)
  }

  /**
   * Sends the messages of a batch, all of them: sendmmsg(2), as often as it takes. How many. Until then the batch is to be
   * left alone; it keeps its messages. Messages with a `segmentSize` are cut by the kernel (UDP_SEGMENT), and where that
   * cannot, here. Not on a stream, which may take a part of one.
   * @throws SocketError of one message with `messagesSent`: how many before it this call sent. `first` goes on behind it
   */
  sendmmsg(batch: MessageBatch<D> | MessageBatch, options?: BatchSendOptions): Promise<number> {
    return perform(this.#handle.writing, () => this.#sendingBatch(batch, options), options)
  }

  /**
   * The next entry of the error queue: recvmsg(2) with MSG_ERRQUEUE, ip(7). ICMP errors (with IP_RECVERR), transmit
   * time stamps, zero-copy completions. They stay queued until they are taken. Linux.
   * @throws SocketError EOPNOTSUPP where the system, or the family, has no error queues
   */
  recverr(wait?: Wait): Promise<QueuedError> {
    return perform(this.#handle.errorQueue.taking, () => new ReceiveError(this.#handle, this), wait)
  }

  /** `recverr` without waiting; undefined when the queue is empty. */
  tryRecverr(): QueuedError | undefined {
    return performNow(this, this.#handle.errorQueue.taking, () => new ReceiveError(this.#handle, this))
  }

  /** The entries of the error queue, one after another, until the socket is closed; `timeout` is for each. Linux. */
  errors(wait?: Wait): AsyncIterableIterator<QueuedError> {
    const handle = this.#handle
    const operation = (): Operation<QueuedError> => new ReceiveError(handle, this)
    const direction = handle.errorQueue.taking
    return new Items({ handle, direction, wait: waitOf(wait), operation, item: error => error })
  }

  /** Waits until receiving, or accepting, would not block: poll(2) with POLLIN. */
  readable(wait?: Wait): Promise<void> {
    return this.#poll('readable', this.#handle.reading, wait)
  }

  /** Waits until sending would not block: poll(2) with POLLOUT. */
  writable(wait?: Wait): Promise<void> {
    return this.#poll('writable', this.#handle.writing, wait)
  }

  /** `recv` without waiting; undefined when there is nothing, or others wait for it. */
  tryRecv(size: number, options?: Now<TransferOptions>): NonSharedBuffer | undefined
  tryRecv(into: View, options?: Now<TransferOptions>): number | undefined
  tryRecv(target: number | View, options?: Now<TransferOptions>): NonSharedBuffer | number | undefined {
    const { reading } = this.#handle
    if (isView(target)) return performNow(this, reading, () => this.#receivingInto(target, options))
    return performNow(this, reading, () => this.#receiving(target, options))
  }

  /** `recvfrom` without waiting; undefined when there is nothing, or others wait for it. */
  tryRecvfrom(size: number, options?: Now<TransferOptions>): Datagram<D> | undefined
  tryRecvfrom(into: View, options?: Now<TransferOptions>): DatagramInto<D> | undefined
  tryRecvfrom(target: number | View, options?: Now<TransferOptions>): Datagram<D> | DatagramInto<D> | undefined {
    const { reading } = this.#handle
    if (isView(target)) return performNow(this, reading, () => this.#receivingFromInto(target, options))
    return performNow(this, reading, () => this.#receivingFrom(target, options))
  }

  /** `send` without waiting; undefined when there is no room, or others wait for it. */
  trySend(data: View, options?: Now<SendOptions>): number | undefined {
    return performNow(this, this.#handle.writing, () => this.#sending(data, options))
  }

  /** `sendto` without waiting; undefined when there is no room, or others wait for it. */
  trySendto(data: View, address: AddressFor<D>, options?: Now<SendOptions>): number | undefined {
    return performNow(this, this.#handle.writing, () => this.#sendingTo(data, address, options))
  }

  /** `sendmsg` without waiting; undefined when there is no room, or others wait for it. */
  trySendmsg(message: Message<D>, options?: Now<SendOptions>): number | undefined {
    return performNow(this, this.#handle.writing, () => this.#sendingMessage(message, options))
  }

  /** `recvmsg` without waiting; undefined when there is nothing, or others wait for it. */
  tryRecvmsg(size: number, options?: Now<RecvmsgOptions>): (ReceivedMessage<D> & WithData) | undefined
  tryRecvmsg(into: View | readonly View[], options?: Now<RecvmsgOptions>): ReceivedMessage<D> | undefined
  tryRecvmsg(target: number | View | readonly View[], options?: Now<RecvmsgOptions>): ReceivedMessage<D> | undefined {
    const { reading } = this.#handle
    if (typeof target === 'object') return performNow(this, reading, () => this.#receivingMessageInto(target, options))
    return performNow(this, reading, () => this.#receivingMessage(target, options))
  }

  /** `recvmmsg` without waiting; undefined when there is nothing, or others wait for it. */
  tryRecvmmsg(batch: MessageBatch<D> | MessageBatch, options?: Now<TransferOptions>): number | undefined {
    return performNow(this, this.#handle.reading, () => this.#receivingBatch(batch, options))
  }

  /**
   * `sendmmsg` without waiting: how many were sent; undefined when there is no room at all, or others wait for it.
   * @throws SocketError EAGAIN with `bytesSent`, where a message is cut here and there was room for a part of it alone
   */
  trySendmmsg(batch: MessageBatch<D> | MessageBatch, options?: Now<BatchSendOptions>): number | undefined {
    return performNow(this, this.#handle.writing, () => this.#sendingBatch(batch, options))
  }

  /**
   * The datagrams, one after another, until the socket is closed or shut down for reading: recvfrom(2). Each at most `size`,
   * 65,535, bytes; `timeout` is for each. On SOCK_SEQPACKET an empty message ends them, as the end looks the same. A raw
   * IPv4 socket gives the IP header too, a raw IPv6 socket does not. On UDP up to 64 are received with one recvmmsg(2),
   * coalesced ones (UDP_GRO) come apart, and what a loop that is left had not taken the next receive on this Socket gets.
   */
  datagrams(options?: SizedWait): AsyncIterableIterator<Datagram<D>> {
    const handle = this.#handle
    const size = sizeOf(options?.size ?? mostDatagram, 'options.size', 1)
    if (mayBeEarly(handle.kind)) return new Items(earlyDatagrams(handle, this, this.domain, size, waitOf(options)))
    const operation = (): Operation<Datagram<D>> => this.#receivingFrom(size)
    const item = (datagram: Datagram<D>): Datagram<D> | undefined =>
      isEnd(datagram.data, this.type) ? undefined : datagram
    return new Items({ handle, direction: handle.reading, wait: waitOf(options), operation, item })
  }

  /**
   * The messages with their ancillary data, one after another, until the socket is closed or its end: recvmsg(2). Each at
   * most `size`, 65,535, bytes; `timeout` is for each. What ends `datagrams()` ends these.
   */
  messages(options?: RecvmsgOptions & SizedWait): AsyncIterableIterator<ReceivedMessage<D> & WithData> {
    const handle = this.#handle
    const size = sizeOf(options?.size ?? mostDatagram, 'options.size', 1)
    const transfer = { flags: flagsOf(options), rights: rightsOf(options) }
    const operation = (): Operation<ReceivedMessage<D> & WithData> => this.#receivingMessage(size, transfer)
    // An end carries nothing.
    const item = (message: ReceivedMessage<D> & WithData) =>
      isEnd(message.data, this.type) && message.control.length === 0 && !message.controlTruncated ? undefined : message
    return new Items({ handle, direction: handle.reading, wait: waitOf(options), operation, item })
  }

  /**
   * What a stream brings, until its end or until the socket is closed: recv(2). Each at most `size`, 65,536, bytes;
   * `timeout` is for each.
   */
  chunks(options?: SizedWait): AsyncIterableIterator<NonSharedBuffer> {
    const handle = this.#handle
    const size = sizeOf(options?.size ?? mostDatagram + 1, 'options.size', 1)
    const operation = (): Operation<NonSharedBuffer> => this.#receiving(size)
    const item = (data: NonSharedBuffer): NonSharedBuffer | undefined => (isEnd(data, this.type) ? undefined : data)
    return new Items({ handle, direction: handle.reading, wait: waitOf(options), operation, item })
  }

  get #handle(): Handle {
    return handleOf(this)
  }

  #poll(name: 'readable' | 'writable', direction: Direction, wait: Wait | undefined): Promise<void> {
    if (direction.idle) direction.ready = true
    return perform(direction, () => new Poll(this.#handle, this, name), wait)
  }

  #receivingOrWhole(target: number | View, options?: TransferOptions): Operation<NonSharedBuffer | number> {
    const flags = flagsOf(options)
    const whole = this.type === 'SOCK_STREAM' && (flags & MSG_WAITALL) !== 0 && (flags & MSG_DONTWAIT) === 0
    if (!whole) return isView(target) ? this.#receivingInto(target, { flags }) : this.#receiving(target, { flags })
    if (isView(target)) return new ReceiveWholeInto(this.#handle, this, flags, new Held(target, 'into'))
    return new ReceiveWholeSize(this.#handle, this, flags, sizeOf(target))
  }

  #receiving(size: number, options?: Now<TransferOptions>): Operation<NonSharedBuffer> {
    return new Receive(this.#handle, this, flagsOf(options), sizeOf(size))
  }

  #receivingInto(into: View, options?: Now<TransferOptions>): Operation<number> {
    return new ReceiveInto(this.#handle, this, flagsOf(options), new Held(into, 'into'))
  }

  #receivingFrom(size: number, options?: Now<TransferOptions>): Operation<Datagram<D>> {
    return new ReceiveFrom(this.#handle, this, flagsOf(options), this.domain, sizeOf(size))
  }

  #receivingFromInto(into: View, options?: Now<TransferOptions>): Operation<DatagramInto<D>> {
    return new ReceiveFromInto(this.#handle, this, flagsOf(options), this.domain, new Held(into, 'into'))
  }

  #sending(data: View, options?: Now<SendOptions>): Operation<number> {
    if (isPlain(options)) return new Send(this.#handle, this, flagsOf(options), new Held(data, 'data'))
    return this.#sendingMessage({ data }, options, 'send')
  }

  #sendingMessage(
    message: Message<D>,
    options?: Now<SendOptions>,
    name: 'sendmsg' | 'sendto' | 'send' = 'sendmsg',
  ): Operation<number> {
    const nameOfData = name === 'sendmsg' ? 'message.data' : 'data'
    const made = outgoing(message, this.domain, to => extrasOf(options, this, to), nameOfData)
    const flags = flagsOf(options)
    if (flags & MSG_FASTOPEN && made.address !== undefined)
      return new SendOpening(this.#handle, this, name, flags, made, made.address)
    const segmentSize = segmentSizeOf(options)
    if (segmentSize === undefined) return new SendMessage(this.#handle, this, flags, made)
    return new SendSegments(this.#handle, this, name, flags, made, segmentSize)
  }

  #sendingBatch(batch: MessageBatch<D> | MessageBatch, options?: Now<BatchSendOptions>): Operation<number> {
    return new SendBatch(this.#handle, this, flagsOf(options), batch, options)
  }

  #receivingBatch(batch: MessageBatch<D> | MessageBatch, options?: Now<TransferOptions>): Operation<number> {
    return new ReceiveBatch(this.#handle, this, flagsOf(options), batch)
  }

  #receivingMessage(size: number, options?: Now<RecvmsgOptions>): Operation<ReceivedMessage<D> & WithData> {
    const rights = rightsOf(options)
    return new ReceiveMessageSize(this.#handle, this, flagsOf(options), this.domain, rights, sizeOf(size))
  }

  #receivingMessageInto(into: View | readonly View[], options?: Now<RecvmsgOptions>): Operation<ReceivedMessage<D>> {
    const rights = rightsOf(options)
    return new ReceiveMessageInto(this.#handle, this, flagsOf(options), this.domain, rights, heldViews(into, 'into'))
  }

  #sendingAll(data: View | readonly View[], options?: TransferOptions): Operation<void | Promise<void>> {
    const handle = this.#handle
    const flags = flagsOf(options)
    if (flags & MSG_ZEROCOPY) return new SendAllZeroCopy(handle, this, flags, heldViews(data, 'data'), waitOf(options))
    if (!Array.isArray(data)) return new SendAll(handle, this, flags, new Held(data, 'data'))
    return new SendAllViews(handle, this, flags, heldViews(data, 'data'))
  }

  #sendingTo(data: View, address: AddressFor<D>, options?: Now<SendOptions>): Operation<number> {
    const flags = flagsOf(options)
    if (!isPlain(options) || flags & MSG_FASTOPEN) return this.#sendingMessage({ data, address }, options, 'sendto')
    const to = { address: encodeDestination(address, this.domain), target: object(address, 'address') }
    return new Send(this.#handle, this, flags, new Held(data, 'data'), to)
  }
}
