// Ancillary messages, one row each: cmsg(3). The type that people read, the level and number of the header, how the value
// looks in C, and which way it goes.
import { number } from '../codec/numbers.js'

/** How the value of an ancillary message looks in C. */
export type ControlValue =
  | 'int'
  | 'u8-or-int'
  | 'u16'
  | 'u32'
  | 'be32'
  | 'u64'
  | 'switch'
  | 'fds'
  | 'fd'
  | 'ucred'
  | 'text'
  | 'timeval'
  | 'timespec'
  | 'timestamping'
  | 'in_pktinfo'
  | 'in6_pktinfo'
  | 'sockaddr'
  | 'auxdata'
  | 'nl_pktinfo'
  | 'queued'

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
    level: number(level),
    number: number(name) ?? (process.platform === 'linux' ? fallback : undefined),
    value,
    sent: way !== '←',
    received: way !== '→',
  }
}

const socket = 'SOL_SOCKET'
const ip = 'IPPROTO_IP'
const ipv6 = 'IPPROTO_IPV6'

/** Sorted by level and name. → is sent, ← received. */
export const controlRows: readonly ControlRow[] = [
  row('SCM_CREDENTIALS', socket, 'SCM_CREDENTIALS', 'ucred', '⇄'),
  row('SCM_PIDFD', socket, 'SCM_PIDFD', 'fd', '←', 4),
  row('SCM_RIGHTS', socket, 'SCM_RIGHTS', 'fds', '⇄'),
  row('SCM_SECURITY', socket, 'SCM_SECURITY', 'text', '←'),
  row('SCM_TIMESTAMP', socket, 'SO_TIMESTAMP', 'timeval', '←'),
  row('SCM_TIMESTAMPING', socket, 'SO_TIMESTAMPING', 'timestamping', '←'),
  row('SCM_TIMESTAMPNS', socket, 'SO_TIMESTAMPNS', 'timespec', '←'),
  row('SCM_TXTIME', socket, 'SO_TXTIME', 'u64', '→'),
  row('SO_MARK', socket, 'SO_MARK', 'u32', '⇄'),
  row('SO_PRIORITY', socket, 'SO_PRIORITY', 'u32', '⇄'),
  row('SO_RXQ_OVFL', socket, 'SO_RXQ_OVFL', 'u32', '←'),
  row('IP_CHECKSUM', ip, 'IP_CHECKSUM', 'u32', '←'),
  row('IP_ORIGDSTADDR', ip, 'IP_RECVORIGDSTADDR', 'sockaddr', '←'),
  row('IP_PKTINFO', ip, 'IP_PKTINFO', 'in_pktinfo', '⇄'),
  row('IP_RECVERR', ip, 'IP_RECVERR', 'queued', '←'),
  row('IP_TOS', ip, 'IP_TOS', 'u8-or-int', '⇄'),
  row('IP_TTL', ip, 'IP_TTL', 'int', '⇄'),
  row('IPV6_DONTFRAG', ipv6, 'IPV6_DONTFRAG', 'switch', '→'),
  row('IPV6_FLOWINFO', ipv6, 'IPV6_FLOWINFO', 'be32', '⇄', 11),
  row('IPV6_HOPLIMIT', ipv6, 'IPV6_HOPLIMIT', 'int', '⇄'),
  row('IPV6_ORIGDSTADDR', ipv6, 'IPV6_RECVORIGDSTADDR', 'sockaddr', '←'),
  row('IPV6_PKTINFO', ipv6, 'IPV6_PKTINFO', 'in6_pktinfo', '⇄'),
  row('IPV6_RECVERR', ipv6, 'IPV6_RECVERR', 'queued', '←'),
  row('IPV6_TCLASS', ipv6, 'IPV6_TCLASS', 'int', '⇄'),
  row('TCP_CM_INQ', 'IPPROTO_TCP', 'TCP_INQ', 'int', '←'),
  row('UDP_GRO', 'SOL_UDP', 'UDP_GRO', 'int', '←'),
  row('UDP_SEGMENT', 'SOL_UDP', 'UDP_SEGMENT', 'u16', '→'),
  row('PACKET_AUXDATA', 'SOL_PACKET', 'PACKET_AUXDATA', 'auxdata', '←'),
  row('NETLINK_PKTINFO', 'SOL_NETLINK', 'NETLINK_PKTINFO', 'nl_pktinfo', '←'),
]
