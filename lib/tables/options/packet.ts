// Options of SOL_PACKET: packet(7). Linux.
import { bpfCodec } from '../../codec/filter.js'
import {
  fanoutCodec,
  packetHeaderCodec,
  packetMreqCodec,
  type TpacketVersion,
  tpacketVersionCodec,
} from '../../codec/packet.js'
import { boolCodec, intCodec, u32Codec } from '../../codec/scalar.js'
import { option, queryOnly, readOnly, writeOnly } from './option.js'
import { packetRing, packetStatistics, rolloverStats } from './values.js'

const packet = 'SOL_PACKET'

/** Lets an interface take in more: everything, all groups, one address. packet(7). Linux. */
export const PACKET_ADD_MEMBERSHIP = writeOnly(packet, 'PACKET_ADD_MEMBERSHIP', packetMreqCodec)
/** Receive PACKET_AUXDATA, lengths and VLAN, with each frame. packet(7). Linux. */
export const PACKET_AUXDATA = option(packet, 'PACKET_AUXDATA', boolCodec)
/** Frames above so many bytes are queued beside the ring too. packet(7). Linux. */
export const PACKET_COPY_THRESH = option(packet, 'PACKET_COPY_THRESH', intCodec)
/** Takes a PACKET_ADD_MEMBERSHIP back. packet(7). Linux. */
export const PACKET_DROP_MEMBERSHIP = writeOnly(packet, 'PACKET_DROP_MEMBERSHIP', packetMreqCodec)
/** Joins a group of sockets that share what arrives. After bind. packet(7). Linux. */
export const PACKET_FANOUT = option(packet, 'PACKET_FANOUT', fanoutCodec)
/** The classic BPF program of a PACKET_FANOUT_CBPF group. packet(7). Linux. */
export const PACKET_FANOUT_DATA = writeOnly(packet, 'PACKET_FANOUT_DATA', bpfCodec)
/** The length of a ring's frame header, in bytes; the read takes the version: 'TPACKET_V2'. packet(7). Linux. */
export const PACKET_HDRLEN = queryOnly<TpacketVersion, number>(packet, 'PACKET_HDRLEN', packetHeaderCodec)
/** Leave out what this host sends. packet(7). Linux. */
export const PACKET_IGNORE_OUTGOING = option(packet, 'PACKET_IGNORE_OUTGOING', boolCodec)
/** Skip malformed frames of the transmit ring. packet(7). Linux. */
export const PACKET_LOSS = option(packet, 'PACKET_LOSS', boolCodec)
/** Let addresses name the device that a frame came in by, below bonds. packet(7). Linux. */
export const PACKET_ORIGDEV = option(packet, 'PACKET_ORIGDEV', boolCodec)
/** Send without a queue discipline. packet(7). Linux. */
export const PACKET_QDISC_BYPASS = option(packet, 'PACKET_QDISC_BYPASS', boolCodec)
/** Obsolete: no kernel takes it any more. packet(7). Linux. */
export const PACKET_RECV_OUTPUT = writeOnly(packet, 'PACKET_RECV_OUTPUT', boolCodec)
/** Bytes before each frame of the receive ring. packet(7). Linux. */
export const PACKET_RESERVE = option(packet, 'PACKET_RESERVE', u32Codec)
/** How often frames went to another socket of the fanout group. packet(7). Linux. */
export const PACKET_ROLLOVER_STATS = readOnly(packet, 'PACKET_ROLLOVER_STATS', rolloverStats)
/**
 * The receive ring's size; retireBlkTov, sizeofPriv and featureReqWord are TPACKET_V3's. The addon cannot map it.
 * packet(7). Linux.
 */
export const PACKET_RX_RING = writeOnly(packet, 'PACKET_RX_RING', packetRing)
/** Packets and drops since the last read; freezeQCnt with TPACKET_V3. packet(7). Linux. */
export const PACKET_STATISTICS = readOnly(packet, 'PACKET_STATISTICS', packetStatistics)
/** Which clock stamps ring frames: SOF_TIMESTAMPING_*, or-ed. packet(7). Linux. */
export const PACKET_TIMESTAMP = option(packet, 'PACKET_TIMESTAMP', intCodec)
/** Let the frames of the transmit ring say where their data starts. packet(7). Linux. */
export const PACKET_TX_HAS_OFF = option(packet, 'PACKET_TX_HAS_OFF', boolCodec)
/** The transmit ring's size. The addon cannot map it. packet(7). Linux. */
export const PACKET_TX_RING = writeOnly(packet, 'PACKET_TX_RING', packetRing)
/** Obsolete: no kernel takes it any more. packet(7). Linux. */
export const PACKET_TX_TIMESTAMP = option(packet, 'PACKET_TX_TIMESTAMP', intCodec)
/** The layout of ring frames. packet(7). Linux. */
export const PACKET_VERSION = option(packet, 'PACKET_VERSION', tpacketVersionCodec)
/** Put a struct virtio_net_hdr before each frame. packet(7). Linux. */
export const PACKET_VNET_HDR = option(packet, 'PACKET_VNET_HDR', boolCodec)
/** The length of that header: 10 or 12, 0 for none. packet(7). Linux. */
export const PACKET_VNET_HDR_SZ = option(packet, 'PACKET_VNET_HDR_SZ', intCodec, 24)
