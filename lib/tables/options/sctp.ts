// Options of SOL_SCTP: sctp(7), RFC 6458. Linux. Fields as in linux/sctp.h; structs with addresses or lists are bytes.
import { boolCodec, bytesCodec, intCodec, u32Codec } from '../../codec/scalar.js'
import {
  assocParams,
  assocValue,
  authKeyId,
  initmsg,
  prinfo,
  rtoinfo,
  sackInfo,
  sndinfo,
  sndrcvinfo,
} from '../../codec/sctp.js'
import { option, readOnly, writeOnly } from './option.js'

const sctp = 'SOL_SCTP'

/** The adaptation indication of new associations. sctp(7). Linux. */
export const SCTP_ADAPTATION_LAYER = option(sctp, 'SCTP_ADAPTATION_LAYER', u32Codec, 7)
/** struct sctp_add_streams: asks for more streams. sctp(7). Linux. */
export const SCTP_ADD_STREAMS = writeOnly(sctp, 'SCTP_ADD_STREAMS', bytesCodec(8), 121)
/** Whether addresses may change. sctp(7). Linux. */
export const SCTP_ASCONF_SUPPORTED = option(sctp, 'SCTP_ASCONF_SUPPORTED', assocValue, 128)
/** Association parameters; times in ms. sctp(7). Linux. */
export const SCTP_ASSOCINFO = option(sctp, 'SCTP_ASSOCINFO', assocParams, 1)
/** The key in use. sctp(7). Linux. */
export const SCTP_AUTH_ACTIVE_KEY = option(sctp, 'SCTP_AUTH_ACTIVE_KEY', authKeyId, 24)
/** A chunk type that has to be authenticated. sctp(7). Linux. */
export const SCTP_AUTH_CHUNK = writeOnly(sctp, 'SCTP_AUTH_CHUNK', bytesCodec(1), 21)
/** A key that is no more used. sctp(7). Linux. */
export const SCTP_AUTH_DEACTIVATE_KEY = writeOnly(sctp, 'SCTP_AUTH_DEACTIVATE_KEY', authKeyId, 35)
/** A key to forget. sctp(7). Linux. */
export const SCTP_AUTH_DELETE_KEY = writeOnly(sctp, 'SCTP_AUTH_DELETE_KEY', authKeyId, 25)
/** struct sctp_authkey: a shared key. sctp(7). Linux. */
export const SCTP_AUTH_KEY = writeOnly(sctp, 'SCTP_AUTH_KEY', bytesCodec(4096), 23)
/** Whether chunks may be authenticated. sctp(7). Linux. */
export const SCTP_AUTH_SUPPORTED = option(sctp, 'SCTP_AUTH_SUPPORTED', assocValue, 129)
/** Seconds of silence that end an association; 0 for never. sctp(7). Linux. */
export const SCTP_AUTOCLOSE = option(sctp, 'SCTP_AUTOCLOSE', intCodec, 4)
/** Tell the peer of new addresses. sctp(7). Linux. */
export const SCTP_AUTO_ASCONF = option(sctp, 'SCTP_AUTO_ASCONF', boolCodec, 30)
/** The default context of what is sent. sctp(7). Linux. */
export const SCTP_CONTEXT = option(sctp, 'SCTP_CONTEXT', assocValue, 17)
/** The default policy of partial reliability. sctp(7). Linux. */
export const SCTP_DEFAULT_PRINFO = option(sctp, 'SCTP_DEFAULT_PRINFO', prinfo, 114)
/** The default parameters of what is sent. sctp(7). Linux. */
export const SCTP_DEFAULT_SEND_PARAM = option(sctp, 'SCTP_DEFAULT_SEND_PARAM', sndrcvinfo, 10)
/** The default parameters of what is sent: RFC 6458. Linux. */
export const SCTP_DEFAULT_SNDINFO = option(sctp, 'SCTP_DEFAULT_SNDINFO', sndinfo, 34)
/** How long, and for how many packets, an acknowledgement waits; ms. sctp(7). Linux. */
export const SCTP_DELAYED_SACK = option(sctp, 'SCTP_DELAYED_SACK', sackInfo, 16)
/** Fail with EMSGSIZE rather than fragment. sctp(7). Linux. */
export const SCTP_DISABLE_FRAGMENTS = option(sctp, 'SCTP_DISABLE_FRAGMENTS', boolCodec, 8)
/** Whether congestion may be notified. sctp(7). Linux. */
export const SCTP_ECN_SUPPORTED = option(sctp, 'SCTP_ECN_SUPPORTED', assocValue, 130)
/** Which streams the peer may reset: SCTP_ENABLE_RESET_*. sctp(7). Linux. */
export const SCTP_ENABLE_STREAM_RESET = option(sctp, 'SCTP_ENABLE_STREAM_RESET', assocValue, 118)
/** struct sctp_event: one notification on or off. sctp(7). Linux. */
export const SCTP_EVENT = option(sctp, 'SCTP_EVENT', bytesCodec(8), 127)
/** struct sctp_event_subscribe: a byte, on or off, for each notification. sctp(7). Linux. */
export const SCTP_EVENTS = option(sctp, 'SCTP_EVENTS', bytesCodec(14), 11)
/** Whether a path's potential failure is told. sctp(7). Linux. */
export const SCTP_EXPOSE_POTENTIALLY_FAILED_STATE = option(
  sctp,
  'SCTP_EXPOSE_POTENTIALLY_FAILED_STATE',
  assocValue,
  131,
)
/** Whether parts of messages of several associations, 1, or streams, 2, may mix. sctp(7). Linux. */
export const SCTP_FRAGMENT_INTERLEAVE = option(sctp, 'SCTP_FRAGMENT_INTERLEAVE', intCodec, 18)
/** struct sctp_assoc_ids: all associations. sctp(7). Linux. */
export const SCTP_GET_ASSOC_ID_LIST = readOnly(sctp, 'SCTP_GET_ASSOC_ID_LIST', bytesCodec(4096), 29)
/** How many associations there are. sctp(7). Linux. */
export const SCTP_GET_ASSOC_NUMBER = readOnly(sctp, 'SCTP_GET_ASSOC_NUMBER', u32Codec, 28)
/** struct sctp_assoc_stats: counters of an association. sctp(7). Linux. */
export const SCTP_GET_ASSOC_STATS = readOnly(sctp, 'SCTP_GET_ASSOC_STATS', bytesCodec(512), 112)
/** struct sctp_getaddrs: this end's addresses. sctp(7). Linux. */
export const SCTP_GET_LOCAL_ADDRS = readOnly(sctp, 'SCTP_GET_LOCAL_ADDRS', bytesCodec(4096), 109)
/** struct sctp_getaddrs: the peer's addresses. sctp(7). Linux. */
export const SCTP_GET_PEER_ADDRS = readOnly(sctp, 'SCTP_GET_PEER_ADDRS', bytesCodec(4096), 108)
/** struct sctp_paddrinfo: the state of a path. sctp(7). Linux. */
export const SCTP_GET_PEER_ADDR_INFO = readOnly(sctp, 'SCTP_GET_PEER_ADDR_INFO', bytesCodec(256), 15)
/** struct sctp_hmacalgo: the hashes for authentication. sctp(7). Linux. */
export const SCTP_HMAC_IDENT = option(sctp, 'SCTP_HMAC_IDENT', bytesCodec(64), 22)
/** How associations are begun: streams, attempts, ms. sctp(7). Linux. */
export const SCTP_INITMSG = option(sctp, 'SCTP_INITMSG', initmsg, 2)
/** Whether messages may interleave: RFC 8260. Linux. */
export const SCTP_INTERLEAVING_SUPPORTED = option(sctp, 'SCTP_INTERLEAVING_SUPPORTED', assocValue, 125)
/** IPv4 addresses as mapped IPv6 ones. sctp(7). Linux. */
export const SCTP_I_WANT_MAPPED_V4_ADDR = option(sctp, 'SCTP_I_WANT_MAPPED_V4_ADDR', boolCodec, 12)
/** struct sctp_authchunks: what has to be authenticated here. sctp(7). Linux. */
export const SCTP_LOCAL_AUTH_CHUNKS = readOnly(sctp, 'SCTP_LOCAL_AUTH_CHUNKS', bytesCodec(512), 27)
/** Most bytes of a chunk. sctp(7). Linux. */
export const SCTP_MAXSEG = option(sctp, 'SCTP_MAXSEG', assocValue, 13)
/** Most packets sent in one burst. sctp(7). Linux. */
export const SCTP_MAX_BURST = option(sctp, 'SCTP_MAX_BURST', assocValue, 20)
/** Send small chunks at once: no Nagle. sctp(7). Linux. */
export const SCTP_NODELAY = option(sctp, 'SCTP_NODELAY', boolCodec, 3)
/** Bytes of a message after which its parts are delivered. sctp(7). Linux. */
export const SCTP_PARTIAL_DELIVERY_POINT = option(sctp, 'SCTP_PARTIAL_DELIVERY_POINT', u32Codec, 19)
/** struct sctp_paddrparams: heartbeats, path MTU and delays of a path. sctp(7). Linux. */
export const SCTP_PEER_ADDR_PARAMS = option(sctp, 'SCTP_PEER_ADDR_PARAMS', bytesCodec(156), 9)
/** struct sctp_paddrthlds: when a path has failed. sctp(7). Linux. */
export const SCTP_PEER_ADDR_THLDS = option(sctp, 'SCTP_PEER_ADDR_THLDS', bytesCodec(136), 31)
/** struct sctp_paddrthlds_v2: when a path has failed. sctp(7). Linux. */
export const SCTP_PEER_ADDR_THLDS_V2 = option(sctp, 'SCTP_PEER_ADDR_THLDS_V2', bytesCodec(140), 37)
/** struct sctp_authchunks: what the peer wants authenticated. sctp(7). Linux. */
export const SCTP_PEER_AUTH_CHUNKS = readOnly(sctp, 'SCTP_PEER_AUTH_CHUNKS', bytesCodec(512), 26)
/** struct sctp_probeinterval: milliseconds between path MTU probes. sctp(7). Linux. */
export const SCTP_PLPMTUD_PROBE_INTERVAL = option(sctp, 'SCTP_PLPMTUD_PROBE_INTERVAL', bytesCodec(136), 133)
/** struct sctp_prim: the peer's address that is used first. sctp(7). Linux. */
export const SCTP_PRIMARY_ADDR = option(sctp, 'SCTP_PRIMARY_ADDR', bytesCodec(132), 6)
/** struct sctp_prstatus: what an association abandoned. sctp(7). Linux. */
export const SCTP_PR_ASSOC_STATUS = readOnly(sctp, 'SCTP_PR_ASSOC_STATUS', bytesCodec(24), 115)
/** struct sctp_prstatus: what a stream abandoned. sctp(7). Linux. */
export const SCTP_PR_STREAM_STATUS = readOnly(sctp, 'SCTP_PR_STREAM_STATUS', bytesCodec(24), 116)
/** Whether messages may be abandoned. sctp(7). Linux. */
export const SCTP_PR_SUPPORTED = option(sctp, 'SCTP_PR_SUPPORTED', assocValue, 113)
/** Whether streams may be reset and added. sctp(7). Linux. */
export const SCTP_RECONFIG_SUPPORTED = option(sctp, 'SCTP_RECONFIG_SUPPORTED', assocValue, 117)
/** Receive SCTP_NXTINFO with each message. sctp(7). Linux. */
export const SCTP_RECVNXTINFO = option(sctp, 'SCTP_RECVNXTINFO', boolCodec, 33)
/** Receive SCTP_RCVINFO with each message. sctp(7). Linux. */
export const SCTP_RECVRCVINFO = option(sctp, 'SCTP_RECVRCVINFO', boolCodec, 32)
/** struct sctp_udpencaps: the peer's port for SCTP in UDP. sctp(7). Linux. */
export const SCTP_REMOTE_UDP_ENCAPS_PORT = option(sctp, 'SCTP_REMOTE_UDP_ENCAPS_PORT', bytesCodec(136), 132)
/** Resets an association, by id. sctp(7). Linux. */
export const SCTP_RESET_ASSOC = writeOnly(sctp, 'SCTP_RESET_ASSOC', u32Codec, 120)
/** struct sctp_reset_streams: streams to reset. sctp(7). Linux. */
export const SCTP_RESET_STREAMS = writeOnly(sctp, 'SCTP_RESET_STREAMS', bytesCodec(4096), 119)
/** Let one-to-one sockets share an address. sctp(7). Linux. */
export const SCTP_REUSE_PORT = option(sctp, 'SCTP_REUSE_PORT', boolCodec, 36)
/** Bounds of the retransmission timeout, ms. sctp(7). Linux. */
export const SCTP_RTOINFO = option(sctp, 'SCTP_RTOINFO', rtoinfo, 0)
/** struct sctp_setpeerprim: asks the peer to use this address first. sctp(7). Linux. */
export const SCTP_SET_PEER_PRIMARY_ADDR = writeOnly(sctp, 'SCTP_SET_PEER_PRIMARY_ADDR', bytesCodec(132), 5)
/** Addresses to bind besides, as structs sockaddr. sctp(7). Linux. */
export const SCTP_SOCKOPT_BINDX_ADD = writeOnly(sctp, 'SCTP_SOCKOPT_BINDX_ADD', bytesCodec(4096), 100)
/** Addresses to unbind, as structs sockaddr. sctp(7). Linux. */
export const SCTP_SOCKOPT_BINDX_REM = writeOnly(sctp, 'SCTP_SOCKOPT_BINDX_REM', bytesCodec(4096), 101)
/** Addresses to connect to, as structs sockaddr. sctp(7). Linux. */
export const SCTP_SOCKOPT_CONNECTX = writeOnly(sctp, 'SCTP_SOCKOPT_CONNECTX', bytesCodec(4096), 110)
/** struct sctp_status: what is known of an association. sctp(7). Linux. */
export const SCTP_STATUS = readOnly(sctp, 'SCTP_STATUS', bytesCodec(256), 14)
/** How streams take turns: SCTP_SS_*. sctp(7). Linux. */
export const SCTP_STREAM_SCHEDULER = option(sctp, 'SCTP_STREAM_SCHEDULER', assocValue, 123)
/** struct sctp_stream_value: a stream's priority. sctp(7). Linux. */
export const SCTP_STREAM_SCHEDULER_VALUE = option(sctp, 'SCTP_STREAM_SCHEDULER_VALUE', bytesCodec(8), 124)
