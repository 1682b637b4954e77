// One loop over every ancillary type that this kernel answers: it is really sent, really received, and compared.
import { readFileSync } from 'node:fs'
import * as bsd from 'bsd-sockets'
import {
  ETH_P_IP,
  MSG_ERRQUEUE,
  type ReceivedControl,
  type SendControl,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  Socket,
  type WritableOption,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { afterAll, describe, expect, it } from 'vitest'
import { arrival, byte, rawArrival, type Udp, udp4, udp6, wait } from '../support/arrival.js'
import { failure } from '../support/failure.js'
import { deleteHosts, Host } from '../support/namespace.js'
import { needs, type Right, sinceLinux } from '../support/needs.js'
import { ipv4Packet, ipv6Packet, udpDatagram } from '../support/packets.js'
import { own, refuser, tcpPair, udpPair, unixPair } from '../support/pairs.js'

type Named<C> = C extends { type: infer T extends string } ? T : never
type Name = Named<SendControl> | Named<ReceivedControl>

/** What this kernel does not answer, each with the reason. */
const lacking = {
  SCM_SECURITY: 'no security module labels peers here',
  SCM_WIFI_STATUS: 'there is no radio',
  IPV6_NEXTHOP: 'Linux has the number, and answers EINVAL',
  TLS_SET_RECORD_TYPE: 'no TLS in this kernel',
  TLS_GET_RECORD_TYPE: 'no TLS in this kernel',
  ALG_SET_IV: 'no AF_ALG in this kernel',
  ALG_SET_OP: 'no AF_ALG in this kernel',
  ALG_SET_AEAD_ASSOCLEN: 'no AF_ALG in this kernel',
  SCTP_INIT: 'no SCTP in this kernel',
  SCTP_SNDRCV: 'no SCTP in this kernel',
  SCTP_SNDINFO: 'no SCTP in this kernel',
  SCTP_RCVINFO: 'no SCTP in this kernel',
  SCTP_NXTINFO: 'no SCTP in this kernel',
  SCTP_PRINFO: 'no SCTP in this kernel',
  SCTP_AUTHINFO: 'no SCTP in this kernel',
  SCTP_DSTADDRV4: 'no SCTP in this kernel',
  SCTP_DSTADDRV6: 'no SCTP in this kernel',
  VSOCK_RECVERR: 'AF_VSOCK has no loopback in this kernel',
  LOCAL_CREDS: 'of BSD',
  SCM_CREDS: 'of BSD',
  IP_RECVDSTADDR: 'of BSD',
  IP_RECVIF: 'of BSD',
} as const satisfies Partial<Record<Name, string>>

/** What arrives is what was sent. */
const same = (make: typeof udp4 | typeof udp6, option: WritableOption<boolean>, sent: SendControl) => async () =>
  expect(await arrival(make(), [option], [sent])).toEqual([sent])

const now = (): bigint => BigInt(Date.now()) * 1_000_000n

async function arrivalStamp(make: () => Socket<'AF_INET'>): Promise<void> {
  const to = make()
  const before = now()
  // The kernel begins to stamp what arrives a moment after it was asked to.
  let [stamp] = await arrival(to, [])
  while (stamp === undefined) [stamp] = await arrival(to, [])
  const time = stamp && 'value' in stamp ? stamp.value : stamp && 'software' in stamp ? stamp.software : undefined
  expect(time).toBeGreaterThanOrEqual(before)
  expect(time).toBeLessThan(now() + 1_000_000n)
}

async function queuedError(socket: Udp): Promise<ReceivedControl[]> {
  await socket.sendto(byte, (await refuser(SOCK_DGRAM, socket.domain)).getsockname())
  return (await socket.recvmsg(10, { flags: MSG_ERRQUEUE, ...wait })).control
}

const option = (length: number): Buffer => Buffer.alloc(length, 7)
const optionList = [
  { type: 30, data: option(4) },
  { type: 62, data: option(0) },
]
const FRAGMENT = 44
const ROUTING = 43

const cases: Readonly<Record<Exclude<Name, keyof typeof lacking>, () => Promise<void>>> = {
  SCM_CREDENTIALS: async () => {
    const [from, to] = unixPair(SOCK_DGRAM)
    to.setsockopt(bsd.SO_PASSCRED, true)
    const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()]
    const me = { type: 'SCM_CREDENTIALS', pid: process.pid, uid, gid } as const
    const said = uid === 0 ? { ...me, uid: 12_345, gid: 54_321 } : me
    await from.send(byte)
    await from.sendmsg({ data: byte, control: [said] })
    expect((await to.recvmsg(10)).control).toEqual([me])
    expect((await to.recvmsg(10)).control).toEqual([said])
  },
  SCM_INQ: async () => {
    const [from, to] = unixPair(SOCK_STREAM)
    to.setsockopt(bsd.SO_INQ, true)
    await from.send(Buffer.from('waiting'))
    expect((await to.recvmsg(2)).control).toEqual([{ type: 'SCM_INQ', value: 5 }])
  },
  SCM_PIDFD: async () => {
    const [from, to] = unixPair(SOCK_DGRAM)
    to.setsockopt(bsd.SO_PASSPIDFD, true)
    await from.send(byte)
    const [pidfd] = (await to.recvmsg(10, { rights: true })).control
    const fd = pidfd && 'fd' in pidfd ? pidfd.fd : -1
    expect(pidfd).toEqual({ type: 'SCM_PIDFD', fd })
    expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(new RegExp(`^Pid:\\s${process.pid}$`, 'm'))
    posix.close(fd)
  },
  SCM_RIGHTS: async () => {
    const [from, to] = unixPair(SOCK_DGRAM)
    const passed = udp4()
    await from.sendmsg({ data: byte, control: [{ type: 'SCM_RIGHTS', fds: [passed] }] })
    const [rights] = (await to.recvmsg(10, { rights: true })).control
    const fds = rights && 'fds' in rights ? rights.fds : []
    expect(rights).toEqual({ type: 'SCM_RIGHTS', fds: [expect.any(Number)] })
    for (const fd of fds) expect(own(Socket.from(fd)).getsockname()).toEqual(passed.getsockname())
  },
  SCM_TIMESTAMP: () => arrivalStamp(() => udp4().setsockopt(bsd.SO_TIMESTAMP, true)),
  SCM_TIMESTAMPING: () =>
    arrivalStamp(() => udp4().setsockopt(bsd.SO_TIMESTAMPING, { rxSoftware: true, software: true })),
  SCM_TIMESTAMPNS: () => arrivalStamp(() => udp4().setsockopt(bsd.SO_TIMESTAMPNS, true)),
  SCM_TS_OPT_ID: async () => {
    const [from] = await udpPair()
    from.setsockopt(bsd.SO_TIMESTAMPING, { txSoftware: true, software: true, optId: true })
    await from.sendmsg({ data: byte, control: [{ type: 'SCM_TS_OPT_ID', value: 4_000_000_000 }] })
    expect(await from.recverr(wait)).toMatchObject({ origin: 'SO_EE_ORIGIN_TIMESTAMPING', id: 4_000_000_000 })
  },
  SCM_TXTIME: async () => {
    const [from, to] = await udpPair()
    const message = { data: byte, control: [{ type: 'SCM_TXTIME', value: 1n } as const] }
    expect(() => from.trySendmsg(message)).toThrow(failure('EINVAL'))
    from.setsockopt(bsd.SO_TXTIME, { clock: 'CLOCK_MONOTONIC', flags: { deadlineMode: false, reportErrors: false } })
    await from.sendmsg(message)
    expect(await to.recv(10, wait)).toEqual(byte)
  },
  SO_MARK: same(udp4, bsd.SO_RCVMARK, { type: 'SO_MARK', value: 0xfedcba98 }),
  SO_PRIORITY: same(udp4, bsd.SO_RCVPRIORITY, { type: 'SO_PRIORITY', value: 5 }),
  SO_RXQ_OVFL: async () => {
    const to = udp4().setsockopt(bsd.SO_RXQ_OVFL, true).setsockopt(bsd.SO_RCVBUF, 4096)
    const from = udp4()
    for (let i = 0; i < 50; i++) await from.sendto(Buffer.alloc(1000), to.getsockname())
    let received = 0
    while (to.tryRecv(1000) !== undefined) received++
    await from.sendto(byte, to.getsockname())
    expect((await to.recvmsg(10)).control).toEqual([{ type: 'SO_RXQ_OVFL', value: 50 - received }])
    expect(received).toBeLessThan(50)
  },
  IP_CHECKSUM: async () => {
    const to = udp4()
    const datagram = udpDatagram(4, to.getsockname().port, Buffer.of(0x12, 0x34))
    const control = await rawArrival(to, bsd.IP_CHECKSUM, [ipv4Packet(datagram)])
    expect(control).toEqual([{ type: 'IP_CHECKSUM', value: 0x3412 }])
  },
  IP_ORIGDSTADDR: async () => {
    const to = udp4()
    const address = to.getsockname()
    expect(await arrival(to, [bsd.IP_RECVORIGDSTADDR])).toEqual([{ type: 'IP_ORIGDSTADDR', address }])
  },
  IP_PKTINFO: async () => {
    const to = own(new Socket('AF_INET', SOCK_DGRAM).bind({})).setsockopt(bsd.IP_PKTINFO, true)
    const from = own(new Socket('AF_INET', SOCK_DGRAM).bind({}))
    const control = [{ type: 'IP_PKTINFO', local: '127.0.0.9' } as const]
    await from.sendmsg({ data: byte, address: { address: '127.0.0.7', port: to.getsockname().port }, control })
    const message = await to.recvmsg(10, wait)
    const info = { type: 'IP_PKTINFO', ifindex: 1, local: '127.0.0.7', destination: '127.0.0.7' } as const
    expect(message.control).toEqual([info])
    const address = message.address ?? to.getsockname()
    expect(address.address).toBe('127.0.0.9')
    await to.sendmsg({ data: byte, address, control: [info] })
    expect((await from.recvfrom(10, wait)).address.address).toBe('127.0.0.7')
  },
  IP_PROTOCOL: async () => {
    const host = await Host.add()
    await host.ip('route', 'add', '198.51.100.0/24', 'dev', 'lo')
    await host.ip('rule', 'add', 'ipproto', 'udp', 'prohibit')
    const packet = ipv4Packet(udpDatagram(4, 9, byte)).toString('hex')
    const sent = await host.run(async ({ Socket, SocketError, IPPROTO_RAW }, packet) => {
      const raw = new Socket('AF_INET', 'SOCK_RAW', IPPROTO_RAW)
      const send = (value: number) =>
        raw
          .sendmsg({
            data: Buffer.from(packet, 'hex'),
            address: { address: '198.51.100.1', port: 0 },
            control: [{ type: 'IP_PROTOCOL', value }],
          })
          .catch((error: unknown) => (error instanceof SocketError ? error.code : error))
      return [await send(17), await send(6), await send(0)]
    }, packet)
    expect(sent).toEqual(['EACCES', packet.length / 2, 'EINVAL'])
  },
  IP_RECVERR: async () => {
    const error = { origin: 'SO_EE_ORIGIN_ICMP', code: 'ECONNREFUSED', icmpType: 3, icmpCode: 3, data: byte }
    const control = await queuedError(udp4().setsockopt(bsd.IP_RECVERR, true))
    expect(control).toMatchObject([{ type: 'IP_RECVERR', error }])
  },
  IP_RECVFRAGSIZE: async () => {
    const to = udp4()
    const datagram = udpDatagram(4, to.getsockname().port, Buffer.alloc(100))
    const parts = [
      ipv4Packet(datagram.subarray(0, 64), { more: true }),
      ipv4Packet(datagram.subarray(64), { offset: 64 }),
    ]
    expect(await rawArrival(to, bsd.IP_RECVFRAGSIZE, parts)).toEqual([{ type: 'IP_RECVFRAGSIZE', value: 84 }])
  },
  IP_RECVOPTS: async () => {
    const control = [{ type: 'IP_RETOPTS', value: Buffer.of(7, 7, 4, 0, 0, 0, 0, 0) } as const]
    const [options] = await arrival(udp4(), [bsd.IP_RECVOPTS], control)
    expect(options).toEqual({ type: 'IP_RECVOPTS', value: Buffer.of(7, 7, 8, 127, 0, 0, 1, 0) })
  },
  IP_RETOPTS: async () => {
    const control = [{ type: 'IP_RETOPTS', value: Buffer.of(7, 7, 4, 0, 0, 0, 0, 0) } as const]
    const reversed = { type: 'IP_RETOPTS', value: Buffer.of(7, 7, 8, 127, 0, 0, 1, 0) } as const
    expect(await arrival(udp4(), [bsd.IP_RETOPTS], control)).toEqual([reversed])
    await arrival(udp4(), [], [reversed])
  },
  IP_TOS: same(udp4, bsd.IP_RECVTOS, { type: 'IP_TOS', value: 0x28 }),
  IP_TTL: same(udp4, bsd.IP_RECVTTL, { type: 'IP_TTL', value: 7 }),
  IPV6_DONTFRAG: async () => {
    const [from, to] = [udp6(), udp6()]
    const message = { data: Buffer.alloc(65_500), address: to.getsockname() }
    const refused = { ...message, control: [{ type: 'IPV6_DONTFRAG', value: true } as const] }
    await expect(from.sendmsg(refused)).rejects.toEqual(failure('EMSGSIZE'))
    await from.sendmsg({ ...refused, control: [{ type: 'IPV6_DONTFRAG', value: false }] })
    expect(await to.recv(65_535, wait)).toHaveLength(65_500)
  },
  IPV6_DSTOPTS: same(udp6, bsd.IPV6_RECVDSTOPTS, { type: 'IPV6_DSTOPTS', value: optionList }),
  IPV6_FLOWINFO: same(udp6, bsd.IPV6_FLOWINFO, { type: 'IPV6_FLOWINFO', value: 0x12345 }),
  IPV6_HOPLIMIT: same(udp6, bsd.IPV6_RECVHOPLIMIT, { type: 'IPV6_HOPLIMIT', value: 9 }),
  IPV6_HOPOPTS: same(udp6, bsd.IPV6_RECVHOPOPTS, { type: 'IPV6_HOPOPTS', value: optionList }),
  IPV6_ORIGDSTADDR: async () => {
    const to = udp6()
    const address = to.getsockname()
    expect(await arrival(to, [bsd.IPV6_RECVORIGDSTADDR])).toEqual([{ type: 'IPV6_ORIGDSTADDR', address }])
  },
  IPV6_PATHMTU: async () => {
    const from = udp6().setsockopt(bsd.IPV6_RECVPATHMTU, true).setsockopt(bsd.IPV6_DONTFRAG, true)
    const sent = from.sendto(Buffer.alloc(65_500), udp6().getsockname())
    await expect(sent).rejects.toEqual(failure('EMSGSIZE'))
    const { control, length } = await from.recvmsg(10, wait)
    expect([length, control]).toEqual([0, [{ type: 'IPV6_PATHMTU', address: '::1', mtu: 65_536 }]])
  },
  IPV6_PKTINFO: async () => {
    const control = [{ type: 'IPV6_PKTINFO', local: '::1', ifindex: 1 } as const]
    const info = { type: 'IPV6_PKTINFO', ifindex: 1, destination: '::1' }
    expect(await arrival(udp6(), [bsd.IPV6_RECVPKTINFO], control)).toEqual([info])
    const elsewhere = [{ type: 'IPV6_PKTINFO', local: '2001:db8::1' } as const]
    await expect(arrival(udp6(), [], elsewhere)).rejects.toEqual(failure('EINVAL'))
  },
  IPV6_RECVERR: async () => {
    const error = { origin: 'SO_EE_ORIGIN_ICMP6', code: 'ECONNREFUSED', icmpType: 1, icmpCode: 4, data: byte }
    const control = await queuedError(udp6().setsockopt(bsd.IPV6_RECVERR, true))
    expect(control).toMatchObject([{ type: 'IPV6_RECVERR', error }])
  },
  IPV6_RECVFRAGSIZE: async () => {
    const to = udp6()
    const datagram = udpDatagram(6, to.getsockname().port, Buffer.alloc(100))
    const part = (at: number, more: number) => Buffer.of(0, 0, 0, at | more, 1, 2, 3, 4)
    const parts = [
      ipv6Packet(datagram.subarray(0, 64), [[FRAGMENT, part(0, 1)]]),
      ipv6Packet(datagram.subarray(64), [[FRAGMENT, part(64, 0)]]),
    ]
    const control = await rawArrival(to, bsd.IPV6_RECVFRAGSIZE, parts)
    expect(control).toEqual([{ type: 'IPV6_RECVFRAGSIZE', value: 40 + 8 + 64 }])
  },
  IPV6_RTHDR: async () => {
    const to = udp6()
    const header = Buffer.concat([Buffer.of(17, 2, 253, 0, 0, 0, 0, 0), option(16)])
    const packet = ipv6Packet(udpDatagram(6, to.getsockname().port, byte), [[ROUTING, header]])
    expect(await rawArrival(to, bsd.IPV6_RECVRTHDR, [packet])).toEqual([{ type: 'IPV6_RTHDR', value: header }])
    const sent = arrival(udp6(), [], [{ type: 'IPV6_RTHDR', value: header }])
    await expect(sent).rejects.toEqual(failure('EINVAL'))
  },
  IPV6_RTHDRDSTOPTS: async () => {
    const control = [{ type: 'IPV6_RTHDRDSTOPTS', value: optionList } as const]
    expect(await arrival(udp6(), [bsd.IPV6_RECVDSTOPTS], control)).toEqual([])
  },
  IPV6_TCLASS: same(udp6, bsd.IPV6_RECVTCLASS, { type: 'IPV6_TCLASS', value: 0x2a }),
  TCP_CM_INQ: async () => {
    const [client, server] = await tcpPair()
    server.setsockopt(bsd.TCP_INQ, true)
    await client.send(Buffer.from('waiting'))
    expect((await server.recvmsg(2, wait)).control).toEqual([{ type: 'TCP_CM_INQ', value: 5 }])
  },
  UDP_GRO: async () => {
    const control = [{ type: 'UDP_SEGMENT', value: 1000 } as const]
    expect(await arrival(udp4(), [bsd.UDP_GRO], control, Buffer.alloc(2500))).toEqual([
      { type: 'UDP_GRO', value: 1000 },
    ])
  },
  UDP_SEGMENT: async () => {
    const [from, to] = await udpPair()
    await from.sendmsg({ data: Buffer.alloc(2500), control: [{ type: 'UDP_SEGMENT', value: 1000 }] })
    for (const length of [1000, 1000, 500]) expect(await to.recv(3000, wait)).toHaveLength(length)
  },
  PACKET_AUXDATA: async () => {
    const frames = own(new Socket('AF_PACKET', SOCK_DGRAM, ETH_P_IP).bind({ protocol: ETH_P_IP, ifindex: 1 }))
    frames.setsockopt(bsd.PACKET_AUXDATA, true)
    const data = Buffer.alloc(1000, `of ${process.pid}: `)
    const [from] = await udpPair()
    const next = () => from.send(data).then(() => frames.recvmsg(100, wait))
    let message = await next()
    while (!message.data.includes(data.subarray(0, 50))) message = await next()
    expect(message.control).toMatchObject([{ type: 'PACKET_AUXDATA', length: 1028, snaplen: 1028, mac: 0, net: 0 }])
  },
  PACKET_TX_TIMESTAMP: async () => {
    const frames = own(new Socket('AF_PACKET', SOCK_DGRAM, 0).bind({ ifindex: 1 }))
    frames.setsockopt(bsd.SO_TIMESTAMPING, { txSoftware: true, software: true, optId: true })
    const packet = ipv4Packet(udpDatagram(4, 9, byte))
    await frames.sendto(packet, { protocol: ETH_P_IP, ifindex: 1, address: '00:00:00:00:00:00' })
    const { control } = await frames.recvmsg(100, { flags: MSG_ERRQUEUE, ...wait })
    const software = control.flatMap(one => (one.type === 'SCM_TIMESTAMPING' ? [one.software] : []))[0]
    const error = { origin: 'SO_EE_ORIGIN_TIMESTAMPING', id: 0, stage: 'SCM_TSTAMP_SND', software }
    expect(control).toContainEqual({ type: 'PACKET_TX_TIMESTAMP', error })
    expect(software).toBeGreaterThan(0n)
  },
  NETLINK_LISTEN_ALL_NSID: async () => {
    const [here, there] = [await Host.add(), await Host.add()]
    await here.ip('netns', 'set', there.name, '7')
    await here.run(({ Socket, kept, ...bsd }) => {
      const listener = new Socket('AF_NETLINK', 'SOCK_RAW', bsd.NETLINK_ROUTE).bind({ groups: 1 })
      kept.set('links', listener.setsockopt(bsd.NETLINK_LISTEN_ALL_NSID, true))
    })
    await there.ip('link', 'set', 'lo', 'mtu', '1500')
    const control = await here.run(
      async ({ kept }) => (await kept.get('links')?.recvmsg(65_535, { timeout: 5000 }))?.control,
    )
    expect(control).toEqual([{ type: 'NETLINK_LISTEN_ALL_NSID', value: 7 }])
  },
  NETLINK_PKTINFO: async () => {
    const NETLINK_USERSOCK = 2
    const open = () => own(new Socket('AF_NETLINK', SOCK_RAW, NETLINK_USERSOCK))
    const to = open()
      .bind({ groups: 1 << 4 })
      .setsockopt(bsd.NETLINK_PKTINFO, true)
    const from = open().bind({})
    await from.sendto(byte, { pid: from.getsockname().pid, groups: 1 << 4 })
    expect((await to.recvmsg(10, wait)).control).toEqual([{ type: 'NETLINK_PKTINFO', group: 5 }])
  },
}

const rights: Readonly<Record<string, Right>> = {
  SO_MARK: 'root',
  IP_CHECKSUM: 'CAP_NET_RAW',
  IP_RECVFRAGSIZE: 'CAP_NET_RAW',
  IP_PROTOCOL: 'namespaces',
  PACKET_AUXDATA: 'CAP_NET_RAW',
  PACKET_TX_TIMESTAMP: 'CAP_NET_RAW',
  NETLINK_LISTEN_ALL_NSID: 'namespaces',
  NETLINK_PKTINFO: 'root',
}
const kernels: Readonly<Record<string, string>> = {
  SCM_INQ: '6.17',
  SCM_PIDFD: '6.5',
  SCM_TS_OPT_ID: '6.13',
  SO_MARK: '5.19',
  SO_PRIORITY: '6.14',
}
const ofErrorQueues: readonly string[] = ['IP_RECVERR', 'IPV6_RECVERR', 'SCM_TS_OPT_ID', 'PACKET_TX_TIMESTAMP']
const rightOf = (type: string) => rights[type] ?? (type.startsWith('IPV6_') ? 'ipv6' : 'linux')

const ran = new Set<string>()

describe('an ancillary message', () => {
  afterAll(deleteHosts)

  for (const [type, run] of Object.entries(cases)) {
    const queue = ofErrorQueues.includes(type) ? 'epoll' : 'linux'
    it.runIf(needs(rightOf(type)) && needs(queue) && sinceLinux(kernels[type] ?? '5.4'))(
      `is sent, received and compared: ${type}`,
      async () => {
        await run()
        ran.add(type)
      },
    )
  }

  it.runIf(needs('namespaces') && needs('ipv6') && needs('epoll'))(
    'has a case for every type but those that are not here',
    () => {
      const missing = Object.entries(lacking).map(([type, reason]) => `${type} (${reason})`)
      console.log(`ancillary types: ${ran.size} sent, received and compared; not here: ${missing.join(', ')}`)
      expect(ran.size).toBeGreaterThanOrEqual(37)
    },
  )
})
