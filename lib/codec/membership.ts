// Multicast: memberships, source filters, and the interface that groups are sent to.
import { invalidType, object, string } from './arguments.js'
import { addressBytes, interfaceIndex, lookups, sockaddrBytes } from './lookups.js'
import { Names } from './numbers.js'
import { type Codec, numberNamed, unread } from './scalar.js'
import { littleEndian, struct, viewOf } from './struct.js'

/** A group, and where it is joined: an interface's name or index, or (IPv4) an address of its; else the system's choice. */
export interface Membership {
  group: string
  interface?: string | number | undefined
}
/** A group, as one source sends to it. */
export interface SourceMembership extends Membership {
  source: string
}
/** The sources of a group that are let through (MCAST_INCLUDE), or kept out (MCAST_EXCLUDE). */
export interface SourceFilter {
  group: string
  interface?: string | number | undefined
  mode: 'MCAST_INCLUDE' | 'MCAST_EXCLUDE'
  sources: readonly string[]
}

const modes = new Names<SourceFilter['mode']>(['MCAST_INCLUDE', 'MCAST_EXCLUDE'])
const mreqn = struct('ip_mreqn', ['imr_multiaddr', 'imr_address', 'imr_ifindex'], 'IP_ADD_MEMBERSHIP')
const mreq6 = struct('ipv6_mreq', ['ipv6mr_multiaddr', 'ipv6mr_interface'], 'IPV6_MULTICAST_IF')
const mreqSource = struct(
  'ip_mreq_source',
  ['imr_multiaddr', 'imr_interface', 'imr_sourceaddr'],
  'IP_ADD_SOURCE_MEMBERSHIP',
)
const msfilter = struct(
  'ip_msfilter',
  ['imsf_multiaddr', 'imsf_interface', 'imsf_fmode', 'imsf_numsrc', 'imsf_slist'],
  'IP_MSFILTER_SIZE',
)
const groupReq = struct('group_req', ['gr_interface', 'gr_group'], 'MCAST_JOIN_GROUP')
const groupSourceReq = struct(
  'group_source_req',
  ['gsr_interface', 'gsr_group', 'gsr_source'],
  'MCAST_JOIN_SOURCE_GROUP',
)
const groupFilter = struct(
  'group_filter',
  ['gf_interface', 'gf_group', 'gf_fmode', 'gf_numsrc', 'gf_slist'],
  'MCAST_MSFILTER',
)
const storage = struct('sockaddr_storage', ['ss_family'], 'AF_INET')
/** How many sources a read has room for. */
const mostSources = 64

function setInt(bytes: NonSharedBuffer, at: number, value: number): void {
  viewOf(bytes).setInt32(at, value | 0, littleEndian)
}

function getInt(bytes: NonSharedBuffer, at: number): number {
  return viewOf(bytes).getUint32(at, littleEndian)
}

/** Writes an interface to a struct ip_mreqn: by address, or by index. */
function placeInterface(bytes: NonSharedBuffer, value: unknown, name: string): void {
  const address = typeof value === 'string' ? lookups().parse('AF_INET', value) : undefined
  if (address === undefined) setInt(bytes, mreqn.at.imr_ifindex, interfaceIndex(value, name))
  else bytes.set(address, mreqn.at.imr_address)
}

/** An interface where the kernel takes nothing but an address of its. */
function interfaceAddress(value: unknown, name: string): NonSharedBuffer {
  if (value === undefined) return Buffer.alloc(4)
  if (typeof value !== 'string' && typeof value !== 'number')
    throw invalidType(name, 'the name, the index or an address of an interface', value)
  if (typeof value === 'number' && interfaceIndex(value, name) === 0) return Buffer.alloc(4)
  const address = typeof value === 'string' ? lookups().parse('AF_INET', value) : undefined
  return address ?? addressBytes('AF_INET', lookups().interfaceAddress(value), name)
}

/** struct ip_mreqn */
export const ipMreqnCodec: Codec<never, Membership> = {
  type: 'Membership',
  size: mreqn.size,
  decode: unread,
  encode(value, name) {
    const given = object(value, name)
    const bytes = Buffer.alloc(mreqn.size)
    bytes.set(addressBytes('AF_INET', given['group'], `${name}.group`), mreqn.at.imr_multiaddr)
    placeInterface(bytes, given['interface'], `${name}.interface`)
    return bytes
  },
}

/** struct in_addr where it is read, struct ip_mreqn where it is written. */
export const multicastInterfaceCodec: Codec<string, string | number> = {
  type: 'string; set also: number',
  size: 4,
  decode: bytes => lookups().format('AF_INET', bytes),
  encode(value, name) {
    if (value === undefined) throw invalidType(name, 'the name, the index or an address of an interface', value)
    const bytes = Buffer.alloc(mreqn.size)
    placeInterface(bytes, value, name)
    return bytes
  },
}

/** struct ipv6_mreq */
export const ipv6MreqCodec: Codec<never, Membership> = {
  type: 'Membership',
  size: mreq6.size,
  decode: unread,
  encode(value, name) {
    const given = object(value, name)
    const bytes = Buffer.alloc(mreq6.size)
    bytes.set(addressBytes('AF_INET6', given['group'], `${name}.group`), mreq6.at.ipv6mr_multiaddr)
    setInt(bytes, mreq6.at.ipv6mr_interface, interfaceIndex(given['interface'], `${name}.interface`))
    return bytes
  },
}

/** struct ip_mreq_source */
export const ipMreqSourceCodec: Codec<never, SourceMembership> = {
  type: 'SourceMembership',
  size: mreqSource.size,
  decode: unread,
  encode(value, name) {
    const given = object(value, name)
    const bytes = Buffer.alloc(mreqSource.size)
    bytes.set(addressBytes('AF_INET', given['group'], `${name}.group`), mreqSource.at.imr_multiaddr)
    bytes.set(addressBytes('AF_INET', given['source'], `${name}.source`), mreqSource.at.imr_sourceaddr)
    bytes.set(interfaceAddress(given['interface'], `${name}.interface`), mreqSource.at.imr_interface)
    return bytes
  },
}

/** Whether the address at an offset is larger than a sockaddr_in: its second half is in use. */
function isIPv6At(at: number): (encoded: NonSharedBuffer) => boolean {
  return encoded => lookups().addressIn(sockaddrAt(encoded, at)).includes(':')
}

/** The sockaddr in a sockaddr_storage, of the length that its family has. */
function sockaddrAt(bytes: NonSharedBuffer, at: number): NonSharedBuffer {
  const six = sockaddrBytes('::', 'address')
  const head = storage.at.ss_family
  const isSix = bytes.subarray(at + head, at + head + 1).equals(six.subarray(head, head + 1))
  return bytes.subarray(at, at + (isSix ? six : sockaddrBytes('0.0.0.0', 'address')).length)
}

/** struct group_req: either family. */
export const groupReqCodec: Codec<never, Membership> = {
  type: 'Membership',
  size: groupReq.size,
  decode: unread,
  isIPv6: isIPv6At(groupReq.at.gr_group),
  encode(value, name) {
    const given = object(value, name)
    const bytes = Buffer.alloc(groupReq.size)
    bytes.set(sockaddrBytes(given['group'], `${name}.group`), groupReq.at.gr_group)
    setInt(bytes, groupReq.at.gr_interface, interfaceIndex(given['interface'], `${name}.interface`))
    return bytes
  },
}

/** struct group_source_req: either family. */
export const groupSourceReqCodec: Codec<never, SourceMembership> = {
  type: 'SourceMembership',
  size: groupSourceReq.size,
  decode: unread,
  isIPv6: isIPv6At(groupSourceReq.at.gsr_group),
  encode(value, name) {
    const given = object(value, name)
    const bytes = Buffer.alloc(groupSourceReq.size)
    bytes.set(sockaddrBytes(given['group'], `${name}.group`), groupSourceReq.at.gsr_group)
    bytes.set(sockaddrBytes(given['source'], `${name}.source`), groupSourceReq.at.gsr_source)
    setInt(bytes, groupSourceReq.at.gsr_interface, interfaceIndex(given['interface'], `${name}.interface`))
    return bytes
  },
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidType(name, 'an array of addresses', value)
  return value
}

function modeNumber(value: unknown, name: string): number {
  return numberNamed(modes, string(value, name), name)
}

function modeName(number: number): SourceFilter['mode'] {
  return modes.nameOf(number) === 'MCAST_INCLUDE' ? 'MCAST_INCLUDE' : 'MCAST_EXCLUDE'
}

function ipFilter(value: unknown, name: string, mode: number, sources: readonly NonSharedBuffer[]): NonSharedBuffer {
  const given = object(value, name)
  const bytes = Buffer.alloc(msfilter.at.imsf_slist + 4 * sources.length)
  bytes.set(addressBytes('AF_INET', given['group'], `${name}.group`), msfilter.at.imsf_multiaddr)
  bytes.set(interfaceAddress(given['interface'], `${name}.interface`), msfilter.at.imsf_interface)
  setInt(bytes, msfilter.at.imsf_fmode, mode)
  setInt(bytes, msfilter.at.imsf_numsrc, sources.length)
  for (const [i, source] of sources.entries()) bytes.set(source, msfilter.at.imsf_slist + 4 * i)
  return bytes
}

/** struct ip_msfilter */
export const ipMsfilterCodec: Codec<SourceFilter> = {
  type: 'SourceFilter',
  size: msfilter.at.imsf_slist + 4 * mostSources,
  query: (query, name) =>
    ipFilter(
      query,
      name,
      0,
      Array.from({ length: mostSources }, () => Buffer.alloc(4)),
    ),
  decode(bytes) {
    const text = (at: number): string => lookups().format('AF_INET', bytes.subarray(at, at + 4))
    const count = Math.min(getInt(bytes, msfilter.at.imsf_numsrc), mostSources)
    return {
      group: text(msfilter.at.imsf_multiaddr),
      interface: text(msfilter.at.imsf_interface),
      mode: modeName(getInt(bytes, msfilter.at.imsf_fmode)),
      sources: Array.from({ length: count }, (_, i) => text(msfilter.at.imsf_slist + 4 * i)),
    }
  },
  encode(value, name) {
    const given = object(value, name)
    const sources = list(given['sources'], `${name}.sources`)
    const quads = sources.map((source, i) => addressBytes('AF_INET', source, `${name}.sources[${i}]`))
    return ipFilter(value, name, modeNumber(given['mode'], `${name}.mode`), quads)
  },
}

function anyFilter(value: unknown, name: string, mode: number, sources: readonly NonSharedBuffer[]): NonSharedBuffer {
  const given = object(value, name)
  const bytes = Buffer.alloc(groupFilter.at.gf_slist + storage.size * sources.length)
  setInt(bytes, groupFilter.at.gf_interface, interfaceIndex(given['interface'], `${name}.interface`))
  bytes.set(sockaddrBytes(given['group'], `${name}.group`), groupFilter.at.gf_group)
  setInt(bytes, groupFilter.at.gf_fmode, mode)
  setInt(bytes, groupFilter.at.gf_numsrc, sources.length)
  for (const [i, source] of sources.entries()) bytes.set(source, groupFilter.at.gf_slist + storage.size * i)
  return bytes
}

/** struct group_filter: either family. */
export const groupFilterCodec: Codec<SourceFilter> = {
  type: 'SourceFilter',
  size: groupFilter.at.gf_slist + storage.size * mostSources,
  isIPv6: isIPv6At(groupFilter.at.gf_group),
  query: (query, name) =>
    anyFilter(
      query,
      name,
      0,
      Array.from({ length: mostSources }, () => Buffer.alloc(storage.size)),
    ),
  decode(bytes) {
    const text = (at: number): string => lookups().addressIn(sockaddrAt(bytes, at))
    const count = Math.min(getInt(bytes, groupFilter.at.gf_numsrc), mostSources)
    return {
      group: text(groupFilter.at.gf_group),
      interface: getInt(bytes, groupFilter.at.gf_interface),
      mode: modeName(getInt(bytes, groupFilter.at.gf_fmode)),
      sources: Array.from({ length: count }, (_, i) => text(groupFilter.at.gf_slist + storage.size * i)),
    }
  },
  encode(value, name) {
    const given = object(value, name)
    const sources = list(given['sources'], `${name}.sources`)
    const addresses = sources.map((source, i) => sockaddrBytes(source, `${name}.sources[${i}]`))
    return anyFilter(value, name, modeNumber(given['mode'], `${name}.mode`), addresses)
  },
}
