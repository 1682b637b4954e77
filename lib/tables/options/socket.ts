// Options of SOL_SOCKET: socket(7).
import { bpfCodec } from '../../codec/filter.js'
import {
  boolCodec,
  type Codec,
  intAt,
  intCodec,
  intsCodec,
  lingerCodec,
  nameCodec,
  stringCodec,
  timevalCodec,
  trueCodec,
  u32Codec,
  u64Codec,
  unwritten,
} from '../../codec/scalar.js'
import { timestampingCodec, txtimeCodec } from '../../codec/timestamping.js'
import { errnos } from '../errnos.js'
import { type Domain, domains, type SocketType, socketTypes } from '../families.js'
import { option, readOnly, writeOnly } from './option.js'
import { peerNameCodec } from './sockaddr.js'
import { meminfo, ucred } from './values.js'

/** An errno by name; null for 0. */
const errorCodec: Codec<string | null, never> = {
  type: 'string or null',
  size: 4,
  decode: bytes => (intAt(bytes) === 0 ? null : String(errnos.nameOf(intAt(bytes)))),
  encode: unwritten,
}

const sol = 'SOL_SOCKET'

/** Receive LOCAL_CREDS, who sent it, with each message. AF_UNIX. FreeBSD, NetBSD. */
export const LOCAL_CREDS = option('SOL_LOCAL', 'LOCAL_CREDS', boolCodec)
/** Whether `listen` was called. socket(7). Linux, macOS, BSD. */
export const SO_ACCEPTCONN = readOnly(sol, 'SO_ACCEPTCONN', boolCodec)
/** Filters what is received by the eBPF program of this descriptor. socket(7). Linux. */
export const SO_ATTACH_BPF = writeOnly(sol, 'SO_ATTACH_BPF', intCodec)
/** Filters what is received by a classic BPF program. socket(7). Linux. */
export const SO_ATTACH_FILTER = writeOnly(sol, 'SO_ATTACH_FILTER', bpfCodec)
/** Chooses the socket of a SO_REUSEPORT group by a classic BPF program. socket(7). Linux. */
export const SO_ATTACH_REUSEPORT_CBPF = writeOnly(sol, 'SO_ATTACH_REUSEPORT_CBPF', bpfCodec)
/** Chooses the socket of a SO_REUSEPORT group by the eBPF program of this descriptor. socket(7). Linux. */
export const SO_ATTACH_REUSEPORT_EBPF = writeOnly(sol, 'SO_ATTACH_REUSEPORT_EBPF', intCodec)
/** Uses one interface only, by name; '' for any. Needs CAP_NET_RAW to change. socket(7). Linux. */
export const SO_BINDTODEVICE = option(sol, 'SO_BINDTODEVICE', stringCodec(16))
/** Uses one interface only, by index; 0 for any. Needs CAP_NET_RAW to change. socket(7). Linux. */
export const SO_BINDTOIFINDEX = option(sol, 'SO_BINDTOIFINDEX', intCodec)
/** How many extensions classic BPF has here. socket(7). Linux. */
export const SO_BPF_EXTENSIONS = readOnly(sol, 'SO_BPF_EXTENSIONS', intCodec)
/** Allow sending to broadcast addresses. socket(7). Linux, macOS, BSD. */
export const SO_BROADCAST = option(sol, 'SO_BROADCAST', boolCodec)
/** Which buffers keep their size: 1 the send buffer, 2 the receive buffer, or-ed. socket(7). Linux. */
export const SO_BUF_LOCK = option(sol, 'SO_BUF_LOCK', intCodec, 72)
/** Microseconds to poll the device for when nothing is there. More needs CAP_NET_ADMIN. socket(7). Linux. */
export const SO_BUSY_POLL = option(sol, 'SO_BUSY_POLL', intCodec)
/** Most packets a busy poll takes. More than before needs CAP_NET_ADMIN. socket(7). Linux. */
export const SO_BUSY_POLL_BUDGET = writeOnly(sol, 'SO_BUSY_POLL_BUDGET', intCodec)
/** Tells the kernel that the route is bad: it looks for another. socket(7). Linux. */
export const SO_CNX_ADVICE = writeOnly(sol, 'SO_CNX_ADVICE', trueCodec)
/** A number that no other socket has until the next boot. socket(7). Linux. */
export const SO_COOKIE = readOnly(sol, 'SO_COOKIE', u64Codec)
/** Traces in the kernel. Needs CAP_NET_ADMIN. socket(7). Linux, macOS, BSD. */
export const SO_DEBUG = option(sol, 'SO_DEBUG', boolCodec)
/** Takes the filter away: SO_ATTACH_FILTER, SO_ATTACH_BPF. socket(7). Linux. */
export const SO_DETACH_FILTER = writeOnly(sol, 'SO_DETACH_FILTER', trueCodec)
/** Takes away the program that chooses a socket of the SO_REUSEPORT group. socket(7). Linux. */
export const SO_DETACH_REUSEPORT_BPF = writeOnly(sol, 'SO_DETACH_REUSEPORT_BPF', trueCodec)
/** The domain, as socket(2) was called with it. socket(7). Linux. */
export const SO_DOMAIN = readOnly<Domain>(sol, 'SO_DOMAIN', nameCodec(domains, 'Domain'))
/** Send to directly connected hosts only. socket(7). Linux, macOS, BSD. */
export const SO_DONTROUTE = option(sol, 'SO_DONTROUTE', boolCodec)
/** The pending error's name, or null; reading clears it. socket(7). Linux, macOS, BSD. */
export const SO_ERROR = readOnly(sol, 'SO_ERROR', errorCodec)
/**
 * The CPU that the last packet came by; set: the CPU whose connections this socket of a SO_REUSEPORT group takes.
 * socket(7). Linux.
 */
export const SO_INCOMING_CPU = option(sol, 'SO_INCOMING_CPU', intCodec)
/** The receive queue that the last packet came by; 0 where there is none. socket(7). Linux. */
export const SO_INCOMING_NAPI_ID = readOnly(sol, 'SO_INCOMING_NAPI_ID', u32Codec)
/** Tell how many bytes wait, by SCM_INQ with each receive. AF_UNIX streams. unix(7). Linux. */
export const SO_INQ = writeOnly(sol, 'SO_INQ', boolCodec, 84)
/** Probe an idle connection; see TCP_KEEPIDLE. socket(7). Linux, macOS, BSD. */
export const SO_KEEPALIVE = option(sol, 'SO_KEEPALIVE', boolCodec)
/**
 * How long close(2) waits for unsent data: seconds (0 resets the connection), or null: it does not wait. On Linux
 * `close()` blocks the thread for that long. socket(7). Linux, macOS, BSD.
 */
export const SO_LINGER = option(sol, 'SO_LINGER', lingerCodec)
/** SO_LINGER in seconds, where SO_LINGER itself is in ticks. macOS. */
export const SO_LINGER_SEC = option(sol, 'SO_LINGER_SEC', lingerCodec)
/** Lets nobody change the filter any more; it cannot be unset. socket(7). Linux. */
export const SO_LOCK_FILTER = option(sol, 'SO_LOCK_FILTER', boolCodec)
/** The mark of what is sent, for routes and filters. Needs CAP_NET_RAW or CAP_NET_ADMIN. socket(7). Linux. */
export const SO_MARK = option(sol, 'SO_MARK', u32Codec)
/** Most bytes a second that are sent; 2n ** 64n - 1n for no limit. socket(7). Linux. */
export const SO_MAX_PACING_RATE = option(sol, 'SO_MAX_PACING_RATE', u64Codec)
/** Buffers and queues in bytes, and drops: SK_MEMINFO_*. socket(7). Linux. */
export const SO_MEMINFO = readOnly(sol, 'SO_MEMINFO', meminfo)
/** A number that no other network namespace has until the next boot. socket(7). Linux. */
export const SO_NETNS_COOKIE = readOnly(sol, 'SO_NETNS_COOKIE', u64Codec, 71)
/** Take the last 4 bytes that are sent for the frame's check sequence. AF_PACKET. socket(7). Linux. */
export const SO_NOFCS = option(sol, 'SO_NOFCS', boolCodec)
/** No SIGPIPE. Always on for sockets made here. macOS. */
export const SO_NOSIGPIPE = option(sol, 'SO_NOSIGPIPE', boolCodec)
/** Leave out the checksum of UDP over IPv4. socket(7). Linux. */
export const SO_NO_CHECK = option(sol, 'SO_NO_CHECK', boolCodec)
/** Bytes that can be read; of datagrams, the first one's. macOS. */
export const SO_NREAD = readOnly(sol, 'SO_NREAD', intCodec)
/** Bytes that are not sent yet. macOS. */
export const SO_NWRITE = readOnly(sol, 'SO_NWRITE', intCodec)
/** Leave out-of-band data in the stream. socket(7). Linux, macOS, BSD. */
export const SO_OOBINLINE = option(sol, 'SO_OOBINLINE', boolCodec)
/** Receive SCM_CREDENTIALS with each message. unix(7). Linux. */
export const SO_PASSCRED = option(sol, 'SO_PASSCRED', boolCodec)
/** Receive SCM_PIDFD with each message. unix(7). Linux. */
export const SO_PASSPIDFD = option(sol, 'SO_PASSPIDFD', boolCodec, 76)
/** Let SCM_RIGHTS in; on by default. unix(7). Linux. */
export const SO_PASSRIGHTS = option(sol, 'SO_PASSRIGHTS', boolCodec, 83)
/** Receive SCM_SECURITY with each message. unix(7). Linux. */
export const SO_PASSSEC = option(sol, 'SO_PASSSEC', boolCodec)
/** Where MSG_PEEK reads from, which it moves on; -1 for none. socket(7). Linux. */
export const SO_PEEK_OFF = option(sol, 'SO_PEEK_OFF', intCodec)
/** Who is at the other end: pid, uid, gid as at connect or socketpair. unix(7). Linux. */
export const SO_PEERCRED = readOnly(sol, 'SO_PEERCRED', ucred)
/** The groups of who is at the other end. unix(7). Linux. */
export const SO_PEERGROUPS = readOnly(sol, 'SO_PEERGROUPS', intsCodec)
/** The peer's address, as getpeername(2). Linux. */
export const SO_PEERNAME = readOnly(sol, 'SO_PEERNAME', peerNameCodec)
/** A new descriptor of the process at the other end, which the caller closes. unix(7). Linux. */
export const SO_PEERPIDFD = readOnly(sol, 'SO_PEERPIDFD', intCodec, 77)
/** The security label of who is at the other end. unix(7). Linux. */
export const SO_PEERSEC = readOnly(sol, 'SO_PEERSEC', stringCodec(4096))
/** Prefer busy polling to interrupts. Needs CAP_NET_ADMIN. socket(7). Linux. */
export const SO_PREFER_BUSY_POLL = option(sol, 'SO_PREFER_BUSY_POLL', boolCodec)
/** The priority of what is sent, for queues. Above 6 needs CAP_NET_ADMIN. socket(7). Linux. */
export const SO_PRIORITY = option(sol, 'SO_PRIORITY', intCodec)
/** The protocol, as socket(2) chose it. socket(7). Linux. */
export const SO_PROTOCOL = readOnly(sol, 'SO_PROTOCOL', intCodec)
/** The receive buffer in bytes; Linux doubles what is set and reads back the double. socket(7). Linux, macOS, BSD. */
export const SO_RCVBUF = option(sol, 'SO_RCVBUF', intCodec)
/** SO_RCVBUF above the system's limit. Needs CAP_NET_ADMIN. socket(7). Linux. */
export const SO_RCVBUFFORCE = writeOnly(sol, 'SO_RCVBUFFORCE', intCodec)
/** Bytes that must be there before the socket is readable. socket(7). Linux, macOS, BSD. */
export const SO_RCVLOWAT = option(sol, 'SO_RCVLOWAT', intCodec)
/** Receive SO_MARK with each message. Needs CAP_NET_RAW or CAP_NET_ADMIN. socket(7). Linux. */
export const SO_RCVMARK = option(sol, 'SO_RCVMARK', boolCodec, 75)
/** Receive SO_PRIORITY with each message. socket(7). Linux. */
export const SO_RCVPRIORITY = option(sol, 'SO_RCVPRIORITY', boolCodec, 82)
/** Milliseconds that a blocking receive waits; 0 for ever. socket(7). Linux, macOS, BSD. */
export const SO_RCVTIMEO = option(sol, 'SO_RCVTIMEO', timevalCodec)
/** Bytes of memory that the socket keeps. Needs a memory control group. socket(7). Linux. */
export const SO_RESERVE_MEM = option(sol, 'SO_RESERVE_MEM', intCodec, 73)
/** Let `bind` take an address that old connections still use. socket(7). Linux, macOS, BSD. */
export const SO_REUSEADDR = option(sol, 'SO_REUSEADDR', boolCodec)
/** Let several sockets bind the same address and share what arrives. socket(7). Linux, macOS, BSD. */
export const SO_REUSEPORT = option(sol, 'SO_REUSEPORT', boolCodec)
/** Receive SO_RXQ_OVFL, the count of dropped datagrams, with each message. socket(7). Linux. */
export const SO_RXQ_OVFL = option(sol, 'SO_RXQ_OVFL', boolCodec)
/** Let queued errors raise select(2)'s exceptions. socket(7). Linux. */
export const SO_SELECT_ERR_QUEUE = option(sol, 'SO_SELECT_ERR_QUEUE', boolCodec)
/** The routing table that is used. FreeBSD. */
export const SO_SETFIB = writeOnly(sol, 'SO_SETFIB', intCodec)
/** The send buffer in bytes; Linux doubles what is set and reads back the double. socket(7). Linux, macOS, BSD. */
export const SO_SNDBUF = option(sol, 'SO_SNDBUF', intCodec)
/** SO_SNDBUF above the system's limit. Needs CAP_NET_ADMIN. socket(7). Linux. */
export const SO_SNDBUFFORCE = writeOnly(sol, 'SO_SNDBUFFORCE', intCodec)
/**
 * Bytes of room before the socket is writable; Linux always reads 1 and cannot set it. socket(7). Linux, macOS, BSD.
 */
export const SO_SNDLOWAT = option(sol, 'SO_SNDLOWAT', intCodec, undefined, 'read-only')
/** Milliseconds that a blocking send waits; 0 for ever. socket(7). Linux, macOS, BSD. */
export const SO_SNDTIMEO = option(sol, 'SO_SNDTIMEO', timevalCodec)
/** Receive SCM_TIMESTAMP, in microseconds, with each message. socket(7). Linux, macOS, BSD. */
export const SO_TIMESTAMP = option(sol, 'SO_TIMESTAMP', boolCodec)
/** Which time stamps are made, and by which clocks. socket(7). Linux. */
export const SO_TIMESTAMPING = option(sol, 'SO_TIMESTAMPING', timestampingCodec)
/**
 * Receive SCM_TIMESTAMPNS, in nanoseconds, with each message. Where nothing was stamped before, the kernel begins a
 * moment later: what comes till then is stamped as it is read. socket(7). Linux.
 */
export const SO_TIMESTAMPNS = option(sol, 'SO_TIMESTAMPNS', boolCodec)
/** Choose another path when a TCP connection makes no progress: 1, or 0. Before connect. socket(7). Linux. */
export const SO_TXREHASH = option(sol, 'SO_TXREHASH', intCodec, 74)
/** Let SCM_TXTIME say when packets leave, by which clock. Queue disciplines etf, fq. socket(7). Linux. */
export const SO_TXTIME = option(sol, 'SO_TXTIME', txtimeCodec)
/** The socket's type. socket(7). Linux, macOS, BSD. */
export const SO_TYPE = readOnly<SocketType>(sol, 'SO_TYPE', nameCodec(socketTypes, 'SocketType'))
/** Let a routing socket see what it sent. socket(7). macOS, BSD. */
export const SO_USELOOPBACK = option(sol, 'SO_USELOOPBACK', boolCodec)
/** A number for the firewall. FreeBSD. */
export const SO_USER_COOKIE = writeOnly(sol, 'SO_USER_COOKIE', u32Codec)
/** Receive SCM_WIFI_STATUS for what was sent by radio. socket(7). Linux. */
export const SO_WIFI_STATUS = option(sol, 'SO_WIFI_STATUS', boolCodec)
/** Let MSG_ZEROCOPY send without copying. socket(7). Linux. */
export const SO_ZEROCOPY = option(sol, 'SO_ZEROCOPY', boolCodec)
