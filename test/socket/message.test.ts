import { readdirSync } from 'node:fs'
import {
  AF_INET,
  AF_UNIX,
  ETH_P_IP,
  IPV6_RECVDSTOPTS,
  IPV6_RECVPKTINFO,
  IPV6_RECVTCLASS,
  PACKET_AUXDATA,
  type ReceivedControl,
  SO_PASSCRED,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { byte, rawArrival, udp6 } from '../support/arrival.js'
import { needs } from '../support/needs.js'
import { ipv6Packet, udpDatagram } from '../support/packets.js'
import { own, tcpPair, udpPair, unixPair } from '../support/pairs.js'

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

function find<T extends ReceivedControl['type']>(control: ReceivedControl[], type: T) {
  return control.find((one): one is Extract<ReceivedControl, { type: T }> => one.type === type)
}

describe('sendmsg and recvmsg', () => {
  it('gather and scatter', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    expect(await one.sendmsg({ data: [Buffer.from('gat'), Buffer.alloc(0), Buffer.from('hered')] })).toBe(8)
    const into = [Buffer.alloc(5), Buffer.alloc(5)]
    const message = await other.recvmsg(into)
    expect(into.map(String)).toEqual(['gathe', 'red\0\0'])
    expect(message).toMatchObject({ length: 8, fullLength: 8, truncated: false, controlTruncated: false, control: [] })
  })

  it('tell the sender, and the length of what was cut', async () => {
    const [one, other] = await udpPair()
    await one.sendmsg({ data: Buffer.from('longer') })
    const { data, address, ...message } = await other.recvmsg(4)
    expect([data.toString(), address]).toEqual(['long', one.getsockname()])
    expect(message).toMatchObject({ length: 4, fullLength: 6, truncated: true })
  })

  it('send to an address', async () => {
    const to = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' }))
    await own(new Socket(AF_UNIX, SOCK_DGRAM)).sendmsg({ data: Buffer.from('x'), address: to.getsockname() })
    expect(await to.recvmsg(10)).toMatchObject({ address: { family: AF_UNIX, path: '' }, length: 1 })
  })

  it('carry bytes of a stream, losing none', async () => {
    const [client, server] = await tcpPair()
    await client.sendmsg({ data: [Buffer.from('abc'), Buffer.from('def')] })
    expect(await server.recvmsg(4)).toMatchObject({ data: Buffer.from('abcd'), fullLength: 4, address: undefined })
    expect((await server.recvmsg(4)).data.toString()).toBe('ef')
  })

  it('wait, time out and are served in order', async () => {
    const [one, other] = unixPair(SOCK_SEQPACKET)
    await expect(other.recvmsg(1, { timeout: 10 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(other.tryRecvmsg(1)).toBeUndefined()
    const waiting = [other.recvmsg(10), other.recv(10)]
    expect(one.trySendmsg({ data: Buffer.from('1') })).toBe(1)
    await one.sendmsg({ data: Buffer.from('2') })
    const [first, second] = await Promise.all(waiting)
    expect([first, second]).toMatchObject([{ data: Buffer.from('1') }, Buffer.from('2')])
  })

  it.each([
    [{ type: 'SCM_RIGHT', fds: [] }, 'ERR_INVALID_ARG_VALUE'],
    [{ type: 'UDP_GRO', value: 1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ type: 'SCM_RIGHTS', fds: ['1'] }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'SCM_RIGHTS' }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'IP_TTL', value: '1' }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'IP_PKTINFO', local: 'localhost' }, 'ERR_INVALID_ARG_VALUE'],
    [{ type: 'SCM_TXTIME', value: -1n }, 'ERR_OUT_OF_RANGE'],
    [{ type: 'IP_RECVOPTS', value: Buffer.alloc(4) }, 'ERR_INVALID_ARG_VALUE'],
    [{ type: 'IP_RETOPTS', value: [7, 3, 4] }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'IPV6_HOPOPTS', value: Buffer.alloc(8) }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'IPV6_HOPOPTS', value: new Array(2) }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'IPV6_DSTOPTS', value: [{ type: 0, data: Buffer.alloc(1) }] }, 'ERR_INVALID_ARG_VALUE'],
    [{ type: 'IPV6_HOPOPTS', value: [{ type: 256, data: Buffer.alloc(1) }] }, 'ERR_OUT_OF_RANGE'],
    [{ type: 'IPV6_NEXTHOP', address: { address: '::1' } }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'TLS_SET_RECORD_TYPE', value: 256 }, 'ERR_OUT_OF_RANGE'],
    [{ type: 'ALG_SET_OP', value: 'encrypt' }, 'ERR_INVALID_ARG_VALUE'],
    [{ type: 'SCTP_SNDINFO', sid: '1' }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'SCTP_PRINFO', policy: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ type: 'SCTP_DSTADDRV4', value: '::1' }, 'ERR_INVALID_ARG_VALUE'],
    [{ type: 1, data: Buffer.alloc(4) }, 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
  ])('refuse %o', async (control, code) => {
    const [one] = unixPair(SOCK_DGRAM)
    const sent = Reflect.apply(one.sendmsg, one, [{ data: Buffer.alloc(1), control: [control] }])
    await expect(sent).rejects.toMatchObject({ code })
  })
})

describe('messages', () => {
  it('brings each until the end', async () => {
    const [one, other] = unixPair(SOCK_SEQPACKET)
    await one.send(Buffer.from('a'))
    await one.send(Buffer.from('b'))
    one.close()
    const got: string[] = []
    for await (const { data } of other.messages()) got.push(data.toString())
    expect(got).toEqual(['a', 'b'])
  })
})

describe('ancillary data', () => {
  it.runIf(needs('ipv6'))('ecn and local of one datagram are IPV6_TCLASS and IPV6_PKTINFO', async () => {
    const options = [IPV6_RECVTCLASS, IPV6_RECVPKTINFO]
    const to = udp6()
    for (const option of options) to.setsockopt(option, true)
    await udp6().sendto(byte, to.getsockname(), { ecn: 2, local: '::1' })
    const { control } = await to.recvmsg(10)
    expect(control).toContainEqual({ type: 'IPV6_TCLASS', value: 2 })
    expect(control).toContainEqual({ type: 'IPV6_PKTINFO', ifindex: 1, destination: '::1' })
  })

  it.runIf(needs('ipv6') && needs('CAP_NET_RAW'))('all fits, also the longest that a datagram carries', async () => {
    const DESTINATION_OPTIONS = 60
    const options = [...Array(7).fill(255), 245].map(length => ({ type: 30, data: Buffer.alloc(length) }))
    const longest = options.flatMap(({ type, data }) => [Buffer.of(type, data.length), data])
    for (const { header, count, value } of [
      { header: Buffer.concat([Buffer.of(0, 255), ...longest]), count: 31, value: options },
      { header: Buffer.of(0, 0, 1, 4, 0, 0, 0, 0), count: 8000, value: [] },
    ]) {
      const to = udp6()
      const headers = Array.from({ length: count }, () => [DESTINATION_OPTIONS, header] as const)
      const packet = ipv6Packet(udpDatagram(6, to.getsockname().port, byte), headers)
      const control = await rawArrival(to, IPV6_RECVDSTOPTS, [packet])
      expect(control).toEqual(Array(count).fill({ type: 'IPV6_DSTOPTS', value }))
    }
  })

  it.runIf(needs('CAP_NET_RAW'))('comes with frames of AF_PACKET, which refuses MSG_CMSG_CLOEXEC', async () => {
    const frames = own(new Socket('AF_PACKET', SOCK_DGRAM, ETH_P_IP).bind({ protocol: ETH_P_IP, ifindex: 1 }))
    frames.setsockopt(PACKET_AUXDATA, true)
    const [from] = await udpPair()
    const receive = [() => frames.recvmsg(100), () => posix.recvmsg(frames.fd, Buffer.alloc(100))]
    for (const one of receive) {
      await from.send(byte)
      await frames.readable()
      expect((await one()).control).toMatchObject([{ type: 'PACKET_AUXDATA' }])
    }
  })

  it('what has no row is kept by level and number', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    other.setsockopt(SO_PASSCRED, true)
    const data = Buffer.alloc(12)
    data.writeInt32LE(process.pid)
    data.writeUInt32LE(process.getuid?.() ?? 0, 4)
    data.writeUInt32LE(process.getgid?.() ?? 0, 8)
    await one.sendmsg({ data: Buffer.from('x'), control: [{ type: 2, level: SOL_SOCKET, data }] })
    expect(find((await other.recvmsg(10)).control, 'SCM_CREDENTIALS')).toMatchObject({ pid: process.pid })
  })
})

describe('descriptors', () => {
  it('are passed, open and close-on-exec, to who asks for them', async () => {
    const [one, other] = unixPair(SOCK_STREAM)
    const listening = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen())
    await one.sendfds([listening, listening.fd], Buffer.from('two'))
    const { fds, data } = await other.recvfds(2)
    expect([fds.length, data.toString()]).toEqual([2, 'two'])
    for (const fd of fds) {
      expect(posix.fcntl(fd, posix.F_GETFD)).toBe(posix.FD_CLOEXEC)
      expect(own(Socket.from(fd)).getsockname()).toEqual(listening.getsockname())
    }
  })

  it('are closed where nobody takes them, and that is told', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    const before = openDescriptors()
    await one.sendfds([0, 1, 2])
    expect(await other.recvmsg(10)).toMatchObject({ control: [], controlTruncated: true })
    expect(openDescriptors()).toBe(before)
  })

  it('beyond the most that are taken are closed', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    const before = openDescriptors()
    await one.sendfds([0, 1, 2])
    const { fds, controlTruncated } = await other.recvfds(1)
    expect(controlTruncated).toBe(true)
    expect(openDescriptors()).toBe(before + 1)
    for (const fd of fds) posix.close(fd)
  })

  it('come with a message of no bytes too, which is no end', async () => {
    const [one, other] = unixPair(SOCK_SEQPACKET)
    const before = openDescriptors()
    await one.sendfds([0], Buffer.alloc(0))
    for await (const { control } of other.messages({ rights: true })) {
      for (const fd of find(control, 'SCM_RIGHTS')?.fds ?? []) posix.close(fd)
      break
    }
    expect(openDescriptors()).toBe(before)
    const [stream] = unixPair(SOCK_STREAM)
    await expect(stream.sendfds([0], Buffer.alloc(0))).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })

  it('are not sent for a Socket that was closed while its message waited', async () => {
    const [one, other] = unixPair(SOCK_STREAM)
    while (one.trySend(Buffer.alloc(1 << 16)) !== undefined);
    const passed = new Socket(AF_INET, SOCK_DGRAM)
    const sending = one.sendfds([passed])
    passed.close()
    const failed = expect(sending).rejects.toMatchObject({ code: 'EBADF', syscall: 'sendmsg' })
    while (other.tryRecv(1 << 20) !== undefined);
    await failed
  })

  it('are those of the call, though the list changes while the message waits', async () => {
    const [one, other] = unixPair(SOCK_STREAM)
    while (one.trySend(Buffer.alloc(65_536)) !== undefined);
    const control = [{ type: 'SCM_RIGHTS' as const, fds: [0] }]
    const sending = one.sendmsg({ data: byte, control }).finally(() => one.close())
    control.length = 0
    const fds: number[] = []
    for await (const message of other.messages({ rights: true }))
      fds.push(...(find(message.control, 'SCM_RIGHTS')?.fds ?? []))
    await sending
    for (const fd of fds) posix.close(fd)
    expect(fds.length).toBe(1)
  })

  it('are refused where no kernel would carry them', async () => {
    const [udp] = await udpPair()
    const [tcp] = await tcpPair()
    await expect(udp.sendfds([0])).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    await expect(tcp.send(Buffer.alloc(1), { ecn: 1 })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })
})

describe('posix.sendmsg and posix.recvmsg', () => {
  it('do the same on plain descriptors', () => {
    const [one, other] = posix.socketpair(AF_UNIX, SOCK_DGRAM)
    const control = [{ type: 'SCM_RIGHTS' as const, fds: [one] }]
    expect(posix.sendmsg(one, { data: [Buffer.from('a'), Buffer.from('b')], control })).toBe(2)
    const into = Buffer.alloc(1)
    const message = posix.recvmsg(other, into, 0, { rights: true })
    expect(message).toMatchObject({ length: 1, truncated: true, controlTruncated: false })
    const fds = find(message.control, 'SCM_RIGHTS')?.fds ?? []
    expect(fds.map(fd => posix.fcntl(fd, posix.F_GETFD))).toEqual([posix.FD_CLOEXEC])
    for (const fd of fds) posix.close(fd)
    expect(() => posix.recvmsg(other, into, posix.MSG_DONTWAIT)).toThrow(expect.objectContaining({ code: 'EAGAIN' }))
    posix.close(one)
    posix.close(other)
  })
})
