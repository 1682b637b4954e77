// Options of IPPROTO_IP but multicast: ip(7).
import { icmpFilterCodec } from '../../codec/filter.js'
import { boolCodec, bytesCodec, intCodec, networkIntCodec } from '../../codec/scalar.js'
import { option, readOnly, writeOnly } from './option.js'
import { sockaddrCodec } from './sockaddr.js'
import { pmtu4, portRange } from './values.js'

const ip = 'IPPROTO_IP'

/** The ICMP types that a raw ICMP socket lets through, 0 to 31. raw(7). Linux. */
export const ICMP_FILTER = option('SOL_RAW', 'ICMP_FILTER', icmpFilterCodec)
/** Let connect choose the port, where bind was given 0. ip(7). Linux. */
export const IP_BIND_ADDRESS_NO_PORT = option(ip, 'IP_BIND_ADDRESS_NO_PORT', boolCodec)
/** Uses one interface only, by index; 0 for any. macOS. */
export const IP_BOUND_IF = option(ip, 'IP_BOUND_IF', intCodec)
/** Receive IP_CHECKSUM, the sum over the payload, with each datagram. ip(7). Linux. */
export const IP_CHECKSUM = option(ip, 'IP_CHECKSUM', boolCodec)
/** Set the bit against fragments. ip(7). macOS, BSD. */
export const IP_DONTFRAG = option(ip, 'IP_DONTFRAG', boolCodec)
/** Let bind take an address that no interface has. ip(7). Linux. */
export const IP_FREEBIND = option(ip, 'IP_FREEBIND', boolCodec)
/** The caller writes the IP header; raw sockets only. ip(7). Linux, macOS, BSD. */
export const IP_HDRINCL = option(ip, 'IP_HDRINCL', boolCodec)
/** The IPsec policy as a struct sadb_x_policy: ipsec(4). Needs CAP_NET_ADMIN. ip(7). Linux. */
export const IP_IPSEC_POLICY = writeOnly(ip, 'IP_IPSEC_POLICY', bytesCodec(4096))
/** The ports that bind and connect choose from; 0 for the system's bound. ip(7). Linux. */
export const IP_LOCAL_PORT_RANGE = option(ip, 'IP_LOCAL_PORT_RANGE', portRange, 51)
/** Drop what arrives with a smaller time to live; 0 lets everything in. ip(7). Linux. */
export const IP_MINTTL = option(ip, 'IP_MINTTL', intCodec)
/** The path's MTU of a connected socket, in bytes. ip(7). Linux. */
export const IP_MTU = readOnly(ip, 'IP_MTU', intCodec)
/** Whether datagrams may be fragmented: IP_PMTUDISC_*. ip(7). Linux. */
export const IP_MTU_DISCOVER = option(ip, 'IP_MTU_DISCOVER', pmtu4)
/** Leave fragments as they are; raw sockets only. ip(7). Linux. */
export const IP_NODEFRAG = option(ip, 'IP_NODEFRAG', boolCodec)
/** The IP options of what is sent, at most 40 bytes. ip(7). Linux, macOS, BSD. */
export const IP_OPTIONS = option(ip, 'IP_OPTIONS', bytesCodec(40))
/** Receive SCM_SECURITY with each datagram. ip(7). Linux. */
export const IP_PASSSEC = option(ip, 'IP_PASSSEC', boolCodec)
/** Receive IP_PKTINFO, where a datagram was sent to, with each datagram. ip(7). Linux. */
export const IP_PKTINFO = option(ip, 'IP_PKTINFO', boolCodec)
/** The control messages of a stream's last segment, as bytes. ip(7). Linux. */
export const IP_PKTOPTIONS = readOnly(ip, 'IP_PKTOPTIONS', bytesCodec(1024))
/** The protocol of what a raw socket of IPPROTO_RAW sends. ip(7). Linux. */
export const IP_PROTOCOL = readOnly(ip, 'IP_PROTOCOL', intCodec, 52)
/** Receive IP_RECVDSTADDR, where a datagram was sent to, with each datagram. ip(7). macOS, BSD. */
export const IP_RECVDSTADDR = option(ip, 'IP_RECVDSTADDR', boolCodec)
/** Queue the errors of what was sent; see `recverr`. ip(7). Linux. */
export const IP_RECVERR = option(ip, 'IP_RECVERR', boolCodec)
/** Queue what extended ICMP errors say beyond the datagram. ip(7). Linux. */
export const IP_RECVERR_RFC4884 = option(ip, 'IP_RECVERR_RFC4884', boolCodec)
/** Receive IP_RECVFRAGSIZE, the largest fragment's bytes, with each datagram. ip(7). Linux. */
export const IP_RECVFRAGSIZE = option(ip, 'IP_RECVFRAGSIZE', boolCodec)
/** Receive IP_RECVIF, the interface, with each datagram. ip(7). macOS, BSD. */
export const IP_RECVIF = option(ip, 'IP_RECVIF', boolCodec)
/** Receive IP_RECVOPTS, the IP options, with each datagram. ip(7). Linux, macOS, BSD. */
export const IP_RECVOPTS = option(ip, 'IP_RECVOPTS', boolCodec)
/** Receive IP_ORIGDSTADDR, the address before a transparent proxy's rules, with each datagram. ip(7). Linux. */
export const IP_RECVORIGDSTADDR = option(ip, 'IP_RECVORIGDSTADDR', boolCodec)
/** Receive IP_TOS with each datagram. ip(7). Linux. */
export const IP_RECVTOS = option(ip, 'IP_RECVTOS', boolCodec)
/** Receive IP_TTL with each datagram. ip(7). Linux, macOS, BSD. */
export const IP_RECVTTL = option(ip, 'IP_RECVTTL', boolCodec)
/** Receive IP_RETOPTS, the IP options reversed, with each datagram. ip(7). Linux, macOS, BSD. */
export const IP_RETOPTS = option(ip, 'IP_RETOPTS', boolCodec)
/** Take what carries the router alert option: 1, or 0. Raw sockets only. ip(7). Linux. */
export const IP_ROUTER_ALERT = writeOnly(ip, 'IP_ROUTER_ALERT', intCodec)
/** IP_RECVDSTADDR, as sendmsg names it. ip(7). macOS, BSD. */
export const IP_SENDSRCADDR = option(ip, 'IP_SENDSRCADDR', boolCodec)
/** The type of service of what is sent, 0 to 255. ip(7). Linux, macOS, BSD. */
export const IP_TOS = option(ip, 'IP_TOS', intCodec)
/** Let bind take, and sends leave from, any address. Needs CAP_NET_ADMIN or CAP_NET_RAW. ip(7). Linux. */
export const IP_TRANSPARENT = option(ip, 'IP_TRANSPARENT', boolCodec)
/** The time to live of what is sent, 1 to 255; -1 for the system's. ip(7). Linux, macOS, BSD. */
export const IP_TTL = option(ip, 'IP_TTL', intCodec)
/** The interface of what is sent, by index; 0 for the system's choice. ip(7). Linux. */
export const IP_UNICAST_IF = option(ip, 'IP_UNICAST_IF', networkIntCodec)
/** The IPsec policy as a struct xfrm_userpolicy_info. Needs CAP_NET_ADMIN. ip(7). Linux. */
export const IP_XFRM_POLICY = writeOnly(ip, 'IP_XFRM_POLICY', bytesCodec(4096))
/** Where a connection went before the firewall redirected it. ip(7). Linux. */
export const SO_ORIGINAL_DST = readOnly(ip, 'SO_ORIGINAL_DST', sockaddrCodec, 80)
