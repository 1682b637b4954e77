// Ancillary messages, one row each: cmsg(3). The type that people read, the level and number of the header, how the value
// looks in C, and which way it goes.
import { Names } from '../codec/numbers.js'
import { levelNumber, numberOr } from './levels.js'

/** How the value of an ancillary message looks in C. */
export type ControlValue =
  | 'int'
  | 'u8'
  | 'u8-or-int'
  | 'u16'
  | 'u32'
  | 'be32'
  | 'u64'
  | 'switch'
  | 'bytes'
  | 'fds'
  | 'fd'
  | 'ucred'
  | 'text'
  | 'timeval'
  | 'timespec'
  | 'timestamping'
  | 'in_addr'
  | 'in6_addr'
  | 'in_pktinfo'
  | 'in6_pktinfo'
  | 'sockaddr'
  | 'auxdata'
  | 'nl_pktinfo'
  | 'queued'
  | 'ipv6_options'
  | 'ip6_mtuinfo'
  | 'af_alg_iv'
  | 'alg_op'
  | 'sctp_authinfo'
  | 'sctp_initmsg'
  | 'sctp_nxtinfo'
  | 'sctp_prinfo'
  | 'sctp_rcvinfo'
  | 'sctp_sndinfo'
  | 'sctp_sndrcvinfo'
  | 'cmsgcred'
  | 'sockcred'
  | 'sockaddr_dl'

export interface ControlRow {
  readonly type: string
  readonly level: number | undefined
  readonly number: number | undefined
  readonly value: ControlValue
  readonly sent: boolean
  readonly received: boolean
}

type Way = '→' | '←' | '⇄'

// `fallback`: Linux's number, for a name that older headers lack.
function row(type: string, level: string, name: string, value: ControlValue, way: Way, fallback?: number): ControlRow {
  return {
    type,
    level: levelNumber(level),
    number: numberOr(name, fallback),
    value,
    sent: way !== '←',
    received: way !== '→',
  }
}

const socket = 'SOL_SOCKET'
const ip = 'IPPROTO_IP'
const ipv6 = 'IPPROTO_IPV6'
const tls = 'SOL_TLS'
const alg = 'SOL_ALG'
const sctp = 'SOL_SCTP'

/** The values of ALG_SET_OP. */
export const algOperations = new Names(['ALG_OP_DECRYPT', 'ALG_OP_ENCRYPT'])

/** Sorted by level and name. → is sent, ← received. */
export const controlRows: readonly ControlRow[] = [
  row('LOCAL_CREDS', socket, 'SCM_CREDS', 'sockcred', '←'),
  row('SCM_CREDENTIALS', socket, 'SCM_CREDENTIALS', 'ucred', '⇄'),
  row('SCM_CREDS', socket, 'SCM_CREDS', 'cmsgcred', '⇄'),
  row('SCM_INQ', socket, 'SCM_INQ', 'int', '←', 84),
  row('SCM_PIDFD', socket, 'SCM_PIDFD', 'fd', '←', 4),
  row('SCM_RIGHTS', socket, 'SCM_RIGHTS', 'fds', '⇄'),
  row('SCM_SECURITY', socket, 'SCM_SECURITY', 'text', '←', 3),
  row('SCM_TIMESTAMP', socket, 'SO_TIMESTAMP', 'timeval', '←'),
  row('SCM_TIMESTAMPING', socket, 'SO_TIMESTAMPING', 'timestamping', '←'),
  row('SCM_TIMESTAMPNS', socket, 'SO_TIMESTAMPNS', 'timespec', '←'),
  row('SCM_TS_OPT_ID', socket, 'SCM_TS_OPT_ID', 'u32', '→', 81),
  row('SCM_TXTIME', socket, 'SO_TXTIME', 'u64', '→'),
  row('SCM_WIFI_STATUS', socket, 'SO_WIFI_STATUS', 'switch', '←'),
  row('SO_MARK', socket, 'SO_MARK', 'u32', '⇄'),
  row('SO_PRIORITY', socket, 'SO_PRIORITY', 'u32', '⇄'),
  row('SO_RXQ_OVFL', socket, 'SO_RXQ_OVFL', 'u32', '←'),
  row('IP_CHECKSUM', ip, 'IP_CHECKSUM', 'u32', '←'),
  row('IP_ORIGDSTADDR', ip, 'IP_RECVORIGDSTADDR', 'sockaddr', '←'),
  row('IP_PKTINFO', ip, 'IP_PKTINFO', 'in_pktinfo', '⇄'),
  row('IP_PROTOCOL', ip, 'IP_PROTOCOL', 'int', '→', 52),
  row('IP_RECVDSTADDR', ip, 'IP_RECVDSTADDR', 'in_addr', '←'),
  row('IP_RECVERR', ip, 'IP_RECVERR', 'queued', '←'),
  row('IP_RECVFRAGSIZE', ip, 'IP_RECVFRAGSIZE', 'int', '←'),
  row('IP_RECVIF', ip, 'IP_RECVIF', 'sockaddr_dl', '←'),
  row('IP_RECVOPTS', ip, 'IP_RECVOPTS', 'bytes', '←'),
  row('IP_RETOPTS', ip, 'IP_RETOPTS', 'bytes', '⇄'),
  row('IP_TOS', ip, 'IP_TOS', 'u8-or-int', '⇄'),
  row('IP_TTL', ip, 'IP_TTL', 'int', '⇄'),
  row('IPV6_DONTFRAG', ipv6, 'IPV6_DONTFRAG', 'switch', '→'),
  row('IPV6_DSTOPTS', ipv6, 'IPV6_DSTOPTS', 'ipv6_options', '⇄'),
  row('IPV6_FLOWINFO', ipv6, 'IPV6_FLOWINFO', 'be32', '⇄', 11),
  row('IPV6_HOPLIMIT', ipv6, 'IPV6_HOPLIMIT', 'int', '⇄'),
  row('IPV6_HOPOPTS', ipv6, 'IPV6_HOPOPTS', 'ipv6_options', '⇄'),
  row('IPV6_NEXTHOP', ipv6, 'IPV6_NEXTHOP', 'sockaddr', '→'),
  row('IPV6_ORIGDSTADDR', ipv6, 'IPV6_RECVORIGDSTADDR', 'sockaddr', '←'),
  row('IPV6_PATHMTU', ipv6, 'IPV6_PATHMTU', 'ip6_mtuinfo', '←'),
  row('IPV6_PKTINFO', ipv6, 'IPV6_PKTINFO', 'in6_pktinfo', '⇄'),
  row('IPV6_RECVERR', ipv6, 'IPV6_RECVERR', 'queued', '←'),
  row('IPV6_RECVFRAGSIZE', ipv6, 'IPV6_RECVFRAGSIZE', 'int', '←'),
  row('IPV6_RTHDR', ipv6, 'IPV6_RTHDR', 'bytes', '⇄'),
  row('IPV6_RTHDRDSTOPTS', ipv6, 'IPV6_RTHDRDSTOPTS', 'ipv6_options', '⇄'),
  row('IPV6_TCLASS', ipv6, 'IPV6_TCLASS', 'int', '⇄'),
  row('TCP_CM_INQ', 'IPPROTO_TCP', 'TCP_INQ', 'int', '←'),
  row('TLS_GET_RECORD_TYPE', tls, 'TLS_GET_RECORD_TYPE', 'u8', '←'),
  row('TLS_SET_RECORD_TYPE', tls, 'TLS_SET_RECORD_TYPE', 'u8', '→'),
  row('UDP_GRO', 'SOL_UDP', 'UDP_GRO', 'int', '←'),
  row('UDP_SEGMENT', 'SOL_UDP', 'UDP_SEGMENT', 'u16', '→'),
  row('SCTP_AUTHINFO', sctp, 'SCTP_AUTHINFO', 'sctp_authinfo', '→'),
  row('SCTP_DSTADDRV4', sctp, 'SCTP_DSTADDRV4', 'in_addr', '→'),
  row('SCTP_DSTADDRV6', sctp, 'SCTP_DSTADDRV6', 'in6_addr', '→'),
  row('SCTP_INIT', sctp, 'SCTP_INIT', 'sctp_initmsg', '→'),
  row('SCTP_NXTINFO', sctp, 'SCTP_NXTINFO', 'sctp_nxtinfo', '←'),
  row('SCTP_PRINFO', sctp, 'SCTP_PRINFO', 'sctp_prinfo', '→'),
  row('SCTP_RCVINFO', sctp, 'SCTP_RCVINFO', 'sctp_rcvinfo', '←'),
  row('SCTP_SNDINFO', sctp, 'SCTP_SNDINFO', 'sctp_sndinfo', '→'),
  row('SCTP_SNDRCV', sctp, 'SCTP_SNDRCV', 'sctp_sndrcvinfo', '⇄'),
  row('PACKET_AUXDATA', 'SOL_PACKET', 'PACKET_AUXDATA', 'auxdata', '←'),
  row('PACKET_TX_TIMESTAMP', 'SOL_PACKET', 'PACKET_TX_TIMESTAMP', 'queued', '←'),
  row('VSOCK_RECVERR', 'SOL_VSOCK', 'VSOCK_RECVERR', 'queued', '←', 1),
  row('NETLINK_LISTEN_ALL_NSID', 'SOL_NETLINK', 'NETLINK_LISTEN_ALL_NSID', 'int', '←'),
  row('NETLINK_PKTINFO', 'SOL_NETLINK', 'NETLINK_PKTINFO', 'nl_pktinfo', '←'),
  row('ALG_SET_AEAD_ASSOCLEN', alg, 'ALG_SET_AEAD_ASSOCLEN', 'u32', '→'),
  row('ALG_SET_IV', alg, 'ALG_SET_IV', 'af_alg_iv', '→'),
  row('ALG_SET_OP', alg, 'ALG_SET_OP', 'alg_op', '→'),
]
