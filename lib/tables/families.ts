// Address families and socket types: closed sets of C names.
import { Names } from '../codec/numbers.js'

const domainNames = [
  'AF_UNIX',
  'AF_INET',
  'AF_INET6',
  'AF_PACKET',
  'AF_NETLINK',
  'AF_VSOCK',
  'AF_ALG',
  'AF_BLUETOOTH',
  'AF_CAN',
  'AF_QIPCRTR',
  'AF_TIPC',
  'AF_XDP',
] as const
const typeNames = ['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW', 'SOCK_SEQPACKET', 'SOCK_RDM'] as const

/**
 * The address families that have a name here.
 * @useDeclaredType
 */
export type DomainName = (typeof domainNames)[number]
/** socket(2): the first argument. A number for a family that has no name here. */
export type Domain = DomainName | number
/**
 * socket(2): the second argument. A number for a type that has no name here.
 * @useDeclaredType
 */
export type SocketType = (typeof typeNames)[number] | number

export const domains = new Names<DomainName>(domainNames)
export const socketTypes = new Names<(typeof typeNames)[number]>(typeNames)

const tipcAddressTypeNames = ['TIPC_SERVICE_RANGE', 'TIPC_SERVICE_ADDR', 'TIPC_SOCKET_ADDR'] as const
/**
 * What an address of AF_TIPC names.
 * @useDeclaredType
 */
export type TipcAddressType = (typeof tipcAddressTypeNames)[number]
export const tipcAddressTypes = new Names<TipcAddressType>(tipcAddressTypeNames)

export function isDomainName(value: unknown): value is DomainName {
  return domainNames.some(name => name === value)
}

export function isInternet(value: unknown): value is 'AF_INET' | 'AF_INET6' {
  return value === 'AF_INET' || value === 'AF_INET6'
}

export function isSocketTypeName(value: unknown): value is (typeof typeNames)[number] {
  return typeNames.some(name => name === value)
}

/** Local communication: unix(7). */
export const AF_UNIX = 'AF_UNIX'
/** IPv4: ip(7). */
export const AF_INET = 'AF_INET'
/** IPv6: ipv6(7). */
export const AF_INET6 = 'AF_INET6'
/** Frames of a network device: packet(7). Linux. */
export const AF_PACKET = 'AF_PACKET'
/** Messages to and from the kernel: netlink(7). Linux. */
export const AF_NETLINK = 'AF_NETLINK'
/** Between a virtual machine and its host: vsock(7). Linux. */
export const AF_VSOCK = 'AF_VSOCK'
/** The kernel's ciphers and hashes: bind names one, accept gives an operation. Linux. */
export const AF_ALG = 'AF_ALG'
/** Bluetooth: L2CAP, RFCOMM, SCO, and the controllers themselves (HCI). The third argument is a BTPROTO_*. Linux. */
export const AF_BLUETOOTH = 'AF_BLUETOOTH'
/** Controller Area Network: the third argument is a CAN_*. Linux 5.4. */
export const AF_CAN = 'AF_CAN'
/** Qualcomm's IPC router: modems and other processors of the same chip. Linux. */
export const AF_QIPCRTR = 'AF_QIPCRTR'
/** Transparent inter-process communication, between the nodes of a cluster. Linux. */
export const AF_TIPC = 'AF_TIPC'
/** Frames of one queue of a network device, by shared memory. Linux. */
export const AF_XDP = 'AF_XDP'
/** No family: connect(2) to it dissolves an association. */
export const AF_UNSPEC = 'AF_UNSPEC'

/** A sequenced, reliable stream of bytes. */
export const SOCK_STREAM = 'SOCK_STREAM'
/** Datagrams: single messages that may be lost or reordered where the network does so. */
export const SOCK_DGRAM = 'SOCK_DGRAM'
/** The protocol underneath: raw(7). Needs CAP_NET_RAW. */
export const SOCK_RAW = 'SOCK_RAW'
/** A sequenced, reliable connection of messages. */
export const SOCK_SEQPACKET = 'SOCK_SEQPACKET'
/** Reliable datagrams without order. */
export const SOCK_RDM = 'SOCK_RDM'
