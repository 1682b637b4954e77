// Values of IPv6 options: RFC 3542's headers as typed lists, sticky packet information, path MTU, flow labels.
import { bytes as bytesOf, integer, invalidType, invalidValue, object, uint8, uint16 } from './arguments.js'
import { addressBytes, interfaceIndex, lookups } from './lookups.js'
import { type Codec, networkIntCodec, unwritten } from './scalar.js'
import { littleEndian, struct, viewOf } from './struct.js'

/** One option of a hop-by-hop or destination options header. Padding is added and left out by itself. */
export interface Ipv6Option<Data extends NodeJS.ArrayBufferView = NodeJS.ArrayBufferView> {
  type: number
  data: Data
}
const PAD1 = 0
const PADN = 1
const mostHeader = 2048

function padding(length: number): NonSharedBuffer {
  if (length === 0) return Buffer.alloc(0)
  if (length === 1) return Buffer.of(PAD1)
  return Buffer.concat([Buffer.of(PADN, length - 2), Buffer.alloc(length - 2)])
}

/** A header of options: next header, length, then type, length and data of each, padded to 8 bytes. */
export const ipv6OptionsCodec: Codec<Ipv6Option<NonSharedBuffer>[], readonly Ipv6Option[]> = {
  type: 'Ipv6Option[]',
  size: mostHeader,
  decode(bytes) {
    const found: Ipv6Option<NonSharedBuffer>[] = []
    let at = 2
    while (at < bytes.length) {
      const type = bytes.readUInt8(at)
      const length = type === PAD1 ? -1 : (bytes[at + 1] ?? 0)
      if (type !== PAD1 && type !== PADN)
        found.push({ type, data: Buffer.from(bytes.subarray(at + 2, at + 2 + length)) })
      at += 2 + length
    }
    return found
  },
  encode(value, name) {
    if (!Array.isArray(value)) throw invalidType(name, 'an array of options', value)
    if (value.length === 0) return Buffer.alloc(0)
    const options = Array.from(value, (one: unknown, i) => {
      const { type, data } = object(one, `${name}[${i}]`)
      if (type === PAD1 || type === PADN) throw invalidValue(`${name}[${i}].type`, 'no padding: that is added', type)
      const content = bytesOf(data, `${name}[${i}].data`)
      if (content.length > 255) throw invalidValue(`${name}[${i}].data`, 'at most 255 bytes', data)
      return Buffer.concat([Buffer.of(uint8(type, `${name}[${i}].type`), content.length), content])
    })
    const body = Buffer.concat(options)
    const length = Math.ceil((body.length + 2) / 8) * 8
    if (length > mostHeader) throw invalidValue(name, `at most ${mostHeader} bytes of options`, value)
    return Buffer.concat([Buffer.of(0, length / 8 - 1), body, padding(length - 2 - body.length)])
  },
}

/** struct in6_pktinfo: the source and the interface of what is sent. */
export interface Ipv6PacketInfo {
  address?: string
  interface?: string | number
}
const pktinfo = struct('in6_pktinfo', ['ipi6_addr', 'ipi6_ifindex'], 'IPV6_PKTINFO')

/** struct in6_pktinfo */
export const ipv6PktinfoCodec: Codec<Ipv6PacketInfo> = {
  type: 'Ipv6PacketInfo',
  size: pktinfo.size,
  decode(bytes) {
    if (bytes.length < pktinfo.size) return {}
    const address = lookups().format('AF_INET6', bytes.subarray(pktinfo.at.ipi6_addr, pktinfo.at.ipi6_addr + 16))
    return { address, interface: viewOf(bytes).getUint32(pktinfo.at.ipi6_ifindex, littleEndian) }
  },
  encode(value, name) {
    const { address = '::', interface: device } = object(value, name)
    const bytes = Buffer.alloc(pktinfo.size)
    bytes.set(addressBytes('AF_INET6', address, `${name}.address`), pktinfo.at.ipi6_addr)
    const index = interfaceIndex(device, `${name}.interface`)
    viewOf(bytes).setUint32(pktinfo.at.ipi6_ifindex, index, littleEndian)
    return bytes
  },
}

/** struct ip6_mtuinfo: the path MTU of a connected socket, in bytes, and its peer. */
export interface Ipv6MtuInfo {
  address: string
  mtu: number
}
const mtuinfo = struct('ip6_mtuinfo', ['ip6m_addr', 'ip6m_mtu'], 'IPV6_PATHMTU')
const sockaddrIn6 = struct('sockaddr_in6', ['sin6_addr'])

/** struct ip6_mtuinfo */
export const ipv6MtuInfoCodec: Codec<Ipv6MtuInfo, never> = {
  type: 'Ipv6MtuInfo',
  size: mtuinfo.size,
  encode: unwritten,
  decode(bytes) {
    const at = mtuinfo.at.ip6m_addr + sockaddrIn6.at.sin6_addr
    return {
      address: lookups().format('AF_INET6', bytes.subarray(at, at + 16)),
      mtu: viewOf(bytes).getUint32(mtuinfo.at.ip6m_mtu, littleEndian),
    }
  },
}

const actions = ['IPV6_FL_A_GET', 'IPV6_FL_A_PUT', 'IPV6_FL_A_RENEW'] as const
/** struct in6_flowlabel_req: a flow label asked for, given back or renewed. */
export interface FlowLabelRequest {
  destination?: string
  /** 20 bits; 0 lets the kernel choose (IPV6_FL_F_CREATE). */
  label?: number
  action?: (typeof actions)[number]
  /** IPV6_FL_S_* */
  share?: number
  /** IPV6_FL_F_*, or-ed. */
  flags?: number
  /** Seconds. */
  expires?: number
  /** Seconds. */
  linger?: number
}
const flowlabel = struct(
  'in6_flowlabel_req',
  ['flr_dst', 'flr_label', 'flr_action', 'flr_share', 'flr_flags', 'flr_expires', 'flr_linger'],
  'IPV6_FL_A_GET',
)

function encodeFlowLabel(value: unknown, name: string): NonSharedBuffer {
  const { destination = '::', label = 0, action = 'IPV6_FL_A_GET', ...rest } = object(value, name)
  const { share = 0, flags = 0, expires = 0, linger = 0 } = rest
  const number = actions.map(String).indexOf(String(action))
  if (number === -1) throw invalidValue(`${name}.action`, actions.join(', '), action)
  const bytes = Buffer.alloc(flowlabel.size)
  const view = viewOf(bytes)
  bytes.set(addressBytes('AF_INET6', destination, `${name}.destination`), flowlabel.at.flr_dst)
  view.setUint32(flowlabel.at.flr_label, integer(label, `${name}.label`, 0, 0xfffff))
  view.setUint8(flowlabel.at.flr_action, number)
  view.setUint8(flowlabel.at.flr_share, uint8(share, `${name}.share`))
  view.setUint16(flowlabel.at.flr_flags, uint16(flags, `${name}.flags`), littleEndian)
  view.setUint16(flowlabel.at.flr_expires, uint16(expires, `${name}.expires`), littleEndian)
  view.setUint16(flowlabel.at.flr_linger, uint16(linger, `${name}.linger`), littleEndian)
  return bytes
}

/** struct in6_flowlabel_req */
export const flowLabelCodec: Codec<FlowLabelRequest> = {
  type: 'FlowLabelRequest',
  size: flowlabel.size,
  query: encodeFlowLabel,
  encode: encodeFlowLabel,
  decode(bytes) {
    const view = viewOf(bytes)
    const { flr_dst, flr_label, flr_action, flr_share, flr_flags, flr_expires, flr_linger } = flowlabel.at
    return {
      destination: lookups().format('AF_INET6', bytes.subarray(flr_dst, flr_dst + 16)),
      label: view.getUint32(flr_label) & 0xfffff,
      action: actions[view.getUint8(flr_action)] ?? 'IPV6_FL_A_GET',
      share: view.getUint8(flr_share),
      flags: view.getUint16(flr_flags, littleEndian),
      expires: view.getUint16(flr_expires, littleEndian),
      linger: view.getUint16(flr_linger, littleEndian),
    }
  },
}

/** 28 bits of traffic class and flow label, in network order: what sin6_flowinfo holds. */
export const flowinfoCodec = networkIntCodec
