// Values of options that are plain structs of numbers: one record each, fields as in the header.
import { invalidType, object, uint16, uint32 } from '../../codec/arguments.js'
import { Names } from '../../codec/numbers.js'
import { record } from '../../codec/record.js'
import { type Codec, int, intAt, nameCodec, unread, unwritten } from '../../codec/scalar.js'

/** struct ucred: unix(7). */
export interface Ucred {
  pid: number
  uid: number
  gid: number
}
export const ucred: Codec<Ucred> = record('ucred', '', { pid: 'i32', uid: 'u32', gid: 'u32' }, 'SO_PASSCRED')

/** SK_MEMINFO_*: bytes, but for `drops`. */
export interface MemInfo {
  rmemAlloc: number
  rcvbuf: number
  wmemAlloc: number
  sndbuf: number
  fwdAlloc: number
  wmemQueued: number
  optmem: number
  backlog: number
  drops: number
}
/** An array of u32, by SK_MEMINFO_* of linux/sock_diag.h. */
export const meminfo: Codec<MemInfo, never> = {
  type: 'MemInfo',
  size: 36,
  encode: unwritten,
  decode(bytes) {
    const word = (i: number): number => intAt(bytes, i) >>> 0
    return {
      rmemAlloc: word(0),
      rcvbuf: word(1),
      wmemAlloc: word(2),
      sndbuf: word(3),
      fwdAlloc: word(4),
      wmemQueued: word(5),
      optmem: word(6),
      backlog: word(7),
      drops: word(8),
    }
  },
}

/** Both ends count; 0 for the system's. */
export interface PortRange {
  low: number
  high: number
}
/** u32: the low end in the lower half. */
export const portRange: Codec<PortRange> = {
  type: '{ low, high }',
  size: 4,
  decode: bytes => ({ low: intAt(bytes) & 0xffff, high: intAt(bytes) >>> 16 }),
  encode(value, name) {
    const { low, high } = object(value, name)
    return int(uint16(low, `${name}.low`) | (uint16(high, `${name}.high`) << 16))
  },
}

const pmtuNames = ['DONT', 'WANT', 'DO', 'PROBE', 'INTERFACE', 'OMIT'] as const
type Pmtu = (typeof pmtuNames)[number]
/**
 * IP_MTU_DISCOVER: whether datagrams may be fragmented; a number for what has no name here. ip(7).
 * @useDeclaredType
 */
export type PmtuDiscover = `IP_PMTUDISC_${Pmtu}` | number
/**
 * IPV6_MTU_DISCOVER: whether datagrams may be fragmented; a number for what has no name here. ipv6(7).
 * @useDeclaredType
 */
export type Ipv6PmtuDiscover = `IPV6_PMTUDISC_${Pmtu}` | number
export const pmtu4 = nameCodec(new Names(pmtuNames.map(name => `IP_PMTUDISC_${name}` as const)), 'IP_PMTUDISC_*')
export const pmtu6 = nameCodec(new Names(pmtuNames.map(name => `IPV6_PMTUDISC_${name}` as const)), 'IPV6_PMTUDISC_*')

export const repairWindow = record(
  'tcp_repair_window',
  '',
  { snd_wl1: 'u32', snd_wnd: 'u32', max_window: 'u32', rcv_wnd: 'u32', rcv_wup: 'u32' },
  'TCP_REPAIR_WINDOW',
)
const zerocopy = record(
  'tcp_zerocopy_receive',
  '',
  {
    address: 'u64',
    length: 'u32',
    recv_skip_hint: 'u32',
    inq: 'u32',
    err: 'i32',
    copybuf_address: 'u64',
    copybuf_len: 'i32',
    flags: 'u32',
  },
  'TCP_ZEROCOPY_RECEIVE',
  ['length', 'recv_skip_hint', 'inq', 'err', 'copybuf_address', 'copybuf_len', 'flags'],
)
export const zerocopyReceive = { ...zerocopy, query: zerocopy.encode }
/**
 * struct tcp_zerocopy_receive: linux/tcp.h.
 * @useDeclaredType
 */
export type ZerocopyReceive = ReturnType<typeof zerocopy.decode>
/** Where pages are mapped to; what is left out is 0. */
export type ZerocopyReceiveRequest = Pick<ZerocopyReceive, 'address'> & Partial<ZerocopyReceive>

export const packetStatistics = record(
  'tpacket_stats_v3',
  'tp_',
  { packets: 'u32', drops: 'u32', freeze_q_cnt: 'u32' },
  'PACKET_STATISTICS',
)
export const rolloverStats = record(
  'tpacket_rollover_stats',
  'tp_',
  { all: 'u64', huge: 'u64', failed: 'u64' },
  'PACKET_ROLLOVER_STATS',
)
/** struct tpacket_req3; the last three are 0 where they are left out. */
export interface PacketRing {
  blockSize: number
  blockNr: number
  frameSize: number
  frameNr: number
  retireBlkTov?: number
  sizeofPriv?: number
  featureReqWord?: number
}
const ring = record(
  'tpacket_req3',
  'tp_',
  {
    block_size: 'u32',
    block_nr: 'u32',
    frame_size: 'u32',
    frame_nr: 'u32',
    retire_blk_tov: 'u32',
    sizeof_priv: 'u32',
    feature_req_word: 'u32',
  },
  'PACKET_RX_RING',
  ['retire_blk_tov', 'sizeof_priv', 'feature_req_word'],
)
export const packetRing: Codec<never, PacketRing> = {
  type: 'PacketRing',
  size: ring.size,
  decode: unread,
  encode: ring.encode,
}

export const xdpStatistics = record(
  'xdp_statistics',
  '',
  {
    rx_dropped: 'u64',
    rx_invalid_descs: 'u64',
    tx_invalid_descs: 'u64',
    rx_ring_full: 'u64',
    rx_fill_ring_empty_descs: 'u64',
    tx_ring_empty_descs: 'u64',
  },
  'XDP_STATISTICS',
)
export const umemReg = record(
  'xdp_umem_reg',
  '',
  { addr: 'u64', len: 'u64', chunk_size: 'u32', headroom: 'u32', flags: 'u32' },
  'XDP_UMEM_REG',
)

const offsets = ['producer', 'consumer', 'desc', 'flags'] as const
const rings = ['rx', 'tx', 'fr', 'cr'] as const
/**
 * struct xdp_mmap_offsets: bytes from the start of each ring's mapping.
 * @useDeclaredType
 */
export type XdpMmapOffsets = Record<(typeof rings)[number], Record<(typeof offsets)[number], bigint>>
/** Four times struct xdp_ring_offset, which is four u64. */
export const mmapOffsetsCodec: Codec<XdpMmapOffsets, never> = {
  type: 'XdpMmapOffsets',
  size: 128,
  encode: unwritten,
  decode(bytes) {
    const words = new BigUint64Array(16)
    Buffer.from(words.buffer).set(bytes.subarray(0, 128))
    const of = (ring: number): [string, bigint][] => offsets.map((name, i) => [name, words[4 * ring + i] ?? 0n])
    return Object.fromEntries(rings.map((name, i) => [name, Object.fromEntries(of(i))])) as XdpMmapOffsets
  },
}

/** struct can_filter: received when `canId & canMask` is that of the frame. */
export interface CanFilter {
  canId: number
  canMask: number
}
/** struct can_filter[] */
export const canFiltersCodec: Codec<CanFilter[], readonly CanFilter[]> = {
  type: 'CanFilter[]',
  size: 4096,
  decode: bytes =>
    Array.from({ length: bytes.length >> 3 }, (_, i) => ({
      canId: intAt(bytes, 2 * i) >>> 0,
      canMask: intAt(bytes, 2 * i + 1) >>> 0,
    })),
  encode(value, name) {
    if (!Array.isArray(value)) throw invalidType(name, 'an array of filters', value)
    return int(
      ...value.flatMap((one, i) => {
        const { canId, canMask } = object(one, `${name}[${i}]`)
        return [uint32(canId, `${name}[${i}].canId`) | 0, uint32(canMask, `${name}[${i}].canMask`) | 0]
      }),
    )
  },
}

/** No value: its length is what counts. */
export const authSizeCodec: Codec<never, number> = {
  type: 'number',
  size: 0,
  decode: unread,
  encode: (value, name) => Buffer.alloc(uint16(value, name)),
}
