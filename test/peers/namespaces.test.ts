import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'

const four = { family: 'AF_INET', left: '192.0.2.1', right: '192.0.2.2' } as const
const six = { family: 'AF_INET6', left: '2001:db8::1', right: '2001:db8::2' } as const
const zoned = { family: 'AF_INET6', left: 'fe80::1%cable', right: 'fe80::2%cable' } as const
type Net = { family: 'AF_INET' | 'AF_INET6'; left: string; right: string }

describe.runIf(canMakeNamespaces)('between two hosts', () => {
  let left: Host
  let right: Host
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
  })
  afterAll(deleteHosts)

  it.each<Net>([four, six, zoned])('TCP carries a megabyte there and back: $right', async net => {
    const port = await right.run(({ Socket }, { family, right }) => {
      const listener = new Socket(family, 'SOCK_STREAM').bind({ address: right }).listen()
      const serve = async () => {
        const { socket } = await listener.accept()
        for await (const chunk of socket.chunks()) await socket.sendall(chunk)
        socket.close()
        listener.close()
      }
      serve()
      return listener.getsockname().port
    }, net)
    const carried = await left.run(
      async ({ Socket, SHUT_WR }, { family, right, left }, port) => {
        const socket = new Socket(family, 'SOCK_STREAM').bind({ address: left })
        await socket.connect({ address: right, port }, { timeout: 5000 })
        const sent = Buffer.alloc(1_000_000, 'there and back ')
        const sending = socket.sendall(sent).then(() => socket.shutdown(SHUT_WR))
        const parts: Buffer[] = []
        for await (const chunk of socket.chunks({ timeout: 10_000 })) parts.push(chunk)
        await sending
        socket.close()
        return Buffer.concat(parts).equals(sent)
      },
      net,
      port,
    )
    expect(carried).toBe(true)
  })

  it.each<Net>([four, six, zoned])('UDP goes both ways, in fragments where it is long: $right', async net => {
    const port = await right.run(({ Socket, kept }, { family, right }) => {
      const socket = new Socket(family, 'SOCK_DGRAM').bind({ address: right })
      kept.set('udp', socket)
      return socket.getsockname().port
    }, net)
    const answer = left.run(
      async ({ Socket }, { family, right, left }, port) => {
        const socket = new Socket(family, 'SOCK_DGRAM').bind({ address: left })
        await socket.sendto(Buffer.alloc(9000, 'long'), { address: right, port })
        const { data, address } = await socket.recvfrom(65_535, { timeout: 5000 })
        socket.close()
        return { length: data.length, from: address.address }
      },
      net,
      port,
    )
    const question = await right.run(async ({ kept, SocketError }) => {
      const socket = kept.get('udp')
      if (!socket) throw SocketError.fromErrno(-9)
      const { data, address } = await socket.recvfrom(65_535, { timeout: 5000 })
      await socket.sendto(Buffer.concat([data, data]), address)
      socket.close()
      return { length: data.length, from: 'address' in address ? address.address : '' }
    })
    expect(question).toEqual({ length: 9000, from: net.left.replace('%cable', '') })
    expect(await answer).toEqual({ length: 18_000, from: net.right.replace('%cable', '') })
  })

  it('tells the interface of a link-local peer, and wants to know it', async () => {
    const seen = await left.run(async ({ Socket, if_nametoindex, SocketError }) => {
      const socket = new Socket('AF_INET6', 'SOCK_DGRAM')
      await socket.connect({ address: 'fe80::2%cable', port: 9 })
      const peer = socket.getpeername()
      const without = await new Socket('AF_INET6', 'SOCK_DGRAM')
        .connect({ address: 'fe80::2', port: 9 })
        .catch((error: unknown) => (error instanceof SocketError ? error.message : error))
      return { peer, without, index: if_nametoindex('cable') }
    })
    expect(seen).toEqual({
      peer: { family: 'AF_INET6', address: 'fe80::2', port: 9, flowinfo: 0, scopeId: seen.index },
      without: 'connect EINVAL [fe80::2]:9',
      index: seen.index,
    })
  })

  it('an ICMP echo of a raw socket is seen by the other raw socket, and answered by its kernel', async () => {
    await right.run(({ Socket, IPPROTO_ICMP, kept }) => {
      kept.set('icmp', new Socket('AF_INET', 'SOCK_RAW', IPPROTO_ICMP))
    })
    const answer = await left.run(async ({ Socket, IPPROTO_ICMP, IP_TTL }) => {
      const socket = new Socket('AF_INET', 'SOCK_RAW', IPPROTO_ICMP).setsockopt(IP_TTL, 7)
      await socket.sendto(Buffer.from([8, 0, 0xf3, 0xfd, 4, 1, 0, 1]), { address: '192.0.2.2', port: 0 })
      const { data, address } = await socket.recvfrom(1500, { timeout: 5000 })
      socket.close()
      return { from: address, ttl: data[8], icmp: data.subarray(20).toString('hex') }
    })
    expect(answer).toEqual({
      from: { family: 'AF_INET', address: '192.0.2.2', port: 0 },
      ttl: 64,
      icmp: '0000fbfd04010001',
    })
    const seen = await right.run(async ({ kept }) => {
      const got = await kept.get('icmp')?.recvfrom(1500, { timeout: 5000 })
      return { from: got?.address, ttl: got?.data[8], icmp: got?.data.subarray(20).toString('hex') }
    })
    expect(seen).toEqual({
      from: { family: 'AF_INET', address: '192.0.2.1', port: 0 },
      ttl: 7,
      icmp: '0800f3fd04010001',
    })
  })

  it.each<Net>([four, six])('a closed port refuses TCP, and a connected UDP socket: $right', async net => {
    const refusals = await left.run(async ({ Socket, SocketError }, { family, right }) => {
      const told = (error: unknown) => (error instanceof SocketError ? error.message : String(error))
      const tcp = await new Socket(family, 'SOCK_STREAM').connect({ address: right, port: 9 }).catch(told)
      const socket = new Socket(family, 'SOCK_DGRAM')
      await socket.connect({ address: right, port: 9 })
      await socket.send(Buffer.from('anybody?'))
      return { tcp, udp: await socket.recv(100, { timeout: 5000 }).catch(told) }
    }, net)
    const place = net.family === 'AF_INET6' ? `[${net.right}]:9` : `${net.right}:9`
    expect(refusals).toEqual({ tcp: `connect ECONNREFUSED ${place}`, udp: 'recv ECONNREFUSED' })
  })

  it('a broadcast reaches the other host, once SO_BROADCAST is set', async () => {
    const port = await right.run(({ Socket, kept }) => {
      const socket = new Socket('AF_INET', 'SOCK_DGRAM').bind({})
      kept.set('broadcast', socket)
      return socket.getsockname().port
    })
    const refused = await left.run(async ({ Socket, SO_BROADCAST }, port) => {
      const socket = new Socket('AF_INET', 'SOCK_DGRAM')
      const to = { address: '192.0.2.255', port }
      const refused = await socket.sendto(Buffer.from('all'), to).catch((error: unknown) => String(error))
      await socket.setsockopt(SO_BROADCAST, true).sendto(Buffer.from('all'), to)
      return refused
    }, port)
    expect(refused).toMatch(/sendto EACCES 192\.0\.2\.255:\d+: .*setsockopt\(SO_BROADCAST, true\)/)
    const data = await right.run(async ({ kept }) => `${await kept.get('broadcast')?.recv(100, { timeout: 5000 })}`)
    expect(data).toBe('all')
  })

  it('a frame that we wrote arrives at a packet socket with the addresses of both cards', async () => {
    const [from, to] = await Promise.all(
      [left, right].map(host =>
        host.ip('-o', 'link', 'show', 'cable').then(text => /ether (\S+)/.exec(text)?.[1] ?? ''),
      ),
    )
    await right.run(({ Socket, kept, if_nametoindex }) => {
      const socket = new Socket('AF_PACKET', 'SOCK_DGRAM', 0x88b5) // for experiments
      kept.set('packet', socket.bind({ ifindex: if_nametoindex('cable') }))
    })
    await left.run(
      async ({ Socket, if_nametoindex }, from, to) => {
        const mac = (text = '') => Buffer.from(text.replaceAll(':', ''), 'hex')
        const frame = Buffer.concat([mac(to), mac(from), Buffer.from([0x88, 0xb5]), Buffer.alloc(46, 'frame')])
        await new Socket('AF_PACKET', 'SOCK_RAW').sendto(frame, { ifindex: if_nametoindex('cable') })
      },
      from,
      to,
    )
    const got = await right.run(async ({ kept }) => {
      const got = await kept.get('packet')?.recvfrom(100, { timeout: 5000 })
      return { address: got?.address, text: got?.data.toString() }
    })
    expect(got).toMatchObject({
      address: { family: 'AF_PACKET', protocol: 0x88b5, address: from },
      text: Buffer.alloc(46, 'frame').toString(),
    })
  })

  it.runIf(needs('program', 'socat'))('frames go to and from INTERFACE of socat', async () => {
    const peer = right.program('socat', '-d', '-d', '-d', '-d', '-', 'INTERFACE:cable')
    await peer.line(/ bind\(\) -> 0\n/)
    await left.run(async ({ Socket, if_nametoindex, kept }) => {
      const ifindex = if_nametoindex('cable')
      const socket = new Socket('AF_PACKET', 'SOCK_DGRAM').bind({ ifindex, protocol: 0x88b6 })
      kept.set('frames', socket)
      const to = { ifindex, protocol: 0x88b6, address: 'ff:ff:ff:ff:ff:ff' }
      await socket.sendto(Buffer.from('for everybody on the cable, in one frame of sixty bytes'), to)
    })
    await peer.line(/for everybody on the cable/)
    peer.write(Buffer.concat([Buffer.alloc(12, 0xff), Buffer.from([0x88, 0xb6]), Buffer.alloc(46, 'back ')]))
    const got = await left.run(async ({ kept }) => `${await kept.get('frames')?.recv(100, { timeout: 5000 })}`)
    expect(got).toBe(Buffer.alloc(46, 'back ').toString())
    await peer.kill()
  })
})
