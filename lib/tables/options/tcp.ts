// Options of IPPROTO_TCP: tcp(7).
import { boolCodec, intCodec } from '../../codec/scalar.js'
import { option } from './option.js'

const tcp = 'IPPROTO_TCP'

/** How many probes without an answer end an idle connection; see SO_KEEPALIVE. tcp(7). Linux, macOS, BSD. */
export const TCP_KEEPCNT = option(tcp, 'TCP_KEEPCNT', intCodec)
/** Seconds of silence before the first keepalive probe. tcp(7). Linux, BSD. */
export const TCP_KEEPIDLE = option(tcp, 'TCP_KEEPIDLE', intCodec)
/** Seconds between keepalive probes. tcp(7). Linux, macOS, BSD. */
export const TCP_KEEPINTVL = option(tcp, 'TCP_KEEPINTVL', intCodec)
/** Send small segments at once: no Nagle. tcp(7). Linux, macOS, BSD. */
export const TCP_NODELAY = option(tcp, 'TCP_NODELAY', boolCodec)
/** Milliseconds that sent data may stay unacknowledged; 0 for the system's. tcp(7). Linux. */
export const TCP_USER_TIMEOUT = option(tcp, 'TCP_USER_TIMEOUT', intCodec)
