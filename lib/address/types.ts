// The common address of BSD: one interface a family, and what a socket of a domain takes and returns.
import type { Domain, DomainName } from '../tables/families.js'

/**
 * struct sockaddr_in: ip(7). Port in host order.
 * @example socket.bind({ address: '127.0.0.1', port: 8080 }) // the family is the socket's, and may be left out
 */
export interface SockaddrIn {
  family: 'AF_INET'
  /** Dotted quad: '127.0.0.1'. */
  address: string
  port: number
}
/** struct sockaddr_in6: ipv6(7). Everything in host order. */
export interface SockaddrIn6 {
  family: 'AF_INET6'
  /** Shortest form: '::1'. What is given may name a zone: 'fe80::1%eth0'. */
  address: string
  port: number
  flowinfo?: number
  /** The interface of a link-local address; 0 for none. */
  scopeId?: number
}
/**
 * struct sockaddr_un: unix(7).
 * @example using socket = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '\0abstract' })
 */
export interface SockaddrUn {
  family: 'AF_UNIX'
  /** '' unnamed; '\0name' abstract, of exactly that length; bytes when the name is not UTF-8. */
  path: string | NonSharedBuffer
}
/**
 * struct sockaddr_ll: packet(7). Linux.
 * @example
 * using socket = new Socket(AF_PACKET, SOCK_RAW, ETH_P_ALL)
 * socket.bind({ ifindex: if_nametoindex('lo'), protocol: ETH_P_ALL })
 */
export interface SockaddrLl {
  family: 'AF_PACKET'
  /** ETH_P_*, host order. */
  protocol: number
  ifindex: number
  /** ARPHRD_* */
  hatype?: number
  /** PACKET_*: to this host, broadcast, outgoing … */
  pkttype?: number
  /** 'aa:bb:cc:dd:ee:ff', up to 8 bytes. */
  address?: string
}
/** struct sockaddr_nl: netlink(7). Linux. */
export interface SockaddrNl {
  family: 'AF_NETLINK'
  /** Port id; 0 is the kernel. */
  pid: number
  /** Bit mask of multicast groups. */
  groups: number
}
/** struct sockaddr_vm: vsock(7). Linux. */
export interface SockaddrVm {
  family: 'AF_VSOCK'
  cid: number
  port: number
  flags?: number
}
/** struct sockaddr_alg: which algorithm of the kernel's a socket is bound to. Linux. */
export interface SockaddrAlg {
  family: 'AF_ALG'
  /** 'hash', 'skcipher', 'aead', 'rng'; 13 bytes at most. */
  type: string
  /** As /proc/crypto has it: 'sha256', 'cbc(aes)'; 103 bytes at most. */
  name: string
  /** CRYPTO_ALG_* that the algorithm has to have, of those in `mask`. */
  feat?: number
  mask?: number
}
/** struct sockaddr_l2: a channel of L2CAP, by its PSM or, where that is 0, its identifier. Linux. */
export interface SockaddrL2 {
  family: 'AF_BLUETOOTH'
  protocol: 'BTPROTO_L2CAP'
  /** 'aa:bb:cc:dd:ee:ff' */
  bdaddr: string
  /** Host order. */
  psm: number
  /** Host order. */
  cid?: number
  /** 0 BR/EDR, 1 LE public, 2 LE random. */
  bdaddrType?: number
}
/** struct sockaddr_hci: a controller. Linux. */
export interface SockaddrHci {
  family: 'AF_BLUETOOTH'
  protocol: 'BTPROTO_HCI'
  /** hci0 is 0; 65535 for none. */
  dev: number
  /** 0 raw, 1 user, 2 monitor, 3 control, 4 logging. */
  channel?: number
}
/** struct sockaddr_sco: the other end of a voice link. Linux. */
export interface SockaddrSco {
  family: 'AF_BLUETOOTH'
  protocol: 'BTPROTO_SCO'
  /** 'aa:bb:cc:dd:ee:ff' */
  bdaddr: string
}
/** struct sockaddr_rc: a channel of RFCOMM. Linux. */
export interface SockaddrRc {
  family: 'AF_BLUETOOTH'
  protocol: 'BTPROTO_RFCOMM'
  /** 'aa:bb:cc:dd:ee:ff' */
  bdaddr: string
  /** 1 to 30. */
  channel: number
}
/**
 * An address of AF_BLUETOOTH: `protocol` says of which struct. The bytes tell it by their length, which each struct has
 * for itself; only struct sockaddr_iso, which has no type here, is as long as sockaddr_rc and is taken for it.
 */
export type SockaddrBluetooth = SockaddrL2 | SockaddrHci | SockaddrSco | SockaddrRc
/** The protocols of AF_BLUETOOTH whose addresses have a type here. */
export type BluetoothProtocol = SockaddrBluetooth['protocol']
/**
 * struct sockaddr_can: an interface; with CAN_ISOTP the identifiers too, with CAN_J1939 name, group and address; never
 * both. Linux 5.4: older kernels want `tp` with CAN_RAW and CAN_BCM too, and ignore it.
 */
export interface SockaddrCan {
  family: 'AF_CAN'
  /** 0 for all of them. */
  ifindex: number
  /** CAN identifiers, with CAN_EFF_FLAG where they are long. */
  tp?: { rxId: number; txId: number }
  /** A name of 0n is none. */
  j1939?: { name: bigint; pgn: number; addr: number }
}
/** struct sockaddr_qrtr. Linux. */
export interface SockaddrQrtr {
  family: 'AF_QIPCRTR'
  node: number
  port: number
}
/** struct sockaddr_tipc: all instances of a service from `lower` to `upper`; as a destination, multicast. Linux. */
export interface SockaddrTipcRange {
  family: 'AF_TIPC'
  addrtype: 'TIPC_SERVICE_RANGE'
  /** TIPC_*_SCOPE, or 0 for the cluster; negative in bind to take the name back. */
  scope?: number
  type: number
  lower: number
  upper: number
}
/** struct sockaddr_tipc: an instance of a service. Linux. */
export interface SockaddrTipcService {
  family: 'AF_TIPC'
  addrtype: 'TIPC_SERVICE_ADDR'
  /** TIPC_*_SCOPE, or 0 for the cluster; negative in bind to take the name back. */
  scope?: number
  type: number
  instance: number
  /** The node to look on; 0 for any. */
  domain?: number
}
/** struct sockaddr_tipc: a socket. Linux. */
export interface SockaddrTipcSocket {
  family: 'AF_TIPC'
  addrtype: 'TIPC_SOCKET_ADDR'
  scope?: number
  ref: number
  node: number
}
/** An address of AF_TIPC: `addrtype` says what it names. */
export type SockaddrTipc = SockaddrTipcRange | SockaddrTipcService | SockaddrTipcSocket
/** struct sockaddr_xdp: a queue of an interface. Linux. */
export interface SockaddrXdp {
  family: 'AF_XDP'
  /** XDP_* of bind(2), or-ed. */
  flags?: number
  ifindex: number
  queueId: number
  /** With XDP_SHARED_UMEM: the socket whose memory is used. */
  sharedUmemFd?: number
}
/** struct sockaddr of any other family, or bytes that the typed form cannot give back. */
export interface SockaddrOther {
  family: number
  /** Everything after sa_family. */
  data: NonSharedBuffer
}
/**
 * struct sockaddr: any address.
 * @example
 * const address = Socket.from(3).getpeername()
 * if (address.family === AF_UNIX) console.log(address.path)
 * else if (address.family === AF_INET) console.log(address.address, address.port)
 */
export type Sockaddr = SockaddrByDomain[DomainName] | SockaddrOther

/** @inline */
interface SockaddrByDomain {
  AF_INET: SockaddrIn
  AF_INET6: SockaddrIn6
  AF_UNIX: SockaddrUn
  AF_PACKET: SockaddrLl
  AF_NETLINK: SockaddrNl
  AF_VSOCK: SockaddrVm
  AF_ALG: SockaddrAlg
  AF_BLUETOOTH: SockaddrBluetooth
  AF_CAN: SockaddrCan
  AF_QIPCRTR: SockaddrQrtr
  AF_TIPC: SockaddrTipc
  AF_XDP: SockaddrXdp
}
/** What a socket of domain D returns; of an unknown domain any address. */
export type AddressOf<D extends Domain> = D extends DomainName ? SockaddrByDomain[D] : Sockaddr

// Flat, or weak-type detection would let bind('text') through.
type Flat<T> = { [K in keyof T]: T[K] } & {}
type KeyOf<A> = A extends unknown ? keyof A : never
// One by one, where there are several addresses of a family.
type FamilyOptional<A extends Sockaddr, Defaulted extends KeyOf<A> = never> = A extends unknown
  ? Flat<Omit<A, 'family' | Defaulted> & { [K in Extract<keyof A, Defaulted | 'family'>]?: A[K] | undefined }>
  : never

/** @inline */
interface AddressForByDomain {
  AF_INET: FamilyOptional<SockaddrIn>
  AF_INET6: FamilyOptional<SockaddrIn6, 'flowinfo' | 'scopeId'>
  AF_UNIX: { family?: 'AF_UNIX' | undefined; path: string | NodeJS.ArrayBufferView }
  AF_PACKET: FamilyOptional<SockaddrLl, 'protocol' | 'hatype' | 'pkttype' | 'address'>
  AF_NETLINK: FamilyOptional<SockaddrNl, 'pid' | 'groups'>
  AF_VSOCK: FamilyOptional<SockaddrVm, 'flags'>
  AF_ALG: FamilyOptional<SockaddrAlg, 'feat' | 'mask'>
  AF_BLUETOOTH:
    | FamilyOptional<SockaddrL2, 'cid' | 'bdaddrType'>
    | FamilyOptional<SockaddrHci, 'channel'>
    | FamilyOptional<SockaddrSco | SockaddrRc>
  AF_CAN: FamilyOptional<SockaddrCan, 'tp' | 'j1939'>
  AF_QIPCRTR: FamilyOptional<SockaddrQrtr>
  AF_TIPC: FamilyOptional<SockaddrTipc, 'scope' | 'domain'>
  AF_XDP: FamilyOptional<SockaddrXdp, 'flags' | 'sharedUmemFd'>
}
/** @inline */
interface BindAddressByDomain {
  AF_INET: FamilyOptional<SockaddrIn, 'address' | 'port'>
  AF_INET6: FamilyOptional<SockaddrIn6, 'address' | 'port' | 'flowinfo' | 'scopeId'>
  AF_UNIX: AddressForByDomain['AF_UNIX']
  AF_PACKET: FamilyOptional<SockaddrLl, 'protocol' | 'ifindex' | 'hatype' | 'pkttype' | 'address'>
  AF_NETLINK: AddressForByDomain['AF_NETLINK']
  AF_VSOCK: FamilyOptional<SockaddrVm, 'cid' | 'port' | 'flags'>
  AF_ALG: AddressForByDomain['AF_ALG']
  AF_BLUETOOTH: FamilyOptional<SockaddrBluetooth, Exclude<KeyOf<SockaddrBluetooth>, 'family' | 'protocol'>>
  AF_CAN: {
    family?: 'AF_CAN' | undefined
    ifindex?: number | undefined
    tp?: SockaddrCan['tp'] | undefined
    j1939?: { name?: bigint | undefined; pgn?: number | undefined; addr?: number | undefined } | undefined
  }
  AF_QIPCRTR: FamilyOptional<SockaddrQrtr, 'port'>
  AF_TIPC: AddressForByDomain['AF_TIPC']
  AF_XDP: AddressForByDomain['AF_XDP']
}
/** @inline */
interface OtherFor {
  family: number
  data: NodeJS.ArrayBufferView
}
/**
 * What `bind` takes: what is left out is any address, any port; `{ path: '' }` lets the kernel choose a name.
 * @example socket.bind({ port: 8080 }) // any address
 */
export type BindAddress<D extends Domain> = D extends DomainName
  ? BindAddressByDomain[D]
  : BindAddressByDomain[DomainName] | OtherFor
/** What connect, sendto and sendmsg take: a whole destination. */
export type AddressFor<D extends Domain> = D extends DomainName
  ? AddressForByDomain[D]
  : AddressForByDomain[DomainName] | OtherFor
