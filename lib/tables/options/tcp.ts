// Options of IPPROTO_TCP: tcp(7).
import { boolCodec, bytesCodec, intCodec, stringCodec, u32Codec } from '../../codec/scalar.js'
import { tcpCongestionInfoCodec, tcpInfoCodec } from '../../codec/tcp-info.js'
import { md5sigCodec, repairOptionsCodec } from '../../codec/tcp-repair.js'
import { option, queryOnly, readOnly, writeOnly } from './option.js'
import { repairWindow, type ZerocopyReceive, type ZerocopyReceiveRequest, zerocopyReceive } from './values.js'

const tcp = 'IPPROTO_TCP'

/** What the congestion control tells of itself: vegas, dctcp or bbr; else nothing. tcp(7). Linux. */
export const TCP_CC_INFO = readOnly(tcp, 'TCP_CC_INFO', tcpCongestionInfoCodec)
/** The congestion control, by name: 'cubic'. tcp(7). Linux. */
export const TCP_CONGESTION = option(tcp, 'TCP_CONGESTION', stringCodec(16))
/** struct tcp_connection_info, as bytes. macOS. */
export const TCP_CONNECTION_INFO = readOnly(tcp, 'TCP_CONNECTION_INFO', bytesCodec(256))
/** Hold back what does not fill a segment, for 200 ms at most. tcp(7). Linux. */
export const TCP_CORK = option(tcp, 'TCP_CORK', boolCodec)
/** Seconds that a listener waits for the first data; rounded to retransmissions. tcp(7). Linux. */
export const TCP_DEFER_ACCEPT = option(tcp, 'TCP_DEFER_ACCEPT', intCodec)
/** Most microseconds that an acknowledgement waits. tcp(7). Linux. */
export const TCP_DELACK_MAX_US = option(tcp, 'TCP_DELACK_MAX_US', intCodec, 46)
/** How many connections with data in their SYN may wait at a listener. tcp(7). Linux, macOS, BSD. */
export const TCP_FASTOPEN = option(tcp, 'TCP_FASTOPEN', intCodec)
/** Send the first data with the SYN. tcp(7). Linux. */
export const TCP_FASTOPEN_CONNECT = option(tcp, 'TCP_FASTOPEN_CONNECT', boolCodec)
/** The key of a listener's cookies: 16 bytes, or 32: a new and an old one. tcp(7). Linux. */
export const TCP_FASTOPEN_KEY = option(tcp, 'TCP_FASTOPEN_KEY', bytesCodec(32))
/** Send and take data in a SYN without a cookie. tcp(7). Linux. */
export const TCP_FASTOPEN_NO_COOKIE = option(tcp, 'TCP_FASTOPEN_NO_COOKIE', boolCodec)
/** What TCP knows of the connection: times, windows, counters. tcp(7). Linux. */
export const TCP_INFO = readOnly(tcp, 'TCP_INFO', tcpInfoCodec)
/** Receive TCP_CM_INQ, how many bytes still wait, with each receive. tcp(7). Linux. */
export const TCP_INQ = option(tcp, 'TCP_INQ', boolCodec)
/** Whether the connection is a subflow of, or did not fall back from, MPTCP. tcp(7). Linux. */
export const TCP_IS_MPTCP = readOnly(tcp, 'TCP_IS_MPTCP', boolCodec, 43)
/** Seconds of silence before the first keepalive probe: TCP_KEEPIDLE. macOS. */
export const TCP_KEEPALIVE = option(tcp, 'TCP_KEEPALIVE', intCodec)
/** How many probes without an answer end an idle connection; see SO_KEEPALIVE. tcp(7). Linux, macOS, BSD. */
export const TCP_KEEPCNT = option(tcp, 'TCP_KEEPCNT', intCodec)
/** Seconds of silence before the first keepalive probe. tcp(7). Linux, BSD. */
export const TCP_KEEPIDLE = option(tcp, 'TCP_KEEPIDLE', intCodec)
/** Seconds between keepalive probes. tcp(7). Linux, macOS, BSD. */
export const TCP_KEEPINTVL = option(tcp, 'TCP_KEEPINTVL', intCodec)
/** Seconds that an orphaned FIN-WAIT-2 lives; -1 for none. tcp(7). Linux. */
export const TCP_LINGER2 = option(tcp, 'TCP_LINGER2', intCodec)
/** The largest segment, in bytes; before connect the wish, then what holds. tcp(7). Linux, macOS, BSD. */
export const TCP_MAXSEG = option(tcp, 'TCP_MAXSEG', intCodec)
/** The key that segments from and to a peer are signed with: RFC 2385. Linux. */
export const TCP_MD5SIG = writeOnly(tcp, 'TCP_MD5SIG', md5sigCodec)
/** TCP_MD5SIG for a prefix of addresses, or for one interface. tcp(7). Linux. */
export const TCP_MD5SIG_EXT = writeOnly(tcp, 'TCP_MD5SIG_EXT', md5sigCodec)
/** Send small segments at once: no Nagle. tcp(7). Linux, macOS, BSD. */
export const TCP_NODELAY = option(tcp, 'TCP_NODELAY', boolCodec)
/** Leave out TCP options. tcp(7). macOS, BSD. */
export const TCP_NOOPT = option(tcp, 'TCP_NOOPT', boolCodec)
/** Hold back what does not fill a segment. tcp(7). macOS, BSD. */
export const TCP_NOPUSH = option(tcp, 'TCP_NOPUSH', boolCodec)
/** Unsent bytes above which the socket is not writable. tcp(7). Linux, macOS, BSD. */
export const TCP_NOTSENT_LOWAT = option(tcp, 'TCP_NOTSENT_LOWAT', u32Codec)
/** The sequence number of the queue under repair. Needs TCP_REPAIR. tcp(7). Linux. */
export const TCP_QUEUE_SEQ = option(tcp, 'TCP_QUEUE_SEQ', u32Codec)
/** Acknowledge at once; the kernel may unset it. tcp(7). Linux. */
export const TCP_QUICKACK = option(tcp, 'TCP_QUICKACK', boolCodec)
/**
 * Takes a connection out to put it back elsewhere: 1 on, 0 off, -1 off without a probe. Needs CAP_NET_ADMIN. tcp(7).
 * Linux.
 */
export const TCP_REPAIR = option(tcp, 'TCP_REPAIR', intCodec)
/** The options that the SYNs had. Needs TCP_REPAIR. tcp(7). Linux. */
export const TCP_REPAIR_OPTIONS = writeOnly(tcp, 'TCP_REPAIR_OPTIONS', repairOptionsCodec)
/** The queue under repair: 0 none, 1 received, 2 sent. Needs TCP_REPAIR. tcp(7). Linux. */
export const TCP_REPAIR_QUEUE = option(tcp, 'TCP_REPAIR_QUEUE', intCodec)
/** The windows of the connection under repair. Needs TCP_REPAIR. tcp(7). Linux. */
export const TCP_REPAIR_WINDOW = option(tcp, 'TCP_REPAIR_WINDOW', repairWindow)
/** Most milliseconds before a retransmission, 1000 to 120000. tcp(7). Linux. */
export const TCP_RTO_MAX_MS = option(tcp, 'TCP_RTO_MAX_MS', intCodec, 44)
/** Least microseconds before a retransmission. tcp(7). Linux. */
export const TCP_RTO_MIN_US = option(tcp, 'TCP_RTO_MIN_US', intCodec, 45)
/** The SYN packet of an accepted connection, once; empty where none was kept. tcp(7). Linux. */
export const TCP_SAVED_SYN = readOnly(tcp, 'TCP_SAVED_SYN', bytesCodec(4096))
/** Let a listener keep SYN packets: 1 from the network header, 2 from the link's, 0 none. tcp(7). Linux. */
export const TCP_SAVE_SYN = option(tcp, 'TCP_SAVE_SYN', intCodec)
/** How many SYNs are sent before connect fails, 1 to 255. tcp(7). Linux. */
export const TCP_SYNCNT = option(tcp, 'TCP_SYNCNT', intCodec)
/** Obsolete: accepted and without effect. tcp(7). Linux. */
export const TCP_THIN_DUPACK = option(tcp, 'TCP_THIN_DUPACK', boolCodec)
/** Retransmit thin streams at a constant pace. tcp(7). Linux. */
export const TCP_THIN_LINEAR_TIMEOUTS = option(tcp, 'TCP_THIN_LINEAR_TIMEOUTS', boolCodec)
/** The clock of the timestamp option; set under TCP_REPAIR. tcp(7). Linux. */
export const TCP_TIMESTAMP = option(tcp, 'TCP_TIMESTAMP', u32Codec)
/** Microseconds that what is sent waits, for experiments. tcp(7). Linux. */
export const TCP_TX_DELAY = option(tcp, 'TCP_TX_DELAY', intCodec)
/** The protocol on top, by name: 'tls', 'mptcp'; '' where there is none. tcp(7). Linux. */
export const TCP_ULP = option(tcp, 'TCP_ULP', stringCodec(16))
/** Milliseconds that sent data may stay unacknowledged; 0 for the system's. tcp(7). Linux. */
export const TCP_USER_TIMEOUT = option(tcp, 'TCP_USER_TIMEOUT', intCodec)
/** The most bytes that the advertised window has. tcp(7). Linux. */
export const TCP_WINDOW_CLAMP = option(tcp, 'TCP_WINDOW_CLAMP', intCodec)
/** Maps received pages into memory; the read takes where to. tcp(7). Linux. */
export const TCP_ZEROCOPY_RECEIVE = queryOnly<ZerocopyReceiveRequest, ZerocopyReceive>(
  tcp,
  'TCP_ZEROCOPY_RECEIVE',
  zerocopyReceive,
)
