// Values of options that are no plain numbers: what they mean, and what is refused.
import {
  ICMP_FILTER,
  IP_ADD_MEMBERSHIP,
  IP_ADD_SOURCE_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MSFILTER,
  IP_MULTICAST_IF,
  IP_TOS,
  IP_TTL,
  IPV6_ADD_MEMBERSHIP,
  IPV6_PKTINFO,
  MCAST_JOIN_GROUP,
  MCAST_LEAVE_GROUP,
  MCAST_MSFILTER,
  PACKET_HDRLEN,
  SO_ATTACH_FILTER,
  SO_ATTACH_REUSEPORT_CBPF,
  SO_BINDTODEVICE,
  SO_DETACH_FILTER,
  SO_INQ,
  SO_MAX_PACING_RATE,
  SO_PEERCRED,
  SO_PEERGROUPS,
  SO_PEERNAME,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  Socket,
  TCP_INFO,
} from 'bsd-sockets'
import { getsockopt, setsockopt } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { failure } from './support/failure.js'
import { needs } from './support/needs.js'

const BPF_RET = 0x06
const group = '239.1.2.3'
const udp = (): Socket<'AF_INET'> => new Socket('AF_INET', 'SOCK_DGRAM').bind({ address: '127.0.0.1' })

describe('a membership', () => {
  it('names the interface, its index, or an address of its', () => {
    for (const device of ['lo', 1, '127.0.0.1']) {
      using socket = udp()
      socket.setsockopt(IP_ADD_MEMBERSHIP, { group, interface: device })
      expect(() => socket.setsockopt(IP_ADD_MEMBERSHIP, { group, interface: 'lo' })).toThrow(failure('EADDRINUSE'))
      socket.setsockopt(IP_DROP_MEMBERSHIP, { group, interface: device })
    }
  })

  it('is refused where it names no group and no interface', () => {
    using socket = udp()
    const join = (value: unknown) => () => Reflect.apply(socket.setsockopt, socket, [IP_ADD_MEMBERSHIP, value])
    expect(join('239.1.2.3')).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    expect(join({})).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    expect(join({ group: 'example.org' })).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    expect(join({ group, interface: {} })).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    expect(join({ group, interface: 'nosuch0' })).toThrow(failure('ENODEV'))
  })

  it('has its sources read back by the query that names it', () => {
    using socket = udp()
    const source = '127.0.0.9'
    socket.setsockopt(IP_ADD_SOURCE_MEMBERSHIP, { group, source, interface: 'lo' })
    const filter = socket.getsockopt(IP_MSFILTER, { group, interface: 'lo' })
    expect(filter).toEqual({ group, interface: '127.0.0.1', mode: 'MCAST_INCLUDE', sources: [source] })
    const sources = ['127.0.0.7', '127.0.0.8']
    socket.setsockopt(IP_MSFILTER, { group, interface: 'lo', mode: 'MCAST_EXCLUDE', sources })
    const { mode, sources: now } = getsockopt(socket.fd, MCAST_MSFILTER, { group, interface: 1 })
    expect({ mode, sources: [...now].sort() }).toEqual({ mode: 'MCAST_EXCLUDE', sources })
    expect(() => Reflect.apply(socket.getsockopt, socket, [IP_MSFILTER])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })

  it.runIf(needs('ipv6'))('is of either family with MCAST_JOIN_GROUP', () => {
    using socket = new Socket('AF_INET6', 'SOCK_DGRAM')
    socket.setsockopt(MCAST_JOIN_GROUP, { group: 'ff02::123', interface: 'lo' })
    expect(() => socket.setsockopt(IPV6_ADD_MEMBERSHIP, { group: 'ff02::123', interface: 1 })).toThrow(
      failure('EADDRINUSE'),
    )
    setsockopt(socket.fd, MCAST_LEAVE_GROUP, { group: 'ff02::123', interface: 'lo' })
  })

  it('has its interface to send by set by address, name or index', () => {
    using socket = udp()
    expect(socket.setsockopt(IP_MULTICAST_IF, '127.0.0.1').getsockopt(IP_MULTICAST_IF)).toBe('127.0.0.1')
    expect(socket.setsockopt(IP_MULTICAST_IF, 1).getsockopt(IP_MULTICAST_IF)).toBe('0.0.0.0')
    expect(socket.setsockopt(IP_MULTICAST_IF, 'lo').getsockopt(IP_MULTICAST_IF)).toBe('0.0.0.0')
  })
})

describe('a BPF program', () => {
  it('filters what is received, until it is detached', async () => {
    using receiver = udp()
    using sender = udp()
    const to = receiver.getsockname()
    receiver.setsockopt(SO_ATTACH_FILTER, [{ code: BPF_RET, jt: 0, jf: 0, k: 0 }])
    await sender.sendto(Buffer.from('dropped'), to)
    receiver.setsockopt(SO_DETACH_FILTER, true)
    await sender.sendto(Buffer.from('kept'), to)
    expect((await receiver.recv(100)).toString()).toBe('kept')
  })

  it('chooses the socket of a group', async () => {
    using first = new Socket('AF_INET', 'SOCK_DGRAM').setsockopt(SO_REUSEPORT, true).bind({ address: '127.0.0.1' })
    using second = new Socket('AF_INET', 'SOCK_DGRAM').setsockopt(SO_REUSEPORT, true).bind(first.getsockname())
    first.setsockopt(SO_ATTACH_REUSEPORT_CBPF, [{ code: BPF_RET, jt: 0, jf: 0, k: 1 }])
    for (let i = 0; i < 8; i++) {
      using sender = udp()
      await sender.sendto(Buffer.of(i), first.getsockname())
    }
    expect(first.tryRecv(9)).toBeUndefined()
    for (let i = 0; i < 8; i++) expect(second.tryRecv(9)).toEqual(Buffer.of(i))
  })

  it('is refused where it is none', () => {
    using socket = udp()
    const attach = (value: unknown) => () => Reflect.apply(socket.setsockopt, socket, [SO_ATTACH_FILTER, value])
    expect(attach(undefined)).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    expect(attach([1])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    expect(attach([{ code: 0x10000, jt: 0, jf: 0, k: 0 }])).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(attach([])).toThrow(failure('EINVAL'))
    expect(() => Reflect.apply(socket.setsockopt, socket, [SO_DETACH_FILTER, false])).toThrow(
      failure('ERR_INVALID_ARG_TYPE'),
    )
  })
})

describe('an option with an object for its value', () => {
  it('SO_PEERCRED, SO_PEERGROUPS and SO_PEERNAME tell who is at the other end', async () => {
    const [one, other] = Socket.pair('SOCK_STREAM')
    using _one = one
    using _other = other
    expect(one.getsockopt(SO_PEERCRED)).toEqual({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() })
    expect(one.getsockopt(SO_PEERGROUPS)).toEqual(expect.any(Array))
    using listener = new Socket('AF_INET', 'SOCK_STREAM').bind({ address: '127.0.0.1' }).listen()
    using client = new Socket('AF_INET', 'SOCK_STREAM')
    await client.connect(listener.getsockname())
    expect(client.getsockopt(SO_PEERNAME)).toEqual(listener.getsockname())
    const { state, rtt, sndMss } = client.getsockopt(TCP_INFO)
    expect(state).toBe('TCP_ESTABLISHED')
    expect(rtt).toBeGreaterThan(0)
    expect(sndMss).toBeGreaterThan(500)
    expect(listener.getsockopt(TCP_INFO).state).toBe('TCP_LISTEN')
  })

  it.runIf(needs('CAP_NET_RAW'))('ICMP_FILTER lets types through, PACKET_HDRLEN takes a version', () => {
    using raw = new Socket('AF_INET', 'SOCK_RAW', 1)
    expect(raw.setsockopt(ICMP_FILTER, [0, 3]).getsockopt(ICMP_FILTER)).toEqual([0, 3])
    expect(() => raw.setsockopt(ICMP_FILTER, [32])).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    using packet = new Socket('AF_PACKET', 'SOCK_RAW', 0)
    expect(packet.getsockopt(PACKET_HDRLEN, 'TPACKET_V2')).toBe(32)
    expect(packet.getsockopt(PACKET_HDRLEN, 'TPACKET_V3')).toBe(48)
  })
})

describe('an option that has an effect', () => {
  it('SO_RCVTIMEO is milliseconds, rounded up to a tick of the kernel; SO_MAX_PACING_RATE a bigint', () => {
    using socket = udp()
    const rounded = socket.setsockopt(SO_RCVTIMEO, 1250).getsockopt(SO_RCVTIMEO)
    expect(rounded).toBeGreaterThanOrEqual(1250)
    expect(rounded).toBeLessThan(1250 + 10) // 100 ticks a second are the fewest
    expect(socket.setsockopt(SO_RCVTIMEO, 2000).getsockopt(SO_RCVTIMEO)).toBe(2000)
    expect(() => socket.setsockopt(SO_RCVTIMEO, -1)).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(() => Reflect.apply(socket.setsockopt, socket, [SO_MAX_PACING_RATE, 1])).toThrow(
      failure('ERR_INVALID_ARG_TYPE'),
    )
    expect(() => socket.setsockopt(SO_MAX_PACING_RATE, -1n)).toThrow(failure('ERR_OUT_OF_RANGE'))
  })

  it.runIf(needs('linux') && needs('ipv6'))('IPV6_PKTINFO and SO_INQ are set, and cannot be read on Linux', () => {
    using udp6 = new Socket('AF_INET6', 'SOCK_DGRAM').setsockopt(IPV6_PKTINFO, { address: '::1', interface: 'lo' })
    expect(() => udp6.getsockopt(IPV6_PKTINFO)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    expect(() => Reflect.apply(udp6.getsockopt, udp6, [SO_INQ])).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })

  it.runIf(needs('CAP_NET_RAW'))(
    'SO_BINDTODEVICE names a device, and IP_TOS and IP_TTL stand in the header that a raw socket receives',
    async () => {
      using raw = new Socket('AF_INET', 'SOCK_RAW', 17).bind({ address: '127.0.0.77' })
      using sender = udp()
      sender.setsockopt(IP_TOS, 0x10).setsockopt(IP_TTL, 9).setsockopt(SO_BINDTODEVICE, 'lo')
      expect(sender.getsockopt(SO_BINDTODEVICE)).toBe('lo')
      await sender.sendto(Buffer.from('x'), { address: '127.0.0.77', port: 9 })
      const { port } = sender.getsockname()
      let header = await raw.recv(100)
      while (header.readUInt16BE(20) !== port) header = await raw.recv(100)
      expect([header[1], header[8]]).toEqual([0x10, 9])
      expect(() => sender.setsockopt(SO_BINDTODEVICE, 'nosuch0')).toThrow(failure('ENODEV'))
      expect(() => sender.setsockopt(SO_BINDTODEVICE, 'a\0b')).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    },
  )
})
