// Options of IPPROTO_UDP and IPPROTO_UDPLITE: udp(7), udplite(7).
import { boolCodec, intCodec } from '../../codec/scalar.js'
import { option } from './option.js'

const udp = 'IPPROTO_UDP'

/** The least bytes of a datagram that the checksum must cover. udplite(7). Linux. */
export const UDPLITE_RECV_CSCOV = option('SOL_UDPLITE', 'UDPLITE_RECV_CSCOV', intCodec, 11)
/** The bytes of a datagram that the checksum covers; 0 for all. udplite(7). Linux. */
export const UDPLITE_SEND_CSCOV = option('SOL_UDPLITE', 'UDPLITE_SEND_CSCOV', intCodec, 10)
/** Gather what is sent into one datagram, until it is unset. udp(7). Linux. */
export const UDP_CORK = option(udp, 'UDP_CORK', boolCodec)
/** What is encapsulated in the datagrams: UDP_ENCAP_*, 0 for nothing. udp(7). Linux. */
export const UDP_ENCAP = option(udp, 'UDP_ENCAP', intCodec)
/** Receive datagrams of one flow in one piece, with UDP_GRO telling their size. udp(7). Linux. */
export const UDP_GRO = option(udp, 'UDP_GRO', boolCodec)
/** Take datagrams over IPv6 without a checksum. udp(7). Linux. */
export const UDP_NO_CHECK6_RX = option(udp, 'UDP_NO_CHECK6_RX', boolCodec)
/** Send datagrams over IPv6 without a checksum. udp(7). Linux. */
export const UDP_NO_CHECK6_TX = option(udp, 'UDP_NO_CHECK6_TX', boolCodec)
/** The size in bytes that what is sent is cut into datagrams of; 0 for no cutting. udp(7). Linux. */
export const UDP_SEGMENT = option(udp, 'UDP_SEGMENT', intCodec)
