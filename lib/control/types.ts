// Messages with ancillary data: struct msghdr and struct cmsghdr, recvmsg(2), cmsg(3).
import type { AddressFor, AddressOf, Sockaddr, SockaddrIn, SockaddrIn6 } from '../address/types.js'
import type { Domain } from '../tables/families.js'

type One<T extends string, V> = T extends string ? { type: T; value: V } : never

/** Ancillary messages that are sent and received alike. */
export type SentOrReceived =
  | { type: 'SCM_CREDENTIALS'; pid: number; uid: number; gid: number }
  | One<'SO_MARK' | 'SO_PRIORITY' | 'IP_TTL' | 'IP_TOS' | 'IPV6_HOPLIMIT' | 'IPV6_TCLASS' | 'IPV6_FLOWINFO', number>

/** What sendmsg takes: cmsg(3). Times in ns, sizes in bytes; what has no name by level and number. */
export type SendControl =
  | SentOrReceived
  | { type: 'SCM_RIGHTS'; fds: readonly (number | { readonly fd: number })[] }
  | { type: number; level: number; data: NodeJS.ArrayBufferView }
  | { type: 'IP_PKTINFO' | 'IPV6_PKTINFO'; ifindex?: number | undefined; local?: string | undefined }
  | One<'UDP_SEGMENT', number>
  | One<'SCM_TXTIME', bigint>
  | One<'IPV6_DONTFRAG', boolean>

/** What recvmsg gives: cmsg(3). Time stamps in ns since 1970; what has no name by level and number. */
export type ReceivedControl =
  | SentOrReceived
  | { type: 'SCM_RIGHTS'; fds: number[] }
  | { type: number; level: number; data: NonSharedBuffer }
  | { type: 'IP_PKTINFO'; ifindex: number; local: string; destination: string }
  | { type: 'IPV6_PKTINFO'; ifindex: number; destination: string }
  | One<'UDP_GRO', number>
  | One<'SCM_TIMESTAMP' | 'SCM_TIMESTAMPNS', bigint>
  | { type: 'SCM_TIMESTAMPING'; software?: bigint; hardware?: bigint }
  | { type: 'IP_RECVERR' | 'IPV6_RECVERR'; error: QueuedError }
  | One<'SO_RXQ_OVFL' | 'TCP_CM_INQ' | 'IP_CHECKSUM', number>
  | { type: 'SCM_PIDFD'; fd: number }
  | { type: 'SCM_SECURITY'; context: string }
  | { type: 'IP_ORIGDSTADDR'; address: SockaddrIn }
  | { type: 'IPV6_ORIGDSTADDR'; address: SockaddrIn6 }
  | {
      type: 'PACKET_AUXDATA'
      status: number
      length: number
      snaplen: number
      mac: number
      net: number
      vlanTci?: number
      vlanTpid?: number
    }
  | { type: 'NETLINK_PKTINFO'; group: number }

/** One entry of a socket's error queue: MSG_ERRQUEUE, struct sock_extended_err, ip(7). Linux. */
export type QueuedError =
  | {
      origin: 'SO_EE_ORIGIN_ICMP' | 'SO_EE_ORIGIN_ICMP6'
      /** The C name of the errno. */
      code: string
      /** Negative, as SocketError has it. */
      errno: number
      icmpType: number
      icmpCode: number
      /** The MTU, for a packet that was too big. */
      info: number
      /** Where the packet was going to. */
      destination: Sockaddr
      /** Who sent the ICMP message. */
      offender?: Sockaddr
      /** What the packet began with. */
      data: NonSharedBuffer
      control: ReceivedControl[]
    }
  | {
      origin: 'SO_EE_ORIGIN_LOCAL'
      code: string
      errno: number
      info: number
      destination: Sockaddr
      data: NonSharedBuffer
      control: ReceivedControl[]
    }
  | {
      origin: 'SO_EE_ORIGIN_TIMESTAMPING'
      /** Which send: counted from 0 (with SOF_TIMESTAMPING_OPT_ID; on a stream the last byte). */
      id: number
      stage: 'SCM_TSTAMP_SND' | 'SCM_TSTAMP_SCHED' | 'SCM_TSTAMP_ACK'
      software?: bigint
      hardware?: bigint
    }
  | {
      origin: 'SO_EE_ORIGIN_ZEROCOPY'
      /** The first and the last send that is complete; counted from 0. */
      low: number
      high: number
      /** The kernel copied after all. */
      copied: boolean
    }
  | { origin: 'SO_EE_ORIGIN_TXTIME'; code: string; errno: number; time: bigint }
  | {
      origin: number
      errno: number
      type: number
      errorCode: number
      info: number
      data: number
      payload: NonSharedBuffer
    }
export type ControlMessage = SendControl | ReceivedControl

/** What sendmsg(2) sends: one view or several, to an address, with ancillary data. */
export interface Message<D extends Domain = Domain> {
  data: NodeJS.ArrayBufferView | readonly NodeJS.ArrayBufferView[]
  address?: AddressFor<D> | undefined
  control?: readonly SendControl[] | undefined
}

/** What recvmsg(2) received. */
export interface ReceivedMessage<D extends Domain = Domain> {
  /** Bytes received. */
  length: number
  /** The datagram's own length, also where it did not fit; on a stream `length`. */
  fullLength: number
  /** Undefined where the kernel tells none (on a stream). */
  address: AddressOf<D> | undefined
  control: ReceivedControl[]
  /** MSG_* or-ed, as the kernel answered them. */
  flags: number
  /** The datagram was longer than its room. */
  truncated: boolean
  /** Ancillary data was cut, or descriptors were closed since nobody asked for them. */
  controlTruncated: boolean
}
