// What the compiler accepts and refuses: ancillary messages.
import type { Ipv6Option, ReceivedControl, SendControl, Socket } from 'bsd-sockets'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const yes = <T extends true>(): T | undefined => undefined

const byte = Buffer.alloc(1)
declare const socket: Socket

export function everyTypeIsSentWithItsValue(): void {
  const control: SendControl[] = [
    { type: 'SCM_TS_OPT_ID', value: 1 },
    { type: 'SCM_TXTIME', value: 1n },
    { type: 'IP_RETOPTS', value: byte },
    { type: 'IP_PROTOCOL', value: 17 },
    { type: 'IPV6_NEXTHOP', address: { address: '::1', port: 0 } },
    { type: 'IPV6_HOPOPTS', value: [{ type: 30, data: byte }] },
    { type: 'IPV6_DSTOPTS', value: [] },
    { type: 'IPV6_RTHDRDSTOPTS', value: [{ type: 30, data: new Uint8Array(1) }] },
    { type: 'IPV6_RTHDR', value: new DataView(new ArrayBuffer(8)) },
    { type: 'TLS_SET_RECORD_TYPE', value: 22 },
    { type: 'ALG_SET_IV', value: byte },
    { type: 'ALG_SET_OP', value: 'ALG_OP_ENCRYPT' },
    { type: 'ALG_SET_AEAD_ASSOCLEN', value: 16 },
    { type: 'SCTP_INIT', numOstreams: 1, maxInstreams: undefined },
    { type: 'SCTP_SNDRCV', stream: 1 },
    { type: 'SCTP_SNDINFO', sid: 1, ppid: 2 },
    { type: 'SCTP_PRINFO', policy: 0x10, value: 1000 },
    { type: 'SCTP_AUTHINFO', keynumber: 1 },
    { type: 'SCTP_DSTADDRV6', value: '::1' },
    { type: 'SCM_CREDS' },
  ]
  void socket.sendmsg({ data: byte, control })
}

export function whatIsWrongDoesNotCompile(): void {
  const wrong: SendControl[] = [
    // @ts-expect-error a misspelt type
    { type: 'IP_TTLS', value: 1 },
    // @ts-expect-error only received
    { type: 'IP_RECVOPTS', value: byte },
    // @ts-expect-error only received
    { type: 'TLS_GET_RECORD_TYPE', value: 22 },
    // @ts-expect-error only received
    { type: 'SCTP_RCVINFO', sid: 1 },
    // @ts-expect-error only received
    { type: 'NETLINK_LISTEN_ALL_NSID', value: 1 },
    // @ts-expect-error a number
    { type: 'IP_PROTOCOL', value: 'udp' },
    // @ts-expect-error a number, not a bigint
    { type: 'SCM_TS_OPT_ID', value: 1n },
    // @ts-expect-error bytes
    { type: 'IP_RETOPTS', value: [1, 2] },
    // @ts-expect-error bytes, not options
    { type: 'IPV6_RTHDR', value: [{ type: 30, data: byte }] },
    // @ts-expect-error options, not bytes
    { type: 'IPV6_HOPOPTS', value: byte },
    // @ts-expect-error an option has its type
    { type: 'IPV6_DSTOPTS', value: [{ data: byte }] },
    // @ts-expect-error an address, whole
    { type: 'IPV6_NEXTHOP', address: { address: '::1' } },
    // @ts-expect-error its C name
    { type: 'ALG_SET_OP', value: 'encrypt' },
    // @ts-expect-error no value
    { type: 'ALG_SET_AEAD_ASSOCLEN' },
    // @ts-expect-error a stream, not its C name
    { type: 'SCTP_SNDINFO', snd_sid: 1 },
    // @ts-expect-error an address as text
    { type: 'SCTP_DSTADDRV4', value: 0x7f000001 },
    // @ts-expect-error both numbers
    { type: 'SCTP_PRINFO', policy: 1 },
  ]
  void socket.sendmsg({ data: byte, control: wrong })
}

export function whatComesBackIsNarrow(one: ReceivedControl): void {
  // @ts-expect-error a type that there is not
  if (one.type === 'IP_TTLS') void one
  // @ts-expect-error a type that is only sent
  if (one.type === 'ALG_SET_IV') void one
  // @ts-expect-error not narrowed yet
  void one.value
  if (one.type === 'IPV6_HOPOPTS') yes<Same<typeof one.value, Ipv6Option<NonSharedBuffer>[]>>()
  if (one.type === 'IPV6_RTHDR') yes<Same<typeof one.value, NonSharedBuffer>>()
  if (one.type === 'IP_RECVOPTS') yes<Same<typeof one.value, NonSharedBuffer>>()
  if (one.type === 'SCM_WIFI_STATUS') yes<Same<typeof one.value, boolean>>()
  if (one.type === 'TLS_GET_RECORD_TYPE') yes<Same<typeof one.value, number>>()
  if (one.type === 'IPV6_PATHMTU') yes<Same<typeof one.mtu, number>>()
  if (one.type === 'SCTP_RCVINFO') yes<Same<typeof one.assocId, number>>()
  if (one.type === 'SCM_CREDS') yes<Same<typeof one.groups, number[]>>()
  // What came may be sent back.
  if (one.type === 'IP_RETOPTS' || one.type === 'IPV6_DSTOPTS' || one.type === 'SCTP_SNDRCV')
    void socket.sendmsg({ data: byte, control: [one] })
}
