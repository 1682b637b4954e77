// The memory of a batch: heads, data, addresses and ancillary data of so many messages, cut into equal parts, as
// native/syscalls/batch.cc has them. What it means to the user is in batch.ts.
import { receivedAddress } from '../address/received.js'
import type { Sockaddr } from '../address/types.js'
import { invalidType } from '../codec/arguments.js'
import { closeDescriptors } from '../control/control.js'
import { DatagramControl } from '../control/datagram.js'
import { segmentControl, segmentControlSize } from '../control/segment.js'
import { native } from '../native.js'
import type { Domain } from '../tables/families.js'
import { MSG_CTRUNC, MSG_TRUNC } from '../tables/flags.js'
import { alignedBuffer } from './aligned.js'
import { mayCarryDescriptors, receiveCarried } from './carried.js'

// The head of a message: 32-bit words.
const LENGTH = 0
const ADDRESS = 1
const FLAGS = 2
const RECEIVED = 3
const SENT = 4
const SEGMENT = 5
const WORDS = 6

/** What one system call takes at most: UIO_MAXIOV. */
export const mostInOneCall = 1024
// struct sockaddr_storage.
export const addressRoom = 128
// Without `control` there is room for what tells how datagrams were put together.
// The kernel writes it behind stamps, marks and counts.
const groRoom = 256
const sentRoom = 192
const nothing = Buffer.alloc(0)

export class BatchMemory {
  /** How many messages there are. */
  length = 0
  /** Whether there may be messages that are to be cut. */
  cuts = false
  // How many of them were received, and on a socket of which family; the others were added after.
  #receivedLength = 0
  #receivedDomain: Domain | undefined
  /** Counts how often they became others: what was there when a send began may be gone. */
  revision = 0
  readonly #heads: Uint32Array<ArrayBuffer>
  readonly #data: NonSharedBuffer
  readonly #addresses: NonSharedBuffer
  readonly #addressWords: Int32Array<ArrayBuffer>
  readonly #received: DatagramControl
  #sent: DatagramControl | undefined
  /** The views that were given out, for as long as their lengths are right. */
  readonly #views: (NonSharedBuffer | undefined)[]

  constructor(
    readonly domain: Domain | undefined,
    readonly count: number,
    readonly size: number,
    /** Bytes of ancillary data that each message has room for; 0: it is not asked for. */
    readonly controlRoom: number,
  ) {
    this.#heads = new Uint32Array(WORDS * count)
    this.#data = alignedBuffer(count * size)
    this.#addresses = Buffer.alloc(count * addressRoom)
    this.#addressWords = new Int32Array(this.#addresses.buffer)
    this.#received = new DatagramControl(count, controlRoom || groRoom)
    this.#views = new Array(count).fill(undefined)
  }

  /** recvmmsg(2) on a socket of a domain that may be unknown: a count or -errno. Descriptors that come are closed. */
  receive(fd: number, flags: number, domain: Domain | undefined): number {
    const control = this.#received.bytes
    const data = this.#attached()
    const receive = (asked: number) =>
      native.recvmmsg(fd, asked, 0, this.count, this.#heads, data, this.#addresses, control)
    const count = receiveCarried(domain, flags, receive)
    if (count < 0) return count
    this.#become(count)
    this.#receivedDomain = this.domain ?? domain
    if (mayCarryDescriptors(domain)) this.#refuseDescriptors()
    return count
  }

  /** sendmmsg(2) of the messages from `first` to before `end`: a count or -errno. */
  send(fd: number, flags: number, first: number, end: number): number {
    const control = this.#sent?.bytes ?? nothing
    return native.sendmmsg(fd, flags, first, end - first, this.#heads, this.#attached(), this.#addresses, control)
  }

  clear(): void {
    this.#become(0)
  }

  /** What a receive of no messages answers. */
  empty(): number {
    this.clear()
    return this.length
  }

  /** Adds a message; there is room for it. `segmentSize`: what its data is to be cut into, or 0. */
  push(data: Uint8Array, address: Uint8Array | undefined, control: Uint8Array, segmentSize: number): void {
    const i = this.length
    this.#attached().set(data, i * this.size)
    if (address !== undefined) this.#addresses.set(address, i * addressRoom)
    this.#set(i, LENGTH, data.length)
    this.#set(i, ADDRESS, address?.length ?? 0)
    this.#set(i, FLAGS, 0)
    this.#set(i, RECEIVED, 0)
    this.#setSent(i, control, segmentSize)
    this.length++
  }

  /** Adds a datagram that was received before. */
  receiveEarly(data: NonSharedBuffer, address: Uint8Array | undefined, control: Uint8Array, flags: number): void {
    const i = this.length
    const cut = data.length > this.size ? MSG_TRUNC : 0
    const cutControl = control.length > (this.controlRoom || groRoom) ? MSG_CTRUNC : 0
    this.push(data.subarray(0, this.size), address, nothing, 0)
    this.#set(i, FLAGS, flags | cut | cutControl)
    this.#set(i, RECEIVED, cutControl === 0 ? this.#received.set(i, control) : 0)
    this.#receivedLength = this.length
  }

  /** The ancillary data that came with a message, as bytes. */
  receivedControl(i: number): NonSharedBuffer | undefined {
    const length = this.#head(i, RECEIVED)
    return length === 0 ? undefined : Buffer.from(this.#received.of(i, length))
  }

  /** What was received goes back as it came: cut into the datagrams that it was. */
  turn(): void {
    for (let i = 0; i < this.#receivedLength; i++) this.#setSent(i, nothing, this.segmentSize(i) ?? 0)
  }

  data(i: number): NonSharedBuffer {
    const length = this.lengthOf(i)
    const known = this.#views[i]
    if (known?.length === length) return known
    const data = this.#attached()
    const view = Buffer.from(data.buffer, data.byteOffset + i * this.size, length)
    this.#views[i] = view
    return view
  }

  address(i: number): Sockaddr | undefined {
    const length = Math.min(this.#head(i, ADDRESS), addressRoom)
    const domain = i < this.#receivedLength ? this.#receivedDomain : undefined
    return receivedAddress(this.#addressWords, i * addressRoom, length, domain)
  }

  /** The address as the kernel takes it. */
  addressBytes(i: number): NonSharedBuffer | undefined {
    const length = this.#head(i, ADDRESS)
    return length === 0 ? undefined : this.#addresses.subarray(i * addressRoom, i * addressRoom + length)
  }

  /** What the data of a message is cut into when it is sent; 0: nothing. */
  cutInto(i: number): number {
    return this.#head(i, SEGMENT)
  }

  /** How long the data of a message is. */
  lengthOf(i: number): number {
    return Math.min(this.#head(i, LENGTH), this.size)
  }

  /** The ancillary data that goes out with a message, but for how it is cut. */
  sentControl(i: number): NonSharedBuffer | undefined {
    const length = this.#head(i, SENT) - (this.#head(i, SEGMENT) === 0 ? 0 : segmentControlSize)
    return length === 0 ? undefined : this.#sent?.of(i, length)
  }

  flags(i: number): number {
    return this.#head(i, FLAGS)
  }

  /** What the datagrams were that the kernel put together, or what a message is to be cut into. */
  segmentSize(i: number): number | undefined {
    if (i < this.#receivedLength) return this.#received.segmentSize(i, this.#head(i, RECEIVED))
    return this.#head(i, SEGMENT) || undefined
  }

  ecn(i: number): number | undefined {
    return this.#received.ecn(i, this.#controlLength(i))
  }

  ifindex(i: number): number | undefined {
    return this.#received.ifindex(i, this.#controlLength(i))
  }

  destination(i: number): string | undefined {
    return this.#received.destination(i, this.#controlLength(i))
  }

  timestamp(i: number): bigint | undefined {
    return this.#received.timestamp(i, this.#controlLength(i))
  }

  /** How many bytes of data there are. */
  get bytes(): number {
    let sum = 0
    for (let i = 0; i < this.length; i++) sum += this.lengthOf(i)
    return sum
  }

  /** Of the ancillary data that was asked for. */
  #controlLength(i: number): number {
    return this.controlRoom === 0 ? 0 : this.#head(i, RECEIVED)
  }

  /** Whether a message that was received has no address. */
  get hasUnnamed(): boolean {
    for (let i = 0; i < this.#receivedLength; i++) if (this.#head(i, ADDRESS) === 0) return true
    return false
  }

  /** The domain of the socket that the messages were received on. */
  set receivedDomain(domain: Domain) {
    this.#receivedDomain = this.domain ?? domain
  }

  #become(length: number): void {
    this.length = length
    this.#receivedLength = length
    this.cuts = false
    this.revision++
  }

  #setSent(i: number, control: Uint8Array, segmentSize: number): void {
    const segments = segmentSize === 0 ? nothing : segmentControl(segmentSize)
    if (control.length + segments.length > 0) this.#sent ??= new DatagramControl(this.count, sentRoom)
    this.#set(i, SENT, this.#sent?.set(i, control, segments) ?? 0)
    this.#set(i, SEGMENT, segmentSize)
    if (segmentSize > 0) this.cuts = true
  }

  #refuseDescriptors(): void {
    for (let i = 0; i < this.length; i++) {
      const length = this.#head(i, RECEIVED)
      if (length > 0 && closeDescriptors(this.#received.of(i, length))) this.#set(i, FLAGS, this.flags(i) | MSG_CTRUNC)
    }
  }

  /** Who has a view can detach the memory. */
  requireAttached(): void {
    this.#attached()
  }

  #attached(): NonSharedBuffer {
    if (this.#data.length !== this.count * this.size)
      throw invalidType('batch', 'a batch whose memory was not detached', this.#data)
    return this.#data
  }

  #head(i: number, word: number): number {
    return this.#heads[WORDS * i + word] ?? 0
  }

  #set(i: number, word: number, value: number): void {
    this.#heads[WORDS * i + word] = value
  }
}
