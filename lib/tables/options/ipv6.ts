// Options of IPPROTO_IPV6: ipv6(7), RFC 3493, RFC 3542.
import { icmp6FilterCodec } from '../../codec/filter.js'
import {
  type FlowLabelRequest,
  flowLabelCodec,
  ipv6MtuInfoCodec,
  ipv6OptionsCodec,
  ipv6PktinfoCodec,
} from '../../codec/ipv6.js'
import { ipv6MreqCodec } from '../../codec/membership.js'
import { boolCodec, bytesCodec, intCodec, nameCodec, networkIntCodec, offsetCodec } from '../../codec/scalar.js'
import { type Domain, domains } from '../families.js'
import { option, query, readOnly, writeOnly } from './option.js'
import { sockaddrCodec } from './sockaddr.js'
import { pmtu6 } from './values.js'

const ipv6 = 'IPPROTO_IPV6'

/** The ICMPv6 types that a raw ICMPv6 socket lets through, 0 to 255. RFC 3542. Linux, macOS, BSD. */
export const ICMP6_FILTER = option('IPPROTO_ICMPV6', 'ICMP6_FILTER', icmp6FilterCodec)
/** Receive destination options, in RFC 2292's form, with each datagram. ipv6(7). Linux. */
export const IPV6_2292DSTOPTS = option(ipv6, 'IPV6_2292DSTOPTS', boolCodec)
/** Receive the hop limit, in RFC 2292's form, with each datagram. ipv6(7). Linux. */
export const IPV6_2292HOPLIMIT = option(ipv6, 'IPV6_2292HOPLIMIT', boolCodec)
/** Receive hop-by-hop options, in RFC 2292's form, with each datagram. ipv6(7). Linux. */
export const IPV6_2292HOPOPTS = option(ipv6, 'IPV6_2292HOPOPTS', boolCodec)
/** Receive packet information, in RFC 2292's form, with each datagram. ipv6(7). Linux. */
export const IPV6_2292PKTINFO = option(ipv6, 'IPV6_2292PKTINFO', boolCodec)
/** The control messages of what is sent, and of a stream's last segment, as bytes: RFC 2292. Linux. */
export const IPV6_2292PKTOPTIONS = option(ipv6, 'IPV6_2292PKTOPTIONS', bytesCodec(4096))
/** Receive the routing header, in RFC 2292's form, with each datagram. ipv6(7). Linux. */
export const IPV6_2292RTHDR = option(ipv6, 'IPV6_2292RTHDR', boolCodec)
/** Turns a connected socket with IPv4-mapped addresses into one of AF_INET. ipv6(7). Linux. */
export const IPV6_ADDRFORM = writeOnly<Domain>(ipv6, 'IPV6_ADDRFORM', nameCodec(domains, 'Domain'))
/** Which source address is chosen: IPV6_PREFER_SRC_*, or-ed. RFC 5014. Linux. */
export const IPV6_ADDR_PREFERENCES = option(ipv6, 'IPV6_ADDR_PREFERENCES', intCodec)
/** Joins a group. ipv6(7). Linux, macOS, BSD. */
export const IPV6_ADD_MEMBERSHIP = writeOnly(ipv6, 'IPV6_ADD_MEMBERSHIP', ipv6MreqCodec)
/** Receive the authentication header: obsolete, without effect here. ipv6(7). Linux. */
export const IPV6_AUTHHDR = option(ipv6, 'IPV6_AUTHHDR', boolCodec)
/** Whether the kernel chooses a flow label for each flow. ipv6(7). Linux. */
export const IPV6_AUTOFLOWLABEL = option(ipv6, 'IPV6_AUTOFLOWLABEL', boolCodec)
/** Where a raw socket's messages have their checksum, in bytes; null for none. ipv6(7). Linux, macOS, BSD. */
export const IPV6_CHECKSUM = option(ipv6, 'IPV6_CHECKSUM', offsetCodec)
/** Fail with EMSGSIZE rather than fragment. ipv6(7). Linux, macOS, BSD. */
export const IPV6_DONTFRAG = option(ipv6, 'IPV6_DONTFRAG', boolCodec)
/** Leaves a group. ipv6(7). Linux, macOS, BSD. */
export const IPV6_DROP_MEMBERSHIP = writeOnly(ipv6, 'IPV6_DROP_MEMBERSHIP', ipv6MreqCodec)
/**
 * The destination options header of what is sent; [] for none. Needs CAP_NET_RAW to set. ipv6(7). Linux, macOS, BSD.
 */
export const IPV6_DSTOPTS = option(ipv6, 'IPV6_DSTOPTS', ipv6OptionsCodec)
/** Receive IPV6_FLOWINFO with each datagram. ipv6(7). Linux. */
export const IPV6_FLOWINFO = option(ipv6, 'IPV6_FLOWINFO', boolCodec, 11)
/** Send the flow label that is in a destination's `flowinfo`. ipv6(7). Linux. */
export const IPV6_FLOWINFO_SEND = option(ipv6, 'IPV6_FLOWINFO_SEND', boolCodec, 33)
/** Gets, renews and gives back flow labels: IPV6_FL_A_*. The read takes a request. ipv6(7). Linux. */
export const IPV6_FLOWLABEL_MGR = query<FlowLabelRequest, FlowLabelRequest>(
  ipv6,
  'IPV6_FLOWLABEL_MGR',
  flowLabelCodec,
  32,
)
/** Let bind take an address that no interface has. ipv6(7). Linux. */
export const IPV6_FREEBIND = option(ipv6, 'IPV6_FREEBIND', boolCodec)
/** The caller writes the IPv6 header; raw sockets only. ipv6(7). Linux. */
export const IPV6_HDRINCL = option(ipv6, 'IPV6_HDRINCL', boolCodec)
/** The hop-by-hop options header of what is sent; [] for none. Needs CAP_NET_RAW to set. ipv6(7). Linux, macOS, BSD. */
export const IPV6_HOPOPTS = option(ipv6, 'IPV6_HOPOPTS', ipv6OptionsCodec)
/** The IPsec policy as a struct sadb_x_policy: ipsec(4). Needs CAP_NET_ADMIN. ipv6(7). Linux. */
export const IPV6_IPSEC_POLICY = writeOnly(ipv6, 'IPV6_IPSEC_POLICY', bytesCodec(4096))
/** Takes part in an anycast address. ipv6(7). Linux. */
export const IPV6_JOIN_ANYCAST = writeOnly(ipv6, 'IPV6_JOIN_ANYCAST', ipv6MreqCodec)
/** Leaves an anycast address. ipv6(7). Linux. */
export const IPV6_LEAVE_ANYCAST = writeOnly(ipv6, 'IPV6_LEAVE_ANYCAST', ipv6MreqCodec)
/** Drop what arrives with a smaller hop limit; 0 lets everything in. ipv6(7). Linux. */
export const IPV6_MINHOPCOUNT = option(ipv6, 'IPV6_MINHOPCOUNT', intCodec)
/** The path's MTU of a connected socket, in bytes; set: the MTU to fragment at, at least 1280. ipv6(7). Linux. */
export const IPV6_MTU = option(ipv6, 'IPV6_MTU', intCodec)
/** Whether datagrams may be fragmented: IPV6_PMTUDISC_*. ipv6(7). Linux. */
export const IPV6_MTU_DISCOVER = option(ipv6, 'IPV6_MTU_DISCOVER', pmtu6)
/** Receive what any socket's groups bring, not only this one's; on by default. ipv6(7). Linux. */
export const IPV6_MULTICAST_ALL = option(ipv6, 'IPV6_MULTICAST_ALL', boolCodec)
/** The hop limit of what is sent to groups, 0 to 255; -1 for 1. ipv6(7). Linux, macOS, BSD. */
export const IPV6_MULTICAST_HOPS = option(ipv6, 'IPV6_MULTICAST_HOPS', intCodec)
/** The interface groups are sent to, by index; 0 for the system's choice. ipv6(7). Linux, macOS, BSD. */
export const IPV6_MULTICAST_IF = option(ipv6, 'IPV6_MULTICAST_IF', intCodec)
/** Whether what is sent to a group comes back to this host. ipv6(7). Linux, macOS, BSD. */
export const IPV6_MULTICAST_LOOP = option(ipv6, 'IPV6_MULTICAST_LOOP', boolCodec)
/** The next hop of what is sent: RFC 3542. macOS, BSD; Linux answers ENOPROTOOPT. */
export const IPV6_NEXTHOP = option(ipv6, 'IPV6_NEXTHOP', sockaddrCodec)
/** The path's MTU of a connected socket. ipv6(7). Linux, macOS, BSD. */
export const IPV6_PATHMTU = readOnly(ipv6, 'IPV6_PATHMTU', ipv6MtuInfoCodec)
/** The source address and the interface of what is sent; Linux cannot read it. ipv6(7). Linux, macOS, BSD. */
export const IPV6_PKTINFO = option(ipv6, 'IPV6_PKTINFO', ipv6PktinfoCodec, undefined, 'write-only')
/** Receive IPV6_DSTOPTS with each datagram. ipv6(7). Linux, macOS, BSD. */
export const IPV6_RECVDSTOPTS = option(ipv6, 'IPV6_RECVDSTOPTS', boolCodec)
/** Queue the errors of what was sent; see `recverr`. ipv6(7). Linux. */
export const IPV6_RECVERR = option(ipv6, 'IPV6_RECVERR', boolCodec)
/** Queue what extended ICMPv6 errors say beyond the datagram. ipv6(7). Linux. */
export const IPV6_RECVERR_RFC4884 = option(ipv6, 'IPV6_RECVERR_RFC4884', boolCodec, 31)
/** Receive IPV6_RECVFRAGSIZE, the largest fragment's bytes, with each datagram. ipv6(7). Linux. */
export const IPV6_RECVFRAGSIZE = option(ipv6, 'IPV6_RECVFRAGSIZE', boolCodec)
/** Receive IPV6_HOPLIMIT with each datagram. ipv6(7). Linux, macOS, BSD. */
export const IPV6_RECVHOPLIMIT = option(ipv6, 'IPV6_RECVHOPLIMIT', boolCodec)
/** Receive IPV6_HOPOPTS with each datagram. Needs CAP_NET_RAW on BSD. ipv6(7). Linux, macOS, BSD. */
export const IPV6_RECVHOPOPTS = option(ipv6, 'IPV6_RECVHOPOPTS', boolCodec)
/** Receive IPV6_ORIGDSTADDR, the address before a transparent proxy's rules, with each datagram. ipv6(7). Linux. */
export const IPV6_RECVORIGDSTADDR = option(ipv6, 'IPV6_RECVORIGDSTADDR', boolCodec)
/** Receive IPV6_PATHMTU when what was sent is too large. ipv6(7). Linux, macOS, BSD. */
export const IPV6_RECVPATHMTU = option(ipv6, 'IPV6_RECVPATHMTU', boolCodec)
/** Receive IPV6_PKTINFO, where a datagram was sent to, with each datagram. ipv6(7). Linux, macOS, BSD. */
export const IPV6_RECVPKTINFO = option(ipv6, 'IPV6_RECVPKTINFO', boolCodec)
/** Receive IPV6_RTHDR with each datagram. ipv6(7). Linux, macOS, BSD. */
export const IPV6_RECVRTHDR = option(ipv6, 'IPV6_RECVRTHDR', boolCodec)
/** Receive IPV6_TCLASS with each datagram. ipv6(7). Linux, macOS, BSD. */
export const IPV6_RECVTCLASS = option(ipv6, 'IPV6_RECVTCLASS', boolCodec)
/**
 * Take what carries the router alert option of this value; -1 for none. Raw sockets of IPPROTO_RAW only. ipv6(7).
 * Linux.
 */
export const IPV6_ROUTER_ALERT = writeOnly(ipv6, 'IPV6_ROUTER_ALERT', intCodec)
/** Take router alerts of this network namespace only. ipv6(7). Linux. */
export const IPV6_ROUTER_ALERT_ISOLATE = option(ipv6, 'IPV6_ROUTER_ALERT_ISOLATE', boolCodec)
/**
 * The routing header of what is sent, as bytes; empty for none. Needs CAP_NET_RAW to set. ipv6(7). Linux, macOS, BSD.
 */
export const IPV6_RTHDR = option(ipv6, 'IPV6_RTHDR', bytesCodec(2048))
/**
 * The destination options header before a routing header; [] for none. Needs CAP_NET_RAW to set. ipv6(7). Linux,
 * macOS, BSD.
 */
export const IPV6_RTHDRDSTOPTS = option(ipv6, 'IPV6_RTHDRDSTOPTS', ipv6OptionsCodec)
/** The traffic class of what is sent, 0 to 255; -1 for the system's. ipv6(7). Linux, macOS, BSD. */
export const IPV6_TCLASS = option(ipv6, 'IPV6_TCLASS', intCodec)
/** Let bind take, and sends leave from, any address. Needs CAP_NET_ADMIN or CAP_NET_RAW. ipv6(7). Linux. */
export const IPV6_TRANSPARENT = option(ipv6, 'IPV6_TRANSPARENT', boolCodec)
/** The hop limit of what is sent, 0 to 255; -1 for the system's. ipv6(7). Linux, macOS, BSD. */
export const IPV6_UNICAST_HOPS = option(ipv6, 'IPV6_UNICAST_HOPS', intCodec)
/** The interface of what is sent, by index; 0 for the system's choice. ipv6(7). Linux. */
export const IPV6_UNICAST_IF = option(ipv6, 'IPV6_UNICAST_IF', networkIntCodec)
/** Fragment at 1280 bytes: 1 always, 0 never, -1 to groups only. RFC 3542. macOS, BSD. */
export const IPV6_USE_MIN_MTU = option(ipv6, 'IPV6_USE_MIN_MTU', intCodec)
/** IPv6 only: no IPv4-mapped addresses. Before bind. ipv6(7). Linux, macOS, BSD. */
export const IPV6_V6ONLY = option(ipv6, 'IPV6_V6ONLY', boolCodec)
/** The IPsec policy as a struct xfrm_userpolicy_info. Needs CAP_NET_ADMIN. ipv6(7). Linux. */
export const IPV6_XFRM_POLICY = writeOnly(ipv6, 'IPV6_XFRM_POLICY', bytesCodec(4096))
