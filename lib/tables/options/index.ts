// Every option, level by level, and the types of their values.
export type { BpfInstruction, BpfProgram } from '../../codec/filter.js'
export type { FlowLabelRequest, Ipv6MtuInfo, Ipv6Option, Ipv6PacketInfo } from '../../codec/ipv6.js'
export type { Membership, SourceFilter, SourceMembership } from '../../codec/membership.js'
export type { MptcpSubflowAddresses } from '../../codec/mptcp.js'
export type { PacketFanout, PacketMembership, TpacketVersion } from '../../codec/packet.js'
export type { TcpCongestionInfo, TcpInfo } from '../../codec/tcp-info.js'
export type { TcpMd5Signature, TcpRepairOption } from '../../codec/tcp-repair.js'
export type { TimestampingFlags, Txtime, TxtimeClock } from '../../codec/timestamping.js'
export type { TlsCipher, TlsCryptoInfo, TlsVersion } from '../../codec/tls.js'
export * from './alg.js'
export * from './can.js'
export * from './ip.js'
export * from './ipv6.js'
export * from './mptcp.js'
export * from './multicast.js'
export * from './netlink.js'
export * from './packet.js'
export * from './sctp.js'
export * from './socket.js'
export * from './tcp.js'
export * from './tls.js'
export * from './udp.js'
export type {
  CanFilter,
  Ipv6PmtuDiscover,
  MemInfo,
  PacketRing,
  PmtuDiscover,
  PortRange,
  Ucred,
  XdpMmapOffsets,
  ZerocopyReceive,
  ZerocopyReceiveRequest,
} from './values.js'
export * from './vsock.js'
export * from './xdp.js'
