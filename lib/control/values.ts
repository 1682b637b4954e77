// The values of ancillary messages, one codec a C type: fields of the typed message from bytes, and back.

import { encodeDestination } from '../address/destination.js'
import { numberOfDomain } from '../address/family.js'
import { families } from '../address/sockaddr.js'
import {
  boolean,
  descriptor,
  int32,
  invalidType,
  invalidValue,
  object,
  string,
  uint8,
  uint16,
  uint32,
  uint64,
} from '../codec/arguments.js'
import { bytesCodec } from '../codec/scalar.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { native } from '../native.js'
import type { ControlValue } from '../tables/control.js'
import { auxdata, in6Pktinfo, inPktinfo, timespec, timeval, ucred } from '../tables/structs.js'
import { type ControlCodec, type Given, single } from './codec.js'
import { recordCodecs } from './records.js'

function scalar(
  size: number,
  get: (view: DataView) => unknown,
  set: (view: DataView, value: unknown, name: string) => void,
): ControlCodec {
  return {
    encode: (given, name) => {
      const data = Buffer.alloc(size)
      set(viewOf(data), given['value'], `${name}.value`)
      return data
    },
    decode: data => (data.length === size ? { value: get(viewOf(data)) } : undefined),
  }
}

const int = scalar(
  4,
  view => view.getInt32(0, littleEndian),
  (view, value, name) => view.setInt32(0, int32(value, name), littleEndian),
)

const billion = 1_000_000_000n

/** struct timespec or timeval at `offset`, in ns. Both are two words, of 8 bytes on 64-bit systems. */
function nanoseconds(data: NonSharedBuffer, offset: number, perUnit: bigint): bigint {
  const view = viewOf(data)
  const wide = timespec.size === 16
  const word = (at: number): bigint =>
    wide ? view.getBigInt64(offset + at, littleEndian) : BigInt(view.getInt32(offset + at, littleEndian))
  return word(timespec.at.tv_sec) * billion + word(timespec.at.tv_nsec) * perUnit
}

/** The descriptor that a number, or anything that has one, stands for. */
export function fdOf(value: unknown, name: string): number {
  return descriptor(typeof value === 'number' ? value : object(value, name)['fd'], name)
}

/** The descriptors that came: every one, also those of a cut message. */
export function descriptorsIn(data: NonSharedBuffer): number[] {
  const view = viewOf(data)
  return Array.from({ length: Math.floor(data.length / 4) }, (_, i) => view.getInt32(4 * i, littleEndian))
}

const fds: ControlCodec = {
  encode: (given, name) => {
    const list = given['fds']
    if (!Array.isArray(list)) throw invalidType(`${name}.fds`, 'an array of descriptors', list)
    return Buffer.from(Int32Array.from(list, (one: unknown, i) => fdOf(one, `${name}.fds[${i}]`)).buffer)
  },
  decode: data => ({ fds: descriptorsIn(data) }),
}

const credentials: ControlCodec = {
  encode: (given, name) => {
    const data = Buffer.alloc(ucred.size)
    const view = viewOf(data)
    view.setInt32(ucred.at.pid, int32(given['pid'], `${name}.pid`), littleEndian)
    view.setUint32(ucred.at.uid, uint32(given['uid'], `${name}.uid`), littleEndian)
    view.setUint32(ucred.at.gid, uint32(given['gid'], `${name}.gid`), littleEndian)
    return data
  },
  decode: data => {
    if (data.length !== ucred.size) return undefined
    const view = viewOf(data)
    const pid = view.getInt32(ucred.at.pid, littleEndian)
    return { pid, uid: view.getUint32(ucred.at.uid, littleEndian), gid: view.getUint32(ucred.at.gid, littleEndian) }
  },
}

type Internet = 'AF_INET' | 'AF_INET6'
const sizes = { AF_INET: 4, AF_INET6: 16 } as const

function textAt(domain: Internet, data: NonSharedBuffer, at: number): string {
  return native.inet_ntop(numberOfDomain(domain), data.subarray(at, at + sizes[domain])) ?? ''
}

function setText(domain: Internet, data: NonSharedBuffer, at: number, given: unknown, name: string): void {
  if (given === undefined) return
  const text = string(given, name)
  if (native.inet_pton(numberOfDomain(domain), text, data.subarray(at, at + sizes[domain])) !== 1)
    throw invalidValue(name, `a numeric ${domain} address`, text)
}

function interfaceOf(given: Given, name: string): number {
  const { ifindex = 0 } = given
  return uint32(ifindex, `${name}.ifindex`)
}

const pktinfo: ControlCodec = {
  encode: (given, name) => {
    const data = Buffer.alloc(inPktinfo.size)
    viewOf(data).setInt32(inPktinfo.at.ipi_ifindex, interfaceOf(given, name), littleEndian)
    setText('AF_INET', data, inPktinfo.at.ipi_spec_dst, given['local'], `${name}.local`)
    return data
  },
  decode: data => {
    if (data.length !== inPktinfo.size) return undefined
    return {
      ifindex: viewOf(data).getInt32(inPktinfo.at.ipi_ifindex, littleEndian),
      local: textAt('AF_INET', data, inPktinfo.at.ipi_spec_dst),
      destination: textAt('AF_INET', data, inPktinfo.at.ipi_addr),
    }
  },
}

const pktinfo6: ControlCodec = {
  encode: (given, name) => {
    const data = Buffer.alloc(in6Pktinfo.size)
    viewOf(data).setUint32(in6Pktinfo.at.ipi6_ifindex, interfaceOf(given, name), littleEndian)
    setText('AF_INET6', data, in6Pktinfo.at.ipi6_addr, given['local'], `${name}.local`)
    return data
  },
  decode: data => {
    if (data.length !== in6Pktinfo.size) return undefined
    const ifindex = viewOf(data).getUint32(in6Pktinfo.at.ipi6_ifindex, littleEndian)
    return { ifindex, destination: textAt('AF_INET6', data, in6Pktinfo.at.ipi6_addr) }
  },
}

// Three struct timespec: the software stamp, one that is no longer used, the raw hardware stamp; zero is none.
const timestamping: ControlCodec = {
  decode: data => {
    if (data.length !== 3 * timespec.size) return undefined
    const software = nanoseconds(data, 0, 1n)
    const hardware = nanoseconds(data, 2 * timespec.size, 1n)
    return { ...(software !== 0n && { software }), ...(hardware !== 0n && { hardware }) }
  },
}

// TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID
const vlanValid = 1 << 4
const vlanTpidValid = 1 << 6

const auxiliary: ControlCodec = {
  decode: data => {
    if (data.length !== auxdata.size) return undefined
    const { at } = auxdata
    const view = viewOf(data)
    const status = view.getUint32(at.tp_status, littleEndian)
    return {
      status,
      length: view.getUint32(at.tp_len, littleEndian),
      snaplen: view.getUint32(at.tp_snaplen, littleEndian),
      mac: view.getUint16(at.tp_mac, littleEndian),
      net: view.getUint16(at.tp_net, littleEndian),
      ...((status & vlanValid) !== 0 && { vlanTci: view.getUint16(at.tp_vlan_tci, littleEndian) }),
      ...((status & vlanTpidValid) !== 0 && { vlanTpid: view.getUint16(at.tp_vlan_tpid, littleEndian) }),
    }
  },
}

/** An address alone, in network order. */
const internet = (domain: Internet): ControlCodec => ({
  encode: (given, name) => {
    const data = Buffer.alloc(sizes[domain])
    setText(domain, data, 0, string(given['value'], `${name}.value`), `${name}.value`)
    return data
  },
  decode: data => (data.length === sizes[domain] ? { value: textAt(domain, data, 0) } : undefined),
})

const address: ControlCodec = {
  encode: given => encodeDestination(given['address'], 'AF_INET6'),
  decode: data => {
    const decoded = families.AF_INET.decode(data) ?? families.AF_INET6.decode(data)
    return decoded && { address: decoded }
  },
}

export const controlCodecs: { readonly [Value in ControlValue]: ControlCodec } = {
  ...recordCodecs,
  bytes: single(bytesCodec(0)),
  in_addr: internet('AF_INET'),
  in6_addr: internet('AF_INET6'),
  int,
  // Received as one byte, sent as int.
  'u8-or-int': { ...int, decode: data => (data.length === 1 ? { value: data.readUInt8(0) } : int.decode?.(data)) },
  u8: scalar(
    1,
    view => view.getUint8(0),
    (view, value, name) => view.setUint8(0, uint8(value, name)),
  ),
  u16: scalar(
    2,
    view => view.getUint16(0, littleEndian),
    (view, value, name) => view.setUint16(0, uint16(value, name), littleEndian),
  ),
  u32: scalar(
    4,
    view => view.getUint32(0, littleEndian),
    (view, value, name) => view.setUint32(0, uint32(value, name), littleEndian),
  ),
  be32: scalar(
    4,
    view => view.getUint32(0),
    (view, value, name) => view.setUint32(0, uint32(value, name)),
  ),
  u64: scalar(
    8,
    view => view.getBigUint64(0, littleEndian),
    (view, value, name) => view.setBigUint64(0, uint64(value, name), littleEndian),
  ),
  switch: scalar(
    4,
    view => view.getInt32(0, littleEndian) !== 0,
    (view, value, name) => view.setInt32(0, boolean(value, name) ? 1 : 0, littleEndian),
  ),
  fds,
  fd: { decode: data => ({ fd: descriptorsIn(data)[0] ?? -1 }) },
  ucred: credentials,
  text: { decode: data => ({ context: data.toString('utf8').replace(/\0$/, '') }) },
  timeval: { decode: data => (data.length === timeval.size ? { value: nanoseconds(data, 0, 1000n) } : undefined) },
  timespec: { decode: data => (data.length === timespec.size ? { value: nanoseconds(data, 0, 1n) } : undefined) },
  timestamping,
  in_pktinfo: pktinfo,
  in6_pktinfo: pktinfo6,
  sockaddr: address,
  auxdata: auxiliary,
  // Decoded with the packet that it came with: queued.ts.
  queued: {},
  nl_pktinfo: { decode: data => (data.length === 4 ? { group: viewOf(data).getUint32(0, littleEndian) } : undefined) },
}
