// Options of IPPROTO_IP: ip(7).
import { boolCodec, intCodec } from '../../codec/scalar.js'
import { option } from './option.js'

const ip = 'IPPROTO_IP'

/** The caller writes the IP header; raw sockets only. ip(7). Linux, macOS, BSD. */
export const IP_HDRINCL = option(ip, 'IP_HDRINCL', boolCodec)
/** The time to live of what is sent, 1 to 255; -1 for the system's. ip(7). Linux, macOS, BSD. */
export const IP_TTL = option(ip, 'IP_TTL', intCodec)
