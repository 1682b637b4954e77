// Options of IPPROTO_IPV6: ipv6(7).
import { boolCodec, intCodec } from '../../codec/scalar.js'
import { option } from './option.js'

const ipv6 = 'IPPROTO_IPV6'

/** The hop limit of what is sent, 0 to 255; -1 for the system's. ipv6(7). Linux, macOS, BSD. */
export const IPV6_UNICAST_HOPS = option(ipv6, 'IPV6_UNICAST_HOPS', intCodec)
/** IPv6 only: no IPv4-mapped addresses. Before bind. ipv6(7). Linux, macOS, BSD. */
export const IPV6_V6ONLY = option(ipv6, 'IPV6_V6ONLY', boolCodec)
