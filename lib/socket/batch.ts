// MessageBatch: many messages that go through one system call, and are looked at in place.
import { inspect } from 'node:util'
import { encodeDestination } from '../address/destination.js'
import { addressOf } from '../address/sockaddr.js'
import type { AddressFor, AddressOf } from '../address/types.js'
import { boolean, bytes, INT_MAX, integer, invalidType, invalidValue, object, outOfRange } from '../codec/arguments.js'
import { encodeControl } from '../control/control.js'
import { type Domain, domains, isInternet } from '../tables/families.js'
import { MSG_TRUNC } from '../tables/flags.js'
import { domainOf } from './kind.js'
import { addressRoom, BatchMemory } from './memory.js'
import { type DatagramOptions, extrasFor, isMapped, isPlain, segmentSizeOf } from './message.js'

const nothing = Buffer.alloc(0)
// What a message has room for of ancillary data.
const controlRoom = 512

/** One datagram of a batch. */
export interface BatchMessage<D extends Domain = Domain> {
  /** A view: good until the next recvmmsg or clear. */
  data: NonSharedBuffer
  /** Undefined where there is none: on a TCP stream, or of a message to the connected peer. */
  address: AddressOf<D> | undefined
  /** The interface it came in by; with IP_PKTINFO or IPV6_RECVPKTINFO set. */
  ifindex: number | undefined
  /** The ECN mark, 0 to 3; with IP_RECVTOS or IPV6_RECVTCLASS set. */
  ecn: number | undefined
  /** The address that it was sent to; with IP_PKTINFO or IPV6_RECVPKTINFO set. */
  destination: string | undefined
  /** When it came, in ns since 1970; with SO_TIMESTAMPNS, SO_TIMESTAMP or SO_TIMESTAMPING set. */
  timestamp: bigint | undefined
  /** MSG_* or-ed, as the kernel answered them: MSG_TRUNC where it was longer than its room. */
  flags: number
}

// Less than 4 GiB, the most that a Buffer of Node 20 has, by what it takes to begin with a cache line.
const mostBytes = 2 ** 32 - 64

/** The memory of a batch, which no user meets. */
export let memoryOf: (batch: unknown) => BatchMemory

/**
 * Messages for recvmmsg(2) and sendmmsg(2): `count` of at most `size` bytes. Received, they are looked at in place, and
 * nothing is made for a message until it is asked for; with `control: true` also their ancillary data (`ecn`, `ifindex`,
 * `destination`, `timestamp`), for which each has 512 bytes. What one method gives of a message is good until the next
 * recvmmsg or clear. Descriptors that come are closed. A received batch can be sent: every message goes back to its
 * address, cut as it came. One operation at a time uses a batch: what waits for it is refused once another has filled it. At
 * the end of a stream all messages are empty. All systems; where one lacks the calls, the messages are moved one by one.
 * @example
 * using socket = new Socket(AF_INET, SOCK_DGRAM).bind({ port: 0 }).setsockopt(IP_RECVTOS, true)
 * const batch = new MessageBatch({ domain: AF_INET, count: 64, size: 1500, control: true })
 * await socket.recvmmsg(batch)
 * for (const { data, address, ecn } of batch) console.log(address, ecn, data)
 * await socket.sendmmsg(batch) // every message back to where it came from
 * @throws RangeError for a `count` that is not from 1 to 65,536, a `size` above 2 GiB less 1 byte, or a `count * size` above
 * 4 GiB less 64 bytes
 */
export class MessageBatch<D extends Domain = Domain> implements Iterable<BatchMessage<D>> {
  static {
    memoryOf = batch => {
      if (typeof batch !== 'object' || batch === null || !(#memory in batch))
        throw invalidType('batch', 'a MessageBatch', batch)
      return batch.#memory
    }
  }

  readonly #memory: BatchMemory
  readonly #control = new Repeated()

  /**
   * Room for `count` messages of `size` bytes each. `domain` is the family of the addresses, any where it is left out;
   * `control` asks for ancillary data.
   */
  constructor(options: {
    domain?: D | undefined
    count: number
    size: number
    control?: boolean | undefined
  }) {
    const given = object(options, 'options')
    const domain = given['domain'] === undefined ? undefined : domainOf(given['domain'], 'options.domain').name
    const count = integer(given['count'], 'options.count', 1, 1 << 16)
    const size = integer(given['size'], 'options.size', 0, INT_MAX)
    const control = given['control'] === undefined ? false : boolean(given['control'], 'options.control')
    if (count * size > mostBytes)
      throw outOfRange('options.size', 'such that count * size is at most 4 GiB less 64 bytes', size)
    this.#memory = new BatchMemory(domain, count, size, control ? controlRoom : 0)
  }

  /** How many messages it has room for. */
  get count(): number {
    return this.#memory.count
  }

  /** How many messages it has. */
  get length(): number {
    return this.#memory.length
  }

  /** The bytes of a message: a view, no copy. */
  data(i: number): NonSharedBuffer {
    return this.#memory.data(this.#index(i))
  }

  /** Where a message came from, or goes to; undefined where there is none. */
  address(i: number): AddressOf<D> | undefined {
    const { domain } = this.#memory
    const address = this.#memory.address(this.#index(i))
    if (address === undefined) return undefined
    return addressOf(address, (domain ?? 0) as D)
  }

  /** How long the datagrams are that the kernel put together (UDP_GRO), or is to cut; the last may be shorter. Linux. */
  segmentSize(i: number): number | undefined {
    return this.#memory.segmentSize(this.#index(i))
  }

  /** The ECN mark of a received message, 0 to 3; with IP_RECVTOS or IPV6_RECVTCLASS set. */
  ecn(i: number): number | undefined {
    return this.#memory.ecn(this.#index(i))
  }

  /** The address that a received message was sent to; with IP_PKTINFO or IPV6_RECVPKTINFO set. */
  destination(i: number): string | undefined {
    return this.#memory.destination(this.#index(i))
  }

  /** The interface that a received message came in by; with IP_PKTINFO or IPV6_RECVPKTINFO set. */
  ifindex(i: number): number | undefined {
    return this.#memory.ifindex(this.#index(i))
  }

  /**
   * When a message was received, in ns since 1970; with SO_TIMESTAMPNS, SO_TIMESTAMP or SO_TIMESTAMPING set.
   * A kernel that stamped nothing before takes a moment to begin: till then, it is when the message was read.
   */
  timestamp(i: number): bigint | undefined {
    return this.#memory.timestamp(this.#index(i))
  }

  /** MSG_* or-ed, as the kernel answered them: MSG_TRUNC where a message was longer than its room. */
  flags(i: number): number {
    return this.#memory.flags(this.#index(i))
  }

  /**
   * Adds a message, whose bytes are copied. False where the batch is full. Without an address it goes to the peer that
   * the socket is connected to; the options are those of `send`.
   * @example
   * const batch = new MessageBatch({ count: 8, size: 1500 })
   * if (!batch.push(Buffer.from('hello'))) console.log('full')
   * @throws RangeError where it is longer than `size`
   */
  push(data: NodeJS.ArrayBufferView, address?: AddressFor<D>, options?: DatagramOptions): boolean {
    const memory = this.#memory
    const to = address === undefined ? undefined : encodeDestination(address, memory.domain)
    if (to !== undefined && to.length > addressRoom)
      throw invalidValue('address', `at most ${addressRoom} bytes long`, address)
    const control = this.#control.of(options, memory.domain ?? familyOf(address), to)
    const segmentSize = segmentSizeOf(options) ?? 0
    // Last, since to read options is to run code that may detach it.
    const content = bytes(data, 'data')
    if (content.length > memory.size) throw outOfRange('data', `at most ${memory.size} bytes long`, data)
    if (memory.length === memory.count) return false
    memory.push(content, to, control, segmentSize)
    return true
  }

  /** Forgets all messages. */
  clear(): void {
    this.#memory.clear()
  }

  /** The datagrams; what the kernel put together (UDP_GRO) comes apart. Where it was cut, the last has MSG_TRUNC. */
  *[Symbol.iterator](): IterableIterator<BatchMessage<D>> {
    for (let i = 0; i < this.length; i++) {
      const data = this.data(i)
      const size = this.segmentSize(i) || data.length || 1
      const address = this.address(i)
      const ifindex = this.ifindex(i)
      const ecn = this.ecn(i)
      const destination = this.destination(i)
      const timestamp = this.timestamp(i)
      const flags = this.flags(i)
      for (let at = 0; at === 0 || at < data.length; at += size) {
        const isLast = at + size >= data.length
        const own = isLast ? flags : flags & ~MSG_TRUNC
        yield { data: data.subarray(at, at + size), address, ifindex, ecn, destination, timestamp, flags: own }
      }
    }
  }

  /** What console.log shows. */
  [inspect.custom](_depth: number, options: object, show: typeof inspect): string {
    if (!(#memory in this)) return 'MessageBatch {}'
    const { domain, size, count, length } = this.#memory
    return `MessageBatch ${show({ domain, size, count, length }, options)}`
  }

  #index(i: unknown): number {
    const { length } = this.#memory
    if (length === 0 && typeof i === 'number') throw outOfRange('i', 'the index of a message: there are none', i)
    return integer(i, 'i', 0, length - 1)
  }
}

function familyOf(address: { family?: Domain | undefined } | undefined): Domain | undefined {
  const family = address?.family
  return typeof family === 'number' ? domains.nameOf(family) : family
}

/** The ancillary data of options, which repeat. */
class Repeated {
  #ecn: unknown
  #local: unknown
  #ifindex: unknown
  #domain: Domain | undefined
  #isMapped = false
  #control: Uint8Array = nothing

  of(options: DatagramOptions | undefined, domain: Domain | undefined, to: Uint8Array | undefined): Uint8Array {
    if (options === undefined) return nothing
    const { ecn, local, ifindex } = object(options, 'options')
    if (!isPlain(options) && domain !== undefined && !isInternet(domain))
      throw invalidValue('options', `without segmentSize, ecn, local and ifindex on ${domain}`, options)
    const mapped = isMapped(to)
    const sameRoute = local === this.#local && ifindex === this.#ifindex && mapped === this.#isMapped
    if (sameRoute && ecn === this.#ecn && domain === this.#domain) return this.#control
    this.#control = encodeControl(undefined, extrasFor({ ecn, local, ifindex }, domain, to)) ?? nothing
    this.#isMapped = mapped
    this.#ecn = ecn
    this.#local = local
    this.#ifindex = ifindex
    this.#domain = domain
    return this.#control
  }
}
