// Messages with ancillary data: struct msghdr and struct cmsghdr, recvmsg(2), cmsg(3).
import type { AddressFor, AddressOf, Sockaddr, SockaddrIn, SockaddrIn6 } from '../address/types.js'
import type { Ipv6Option } from '../codec/ipv6.js'
import type { Domain } from '../tables/families.js'

/** An ancillary message that is a single value: one type for each name of T. */
export type ControlValue<T extends string, V> = T extends string ? { type: T; value: V } : never

/** Ancillary messages that are sent and received alike: cmsg(3). */
export type SentOrReceived =
  | { type: 'SCM_CREDENTIALS'; pid: number; uid: number; gid: number }
  | ControlValue<
      'SO_MARK' | 'SO_PRIORITY' | 'IP_TTL' | 'IP_TOS' | 'IPV6_HOPLIMIT' | 'IPV6_TCLASS' | 'IPV6_FLOWINFO',
      number
    >

/** Extension headers of IPv6 that are lists of options: RFC 3542. @inline */
type Ipv6OptionList = 'IPV6_HOPOPTS' | 'IPV6_DSTOPTS' | 'IPV6_RTHDRDSTOPTS'

/** What goes with a message of SCTP: RFC 6458. What is left out is 0; an assocId of 0 is the socket's own. Linux. */
export type SctpSendControl =
  | {
      type: 'SCTP_INIT'
      numOstreams?: number | undefined
      maxInstreams?: number | undefined
      maxAttempts?: number | undefined
      /** ms */
      maxInitTimeo?: number | undefined
    }
  | {
      type: 'SCTP_SNDRCV'
      stream?: number | undefined
      flags?: number | undefined
      ppid?: number | undefined
      context?: number | undefined
      /** ms */
      timetolive?: number | undefined
      assocId?: number | undefined
    }
  | {
      type: 'SCTP_SNDINFO'
      sid?: number | undefined
      flags?: number | undefined
      ppid?: number | undefined
      context?: number | undefined
      assocId?: number | undefined
    }
  | { type: 'SCTP_PRINFO'; policy: number; value: number }
  | { type: 'SCTP_AUTHINFO'; keynumber: number }
  | ControlValue<'SCTP_DSTADDRV4' | 'SCTP_DSTADDRV6', string>

/** What comes with a message of SCTP: RFC 6458. Linux. */
export type SctpReceivedControl =
  | {
      type: 'SCTP_SNDRCV'
      stream: number
      ssn: number
      flags: number
      ppid: number
      context: number
      timetolive: number
      tsn: number
      cumtsn: number
      assocId: number
    }
  | {
      type: 'SCTP_RCVINFO'
      sid: number
      ssn: number
      flags: number
      ppid: number
      tsn: number
      cumtsn: number
      context: number
      assocId: number
    }
  | { type: 'SCTP_NXTINFO'; sid: number; flags: number; ppid: number; length: number; assocId: number }

/**
 * What sendmsg takes: cmsg(3). Times in ns, sizes in bytes; what has no name by level and number.
 * @example await socket.sendmsg({ data: Buffer.from('urgent'), control: [{ type: 'IP_TOS', value: 0xb8 }] })
 */
export type SendControl =
  | SentOrReceived
  | { type: 'SCM_RIGHTS'; fds: readonly (number | { readonly fd: number })[] }
  | { type: number; level: number; data: NodeJS.ArrayBufferView }
  | { type: 'IP_PKTINFO' | 'IPV6_PKTINFO'; ifindex?: number | undefined; local?: string | undefined }
  | ControlValue<'UDP_SEGMENT', number>
  | ControlValue<'SCM_TXTIME', bigint>
  | ControlValue<'IPV6_DONTFRAG', boolean>
  | ControlValue<'SCM_TS_OPT_ID' | 'IP_PROTOCOL' | 'TLS_SET_RECORD_TYPE' | 'ALG_SET_AEAD_ASSOCLEN', number>
  | ControlValue<'IP_RETOPTS' | 'IPV6_RTHDR' | 'ALG_SET_IV', NodeJS.ArrayBufferView>
  | ControlValue<Ipv6OptionList, readonly Ipv6Option[]>
  | ControlValue<'ALG_SET_OP', 'ALG_OP_ENCRYPT' | 'ALG_OP_DECRYPT'>
  | { type: 'IPV6_NEXTHOP'; address: AddressFor<'AF_INET6'> }
  | SctpSendControl
  /** Room for the credentials, which the kernel fills in. FreeBSD. */
  | { type: 'SCM_CREDS' }

/**
 * What recvmsg gives: cmsg(3). Time stamps in ns since 1970; what has no name by level and number.
 * @example
 * socket.setsockopt(IP_PKTINFO, true).setsockopt(SO_TIMESTAMPNS, true)
 * for (const message of (await socket.recvmsg(1500)).control) {
 *   if (message.type === 'IP_PKTINFO') console.log(message.ifindex, message.destination)
 *   if (message.type === 'SCM_TIMESTAMPNS') console.log(message.value) // ns since 1970, a bigint
 * }
 */
export type ReceivedControl =
  | SentOrReceived
  | { type: 'SCM_RIGHTS'; fds: number[] }
  | { type: number; level: number; data: NonSharedBuffer }
  | { type: 'IP_PKTINFO'; ifindex: number; local: string; destination: string }
  | { type: 'IPV6_PKTINFO'; ifindex: number; destination: string }
  | ControlValue<'UDP_GRO', number>
  | ControlValue<'SCM_TIMESTAMP' | 'SCM_TIMESTAMPNS', bigint>
  | { type: 'SCM_TIMESTAMPING'; software?: bigint; hardware?: bigint }
  | { type: 'IP_RECVERR' | 'IPV6_RECVERR' | 'PACKET_TX_TIMESTAMP' | 'VSOCK_RECVERR'; error: QueuedError }
  | ControlValue<'SO_RXQ_OVFL' | 'SCM_INQ' | 'TCP_CM_INQ' | 'IP_CHECKSUM', number>
  | ControlValue<'IP_RECVFRAGSIZE' | 'IPV6_RECVFRAGSIZE' | 'TLS_GET_RECORD_TYPE' | 'NETLINK_LISTEN_ALL_NSID', number>
  | ControlValue<'SCM_WIFI_STATUS', boolean>
  | ControlValue<'IP_RECVOPTS' | 'IP_RETOPTS' | 'IPV6_RTHDR', NonSharedBuffer>
  | ControlValue<Ipv6OptionList, Ipv6Option<NonSharedBuffer>[]>
  | { type: 'IPV6_PATHMTU'; address: string; mtu: number }
  | SctpReceivedControl
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
  | { type: 'SCM_CREDS'; pid: number; uid: number; euid: number; gid: number; groups: number[] }
  | { type: 'LOCAL_CREDS'; uid: number; euid: number; gid: number; egid: number; groups: number[] }
  | ControlValue<'IP_RECVDSTADDR', string>
  | { type: 'IP_RECVIF'; ifindex: number }

/**
 * One entry of a socket's error queue: MSG_ERRQUEUE, struct sock_extended_err, ip(7). Linux.
 * @example
 * for await (const error of socket.errors()) {
 *   if (error.origin === 'SO_EE_ORIGIN_ICMP') console.log(error.code, error.destination, error.offender)
 *   if (error.origin === 'SO_EE_ORIGIN_ZEROCOPY') console.log(error.low, error.high, error.copied)
 * }
 */
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
      /** The first and the last send that are complete; counted from 0. In their order as a rule, not always. */
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
/** Any ancillary message, sent or received: cmsg(3). */
export type ControlMessage = SendControl | ReceivedControl

/**
 * What sendmsg(2) sends: one view or several, to an address, with ancillary data.
 * @example
 * const data = [Buffer.from('head'), Buffer.from('body')]
 * await socket.sendmsg({ data, address: { address: '127.0.0.1', port: 9 }, control: [{ type: 'IP_TTL', value: 1 }] })
 */
export interface Message<D extends Domain = Domain> {
  /** Several views are one message. */
  data: NodeJS.ArrayBufferView | readonly NodeJS.ArrayBufferView[]
  /** Left out, it goes to the peer that the socket is connected to. */
  address?: AddressFor<D> | undefined
  /** Ancillary data: cmsg(3). */
  control?: readonly SendControl[] | undefined
}

/**
 * What recvmsg(2) received.
 * @example
 * const { data, fullLength, truncated, controlTruncated } = await socket.recvmsg(1500)
 * if (truncated) console.log(`${data.length} of ${fullLength} bytes`)
 */
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
