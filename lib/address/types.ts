// The common address of BSD: one interface a family, and what a socket of a domain takes and returns.
import type { Domain, DomainName } from '../tables/families.js'

/** struct sockaddr_in: ip(7). Port in host order. */
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
/** struct sockaddr_un: unix(7). */
export interface SockaddrUn {
  family: 'AF_UNIX'
  /** '' unnamed; '\0name' abstract, of exactly that length; bytes when the name is not UTF-8. */
  path: string | NonSharedBuffer
}
/** struct sockaddr_ll: packet(7). Linux. */
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
/** struct sockaddr of any other family, or bytes that the typed form cannot give back. */
export interface SockaddrOther {
  family: number
  /** Everything after sa_family. */
  data: NonSharedBuffer
}
/** struct sockaddr: any address. */
export type Sockaddr = SockaddrIn | SockaddrIn6 | SockaddrUn | SockaddrLl | SockaddrNl | SockaddrVm | SockaddrOther

interface SockaddrByDomain {
  AF_INET: SockaddrIn
  AF_INET6: SockaddrIn6
  AF_UNIX: SockaddrUn
  AF_PACKET: SockaddrLl
  AF_NETLINK: SockaddrNl
  AF_VSOCK: SockaddrVm
}
/** What a socket of domain D returns; of an unknown domain any address. */
export type AddressOf<D extends Domain> = D extends DomainName ? SockaddrByDomain[D] : Sockaddr

// Flat, or weak-type detection would let bind('text') through.
type Flat<T> = { [K in keyof T]: T[K] } & {}
type FamilyOptional<A extends Sockaddr, Defaulted extends keyof A = never> = Flat<
  Omit<A, 'family' | Defaulted> & { [K in Defaulted | 'family']?: A[K] | undefined }
>

interface AddressForByDomain {
  AF_INET: FamilyOptional<SockaddrIn>
  AF_INET6: FamilyOptional<SockaddrIn6, 'flowinfo' | 'scopeId'>
  AF_UNIX: { family?: 'AF_UNIX' | undefined; path: string | NodeJS.ArrayBufferView }
  AF_PACKET: FamilyOptional<SockaddrLl, 'protocol' | 'hatype' | 'pkttype' | 'address'>
  AF_NETLINK: FamilyOptional<SockaddrNl, 'pid' | 'groups'>
  AF_VSOCK: FamilyOptional<SockaddrVm, 'flags'>
}
interface BindAddressByDomain {
  AF_INET: FamilyOptional<SockaddrIn, 'address' | 'port'>
  AF_INET6: FamilyOptional<SockaddrIn6, 'address' | 'port' | 'flowinfo' | 'scopeId'>
  AF_UNIX: AddressForByDomain['AF_UNIX']
  AF_PACKET: FamilyOptional<SockaddrLl, 'protocol' | 'ifindex' | 'hatype' | 'pkttype' | 'address'>
  AF_NETLINK: AddressForByDomain['AF_NETLINK']
  AF_VSOCK: FamilyOptional<SockaddrVm, 'cid' | 'port' | 'flags'>
}
interface OtherFor {
  family: number
  data: NodeJS.ArrayBufferView
}
/** What `bind` takes: what is left out is any address, any port; `{ path: '' }` lets the kernel choose a name. */
export type BindAddress<D extends Domain> = D extends DomainName
  ? BindAddressByDomain[D]
  : BindAddressByDomain[DomainName] | OtherFor
/** What connect, sendto and sendmsg take: a whole destination. */
export type AddressFor<D extends Domain> = D extends DomainName
  ? AddressForByDomain[D]
  : AddressForByDomain[DomainName] | OtherFor
