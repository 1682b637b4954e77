// Values of PACKET_* options that are no plain record: memberships and fanout groups.
import { int32, invalidType, invalidValue, object, string, uint16, uint32 } from './arguments.js'
import { Names } from './numbers.js'
import { type Codec, int, intAt, numberNamed, unread, unwritten } from './scalar.js'
import { littleEndian, struct, viewOf } from './struct.js'

/** struct packet_mreq: what an interface takes in. `type` is PACKET_MR_*; `address` 'aa:bb:cc:dd:ee:ff'. */
export interface PacketMembership {
  ifindex: number
  type: string
  address?: string
}
const mreq = struct('packet_mreq', ['mr_ifindex', 'mr_type', 'mr_alen', 'mr_address'], 'AF_PACKET')
const mreqTypes = new Names(['PACKET_MR_MULTICAST', 'PACKET_MR_PROMISC', 'PACKET_MR_ALLMULTI', 'PACKET_MR_UNICAST'])

function hardwareAddress(value: unknown, name: string): NonSharedBuffer {
  const text = string(value, name)
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){0,7}$/i.test(text)) throw invalidValue(name, "like 'aa:bb:cc:dd:ee:ff'", value)
  return Buffer.from(text.replaceAll(':', ''), 'hex')
}

/** struct packet_mreq */
export const packetMreqCodec: Codec<never, PacketMembership> = {
  type: 'PacketMembership',
  size: mreq.size,
  decode: unread,
  encode(value, name) {
    const { ifindex, type, address } = object(value, name)
    const bytes = Buffer.alloc(mreq.size)
    const view = viewOf(bytes)
    const number = numberNamed(mreqTypes, string(type, `${name}.type`), `${name}.type`)
    view.setInt32(mreq.at.mr_ifindex, int32(ifindex, `${name}.ifindex`), littleEndian)
    view.setUint16(mreq.at.mr_type, number, littleEndian)
    if (address === undefined) return bytes
    const hardware = hardwareAddress(address, `${name}.address`)
    view.setUint16(mreq.at.mr_alen, hardware.length, littleEndian)
    bytes.set(hardware, mreq.at.mr_address)
    return bytes
  },
}

const fanoutNames = [
  'PACKET_FANOUT_HASH',
  'PACKET_FANOUT_LB',
  'PACKET_FANOUT_CPU',
  'PACKET_FANOUT_ROLLOVER',
  'PACKET_FANOUT_RND',
  'PACKET_FANOUT_QM',
  'PACKET_FANOUT_CBPF',
  'PACKET_FANOUT_EBPF',
] as const
/** struct fanout_args: a group of sockets that share what arrives. */
export interface PacketFanout {
  id: number
  type: (typeof fanoutNames)[number] | number
  /** PACKET_FANOUT_FLAG_*, or-ed. */
  flags?: number
  /** 0 for the system's. */
  maxNumMembers?: number
}
const fanoutTypes = new Names<(typeof fanoutNames)[number]>(fanoutNames)

/** struct fanout_args, which is an int for older kernels; read as that int. */
export const fanoutCodec: Codec<PacketFanout> = {
  type: 'PacketFanout',
  size: 4,
  decode(bytes) {
    const both = intAt(bytes) >>> 0
    return { id: both & 0xffff, type: fanoutTypes.nameOf((both >> 16) & 0xff), flags: (both >>> 16) & 0xff00 }
  },
  encode(value, name) {
    const { id, type, flags = 0, maxNumMembers } = object(value, name)
    const number = numberNamed(fanoutTypes, type, `${name}.type`) | uint16(flags, `${name}.flags`)
    const both = uint16(id, `${name}.id`) | (number << 16)
    return maxNumMembers === undefined ? int(both) : int(both, uint32(maxNumMembers, `${name}.maxNumMembers`) | 0)
  },
}

// enum tpacket_versions of linux/if_packet.h: no macros.
const versions = ['TPACKET_V1', 'TPACKET_V2', 'TPACKET_V3'] as const
/**
 * The layout of a packet ring's frames: packet(7).
 * @useDeclaredType
 */
export type TpacketVersion = (typeof versions)[number]

/** enum tpacket_versions */
export const tpacketVersionCodec: Codec<TpacketVersion> = {
  type: versions.map(name => `'${name}'`).join(', '),
  size: 4,
  decode: bytes => versions[intAt(bytes)] ?? 'TPACKET_V1',
  encode(value, name) {
    if (typeof value !== 'string') throw invalidType(name, 'the name of a version', value)
    const index = versions.map(String).indexOf(value)
    if (index === -1) throw invalidValue(name, versions.join(', '), value)
    return int(index)
  },
}

/** int, for a version that is asked for. */
export const packetHeaderCodec: Codec<number, never> = {
  type: 'number',
  size: 4,
  query: tpacketVersionCodec.encode,
  decode: bytes => intAt(bytes),
  encode: unwritten,
}
