import { readdirSync } from 'node:fs'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_IP,
  IPPROTO_IPV6,
  type ReceivedControl,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { own, tcpPair, udpPair } from '../support/pairs.js'

const SO_PASSCRED = 16
const SO_TIMESTAMPNS = 35
const SO_RXQ_OVFL = 40
const IP_PKTINFO = 8
const IP_RECVTTL = 12
const IP_RECVTOS = 13
const IPV6_RECVPKTINFO = 49
const IPV6_RECVHOPLIMIT = 51
const IPV6_RECVTCLASS = 66

function pair(type: 'SOCK_STREAM' | 'SOCK_DGRAM' | 'SOCK_SEQPACKET'): [Socket<'AF_UNIX'>, Socket<'AF_UNIX'>] {
  const [one, other] = Socket.pair(type)
  return [own(one), own(other)]
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

function find<T extends ReceivedControl['type']>(control: ReceivedControl[], type: T) {
  return control.find((one): one is Extract<ReceivedControl, { type: T }> => one.type === type)
}

describe('sendmsg and recvmsg', () => {
  it('gather and scatter', async () => {
    const [one, other] = pair(SOCK_DGRAM)
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
    const [one, other] = pair(SOCK_SEQPACKET)
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
    [{ type: 1, data: Buffer.alloc(4) }, 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
  ])('refuse %j', async (control, code) => {
    const [one] = pair(SOCK_DGRAM)
    const sent = Reflect.apply(one.sendmsg, one, [{ data: Buffer.alloc(1), control: [control] }])
    await expect(sent).rejects.toMatchObject({ code })
  })
})

describe('messages', () => {
  it('brings each until the end', async () => {
    const [one, other] = pair(SOCK_SEQPACKET)
    await one.send(Buffer.from('a'))
    await one.send(Buffer.from('b'))
    one.close()
    const got: string[] = []
    for await (const { data } of other.messages()) got.push(data.toString())
    expect(got).toEqual(['a', 'b'])
  })
})

describe('ancillary data', () => {
  it('SCM_CREDENTIALS tells who sent', async () => {
    const [one, other] = pair(SOCK_DGRAM)
    other.setsockopt(SOL_SOCKET, SO_PASSCRED, 1)
    await one.send(Buffer.from('x'))
    const { control } = await other.recvmsg(10)
    const me = { type: 'SCM_CREDENTIALS', pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() }
    expect(control).toEqual([me])
  })

  it('IP_PKTINFO, IP_TTL and IP_TOS go both ways', async () => {
    const to = own(new Socket(AF_INET, SOCK_DGRAM).bind({}))
    for (const option of [IP_PKTINFO, IP_RECVTTL, IP_RECVTOS]) to.setsockopt(IPPROTO_IP, option, 1)
    const from = own(new Socket(AF_INET, SOCK_DGRAM).bind({}))
    await from.sendmsg({
      data: Buffer.from('x'),
      address: { address: '127.0.0.7', port: to.getsockname().port },
      control: [
        { type: 'IP_PKTINFO', local: '127.0.0.9' },
        { type: 'IP_TTL', value: 7 },
        { type: 'IP_TOS', value: 0x28 },
      ],
    })
    const { control, address } = await to.recvmsg(10)
    expect(address).toMatchObject({ address: '127.0.0.9' })
    const info = find(control, 'IP_PKTINFO')
    expect(info).toEqual({ type: 'IP_PKTINFO', ifindex: 1, local: '127.0.0.7', destination: '127.0.0.7' })
    expect(control).toContainEqual({ type: 'IP_TTL', value: 7 })
    expect(control).toContainEqual({ type: 'IP_TOS', value: 0x28 })
    if (info && address) await to.sendmsg({ data: Buffer.from('back'), address, control: [info] })
    expect((await from.recvfrom(10)).address).toMatchObject({ address: '127.0.0.7' })
  })

  it.runIf(needs('ipv6'))('IPV6_PKTINFO, IPV6_HOPLIMIT and IPV6_TCLASS go both ways', async () => {
    const to = own(new Socket(AF_INET6, SOCK_DGRAM).bind({ address: '::1' }))
    for (const option of [IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS]) to.setsockopt(IPPROTO_IPV6, option, 1)
    const from = own(new Socket(AF_INET6, SOCK_DGRAM))
    const options = { ecn: 2, local: '::1' }
    await from.sendmsg(
      { data: Buffer.from('x'), address: to.getsockname(), control: [{ type: 'IPV6_HOPLIMIT', value: 9 }] },
      options,
    )
    const { control } = await to.recvmsg(10)
    expect(control).toContainEqual({ type: 'IPV6_PKTINFO', ifindex: 1, destination: '::1' })
    expect(control).toContainEqual({ type: 'IPV6_HOPLIMIT', value: 9 })
    expect(control).toContainEqual({ type: 'IPV6_TCLASS', value: 2 })
  })

  it('SCM_TIMESTAMPNS is the time of arrival, and SO_RXQ_OVFL counts what was dropped', async () => {
    const [one, other] = await udpPair()
    other.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1).setsockopt(SOL_SOCKET, SO_RXQ_OVFL, 1)
    const before = BigInt(Date.now() - 1000) * 1_000_000n
    await one.send(Buffer.from('x'))
    const { control } = await other.recvmsg(10)
    const stamp = control.find(one => one.type === 'SCM_TIMESTAMPNS')
    expect(stamp !== undefined && stamp.value > before).toBe(true)
  })

  it('what has no row is kept by level and number', async () => {
    const [one, other] = pair(SOCK_DGRAM)
    other.setsockopt(SOL_SOCKET, SO_PASSCRED, 1)
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
    const [one, other] = pair(SOCK_STREAM)
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
    const [one, other] = pair(SOCK_DGRAM)
    const before = openDescriptors()
    await one.sendfds([0, 1, 2])
    expect(await other.recvmsg(10)).toMatchObject({ control: [], controlTruncated: true })
    expect(openDescriptors()).toBe(before)
  })

  it('beyond the most that are taken are closed', async () => {
    const [one, other] = pair(SOCK_DGRAM)
    const before = openDescriptors()
    await one.sendfds([0, 1, 2])
    const { fds, controlTruncated } = await other.recvfds(1)
    expect(controlTruncated).toBe(true)
    expect(openDescriptors()).toBe(before + 1)
    for (const fd of fds) posix.close(fd)
  })

  it('come with a message of no bytes too, which is no end', async () => {
    const [one, other] = pair(SOCK_SEQPACKET)
    const before = openDescriptors()
    await one.sendfds([0], Buffer.alloc(0))
    for await (const { control } of other.messages({ rights: true })) {
      for (const fd of find(control, 'SCM_RIGHTS')?.fds ?? []) posix.close(fd)
      break
    }
    expect(openDescriptors()).toBe(before)
    const [stream] = pair(SOCK_STREAM)
    await expect(stream.sendfds([0], Buffer.alloc(0))).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })

  it('are not sent for a Socket that was closed while its message waited', async () => {
    const [one, other] = pair(SOCK_STREAM)
    while (one.trySend(Buffer.alloc(1 << 16)) !== undefined);
    const passed = new Socket(AF_INET, SOCK_DGRAM)
    const sending = one.sendfds([passed])
    passed.close()
    const failed = expect(sending).rejects.toMatchObject({ code: 'EBADF', syscall: 'sendmsg' })
    while (other.tryRecv(1 << 20) !== undefined);
    await failed
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
    for (const fd of find(message.control, 'SCM_RIGHTS')?.fds ?? []) posix.close(fd)
    expect(() => posix.recvmsg(other, into, posix.MSG_DONTWAIT)).toThrow(expect.objectContaining({ code: 'EAGAIN' }))
    posix.close(one)
    posix.close(other)
  })
})
