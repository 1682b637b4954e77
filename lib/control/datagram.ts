// The ancillary data of the datagrams of a batch, read in place: only what is asked for is looked at.
import { Recent } from '../address/recent.js'
import { number } from '../codec/numbers.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { native } from '../native.js'
import { type ControlRow, controlRows } from '../tables/control.js'
import { cmsghdr, in6Pktinfo, inPktinfo } from '../tables/structs.js'
import { cmsgAlignment, cmsgDataOffset } from '../tables/system.js'
import { controlCodecs } from './values.js'

function rowOf(type: string): ControlRow {
  const row = controlRows.find(one => one.type === type)
  if (row === undefined) throw new Error(`no row of ${type}`)
  return row
}

const gro = rowOf('UDP_GRO')
const tos = rowOf('IP_TOS')
const tclass = rowOf('IPV6_TCLASS')
const pktinfo = rowOf('IP_PKTINFO')
const pktinfo6 = rowOf('IPV6_PKTINFO')
const stamps = ['SCM_TIMESTAMPNS', 'SCM_TIMESTAMP', 'SCM_TIMESTAMPING'].map(rowOf)

const destinations = new Recent<string>(4)
const inet = number('AF_INET') ?? 0
const inet6 = number('AF_INET6') ?? 0

// Where the fields of a header are, in 32-bit words. Of cmsg_len the low ones are enough.
const lengthWord = (littleEndian ? cmsghdr.at.cmsg_len : cmsghdr.at.cmsg_level - 4) / 4
const levelWord = cmsghdr.at.cmsg_level / 4
const typeWord = cmsghdr.at.cmsg_type / 4

/** Room for the ancillary data of `count` datagrams. */
export class DatagramControl {
  readonly bytes: NonSharedBuffer
  readonly #room: number
  readonly #words: Int32Array<ArrayBuffer>
  readonly #view: DataView

  constructor(count: number, room: number) {
    this.#room = room
    this.bytes = Buffer.alloc(count * room)
    this.#words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length / 4)
    this.#view = viewOf(this.bytes)
  }

  /** The ancillary data of datagram `i`, which has `length` bytes of it. */
  of(i: number, length: number): NonSharedBuffer {
    return this.bytes.subarray(i * this.#room, i * this.#room + Math.min(length, this.#room))
  }

  /** Writes the ancillary data of datagram `i`. How long it is. */
  set(i: number, ...messages: readonly Uint8Array[]): number {
    let length = 0
    for (const message of messages) {
      this.bytes.set(message, i * this.#room + length)
      length += message.length
    }
    return length
  }

  /** Of UDP_GRO. */
  segmentSize(i: number, length: number): number | undefined {
    const at = this.#find(i, length, gro)
    return at === -1 ? undefined : this.#view.getInt32(at, littleEndian)
  }

  /** Of IP_TOS or IPV6_TCLASS the last two bits. IP_TOS is one byte when received. */
  ecn(i: number, length: number): number | undefined {
    const v4 = this.#find(i, length, tos)
    if (v4 !== -1) return this.#view.getUint8(v4) & 3
    const v6 = this.#find(i, length, tclass)
    return v6 === -1 ? undefined : this.#view.getInt32(v6, littleEndian) & 3
  }

  /** Of IP_PKTINFO or IPV6_PKTINFO. */
  ifindex(i: number, length: number): number | undefined {
    const v4 = this.#find(i, length, pktinfo)
    if (v4 !== -1) return this.#view.getInt32(v4 + inPktinfo.at.ipi_ifindex, littleEndian)
    const v6 = this.#find(i, length, pktinfo6)
    return v6 === -1 ? undefined : this.#view.getInt32(v6 + in6Pktinfo.at.ipi6_ifindex, littleEndian)
  }

  /** Of IP_PKTINFO or IPV6_PKTINFO. */
  destination(i: number, length: number): string | undefined {
    const v4 = this.#find(i, length, pktinfo)
    if (v4 !== -1) return this.#text(inet, v4 + inPktinfo.at.ipi_addr, 4)
    const v6 = this.#find(i, length, pktinfo6)
    return v6 === -1 ? undefined : this.#text(inet6, v6 + in6Pktinfo.at.ipi6_addr, 16)
  }

  /** Of SCM_TIMESTAMPNS, SCM_TIMESTAMP or SCM_TIMESTAMPING: in ns since 1970. */
  timestamp(i: number, length: number): bigint | undefined {
    for (const row of stamps) {
      const at = this.#find(i, length, row)
      const fields: { value?: unknown; software?: unknown } | undefined =
        at === -1 ? undefined : controlCodecs[row.value].decode?.(this.bytes.subarray(at, this.#end(at)))
      const stamp = fields?.value ?? fields?.software
      if (typeof stamp === 'bigint') return stamp
    }
    return undefined
  }

  #text(family: number, at: number, size: number): string {
    const known = destinations.find(this.#words, at / 4, size / 4)
    if (known !== undefined) return known
    const text = native.inet_ntop(family, this.bytes.subarray(at, at + size)) ?? ''
    return destinations.keep(this.#words, at / 4, size / 4, text)
  }

  /** Where the data of the first message of a row is; -1 where there is none. */
  #find(i: number, length: number, row: ControlRow): number {
    const words = this.#words
    const end = i * this.#room + Math.min(length, this.#room)
    for (let at = i * this.#room; at + cmsgDataOffset < end; ) {
      const head = at / 4
      const size = words[head + lengthWord] ?? 0
      if (size < cmsgDataOffset) return -1
      const matches = words[head + levelWord] === row.level && words[head + typeWord] === row.number
      if (matches && at + size <= end) return at + cmsgDataOffset
      at += Math.ceil(size / cmsgAlignment) * cmsgAlignment
    }
    return -1
  }

  /** Where the data that begins at an offset ends. */
  #end(at: number): number {
    return at - cmsgDataOffset + (this.#words[(at - cmsgDataOffset) / 4 + lengthWord] ?? 0)
  }
}
