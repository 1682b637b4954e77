import {
  AF_INET,
  AF_UNIX,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  SocketError,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { own, tcpPair, udpPair, unixPair } from '../support/pairs.js'

describe('recv', () => {
  it('gives what there is, at once or when it comes', async () => {
    const [client, server] = await tcpPair()
    const pending = server.recv(100)
    await client.send(Buffer.from('later'))
    expect((await pending).toString()).toBe('later')
    await client.send(Buffer.from('now'))
    await server.readable()
    expect((await server.recv(100)).toString()).toBe('now')
  })

  it('fills the view that it is given, of any type', async () => {
    const [client, server] = await tcpPair()
    const room = new ArrayBuffer(16)
    await client.send(Buffer.from('abc'))
    expect(await server.recv(new DataView(room, 4, 8))).toBe(3)
    expect(Buffer.from(room).toString('latin1').replaceAll('\0', '.')).toBe('....abc.........')
    await client.send(new Uint16Array([1, 2, 3]))
    const words = new Uint16Array(3)
    expect(await server.recv(words)).toBe(6)
    expect([...words]).toEqual([1, 2, 3])
  })

  it('gives nothing at the end of a stream, again and again', async () => {
    const [client, server] = await tcpPair()
    client.close()
    expect(await server.recv(10)).toHaveLength(0)
    expect(await server.recv(Buffer.alloc(10))).toBe(0)
  })

  it('gives a datagram of no bytes, which is no end', async () => {
    const [one, other] = await udpPair()
    await one.send(Buffer.alloc(0))
    await one.send(Buffer.from('next'))
    expect(await other.recv(10)).toHaveLength(0)
    expect((await other.recv(10)).toString()).toBe('next')
  })

  it('hands out buffers that later receives leave alone', async () => {
    const [one, other] = await udpPair()
    const kept: Buffer[] = []
    for (const size of [1, 100, 40_000, 60_000, 3]) {
      await one.send(Buffer.alloc(size, size & 0xff))
      kept.push(await other.recv(65_535))
    }
    expect(kept.map(data => [data.length, data.every(byte => byte === (data.length & 0xff))])).toEqual(
      [1, 100, 40_000, 60_000, 3].map(size => [size, true]),
    )
  })

  it('serves calls in their order', async () => {
    const [client, server] = await tcpPair()
    const pending = [1, 2, 3, 4].map(size => server.recv(size))
    await client.send(Buffer.from('abbcccdddd'))
    expect((await Promise.all(pending)).map(String)).toEqual(['a', 'bb', 'ccc', 'dddd'])
  })

  it('peeks without taking', async () => {
    const [one, other] = await udpPair()
    await one.send(Buffer.from('look'))
    expect((await other.recv(10, { flags: MSG_PEEK })).toString()).toBe('look')
    expect((await other.recv(10)).toString()).toBe('look')
  })

  it('answers the length of a cut datagram with MSG_TRUNC', async () => {
    const [one, other] = await udpPair()
    await one.send(Buffer.from('longer'))
    expect(await other.recv(Buffer.alloc(3), { flags: MSG_TRUNC })).toBe(6)
  })

  it('fails with EAGAIN with MSG_DONTWAIT', async () => {
    const [, other] = await udpPair()
    await expect(other.recv(1, { flags: MSG_DONTWAIT })).rejects.toMatchObject({ code: 'EAGAIN', syscall: 'recv' })
  })

  it('waits for everything with MSG_WAITALL', async () => {
    const [client, server] = await tcpPair()
    const whole = server.recv(8, { flags: MSG_WAITALL })
    const next = server.recv(Buffer.alloc(3), { flags: MSG_WAITALL })
    for (const part of ['ab', 'cd', 'efg', 'hij', 'k']) await client.send(Buffer.from(part))
    expect((await whole).toString()).toBe('abcdefgh')
    expect(await next).toBe(3)
  })

  it('gives less with MSG_WAITALL at the end of the stream', async () => {
    const [client, server] = await tcpPair()
    const whole = server.recv(8, { flags: MSG_WAITALL })
    await client.send(Buffer.from('abc'))
    client.shutdown(SHUT_WR)
    expect((await whole).toString()).toBe('abc')
    expect(await server.recv(8, { flags: MSG_WAITALL })).toHaveLength(0)
  })

  it('peeks at everything with MSG_WAITALL also where a sendall was cut short by an own shutdown', async () => {
    const [client, server] = await tcpPair()
    const sending = client.sendall(Buffer.alloc(32 << 20))
    await server.readable()
    client.shutdown(SHUT_WR)
    await expect(sending).rejects.toMatchObject({ code: 'EPIPE' })
    const waited = client.recv(1)
    await server.send(Buffer.from('x'))
    await waited
    await server.send(Buffer.from('ab'))
    await client.readable()
    const whole = client.recv(4, { flags: MSG_PEEK | MSG_WAITALL })
    await server.send(Buffer.from('cd'))
    expect(`${await whole}`).toBe('abcd')
  })

  it('tells what a MSG_WAITALL had received when it is cut short', async () => {
    const [client, server] = await tcpPair()
    await client.send(Buffer.from('abc'))
    const late = await server.recv(8, { flags: MSG_WAITALL, timeout: 20 }).catch((error: unknown) => error)
    expect(late).toMatchObject({ code: 'ETIMEDOUT', syscall: undefined, bytesReceived: 3, data: Buffer.from('abc') })
    await client.send(Buffer.from('de'))
    const stop = new AbortController()
    const aborted = server.recv(Buffer.alloc(8), { flags: MSG_WAITALL, signal: stop.signal })
    await client.writable()
    setTimeout(() => stop.abort('enough'), 20)
    const error = await aborted.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SocketError)
    expect(error).toMatchObject({ code: 'ECANCELED', cause: 'enough', bytesReceived: 2 })
  })

  it('settles in the order of the calls, also with MSG_WAITALL', async () => {
    const [client, server] = await tcpPair()
    const settled: string[] = []
    const whole = server.recv(4, { flags: MSG_WAITALL }).then(data => settled.push(data.toString()))
    const next = server.recv(4).then(data => settled.push(data.toString()))
    await client.send(Buffer.from('HEADbody'))
    await Promise.all([whole, next])
    expect(settled).toEqual(['HEAD', 'body'])
  })

  it('hands out no old bytes where TCP throws the new ones away', async () => {
    const [client, server] = await tcpPair()
    await client.send(Buffer.alloc(100, 'secret'))
    await server.recv(100)
    await client.send(Buffer.alloc(100, 'x'))
    const nothing = Buffer.alloc(100)
    expect(await server.recv(100, { flags: MSG_TRUNC })).toEqual(nothing)
  })

  it('gives what there is with MSG_WAITALL and MSG_DONTWAIT', async () => {
    const [client, server] = await tcpPair()
    await client.send(Buffer.from('ab'))
    await server.readable()
    expect((await server.recv(4, { flags: MSG_WAITALL | MSG_DONTWAIT })).toString()).toBe('ab')
  })

  it('peeks at everything with MSG_WAITALL and MSG_PEEK', async () => {
    const [client, server] = await tcpPair()
    const peeked = server.recv(4, { flags: MSG_WAITALL | MSG_PEEK })
    await client.send(Buffer.from('ab'))
    await client.send(Buffer.from('cd'))
    expect((await peeked).toString()).toBe('abcd')
    expect((await server.recv(10)).toString()).toBe('abcd')
  })
})

describe('recvfrom', () => {
  it('tells the sender and whether the datagram was cut', async () => {
    const [one, other] = await udpPair()
    await one.send(Buffer.from('longer'))
    await one.send(Buffer.from('fits'))
    const address = one.getsockname()
    expect(await other.recvfrom(4)).toEqual({ data: Buffer.from('long'), address, truncated: true })
    expect(await other.recvfrom(Buffer.alloc(4))).toEqual({ length: 4, address, truncated: false })
  })

  it('gives the address of the peer on a stream', async () => {
    const [client, server] = await tcpPair()
    await client.send(Buffer.from('x'))
    expect(await server.recvfrom(10)).toEqual({
      data: Buffer.from('x'),
      address: client.getsockname(),
      truncated: false,
    })
  })

  it('gives an unnamed AF_UNIX sender the path ""', async () => {
    const to = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' }))
    await own(new Socket(AF_UNIX, SOCK_DGRAM)).sendto(Buffer.from('x'), to.getsockname())
    expect((await to.recvfrom(10)).address).toEqual({ family: AF_UNIX, path: '' })
  })
})

describe('the try forms', () => {
  it('answer undefined when the call would block', async () => {
    const [, server] = await tcpPair()
    const [full, other] = Socket.pair(SOCK_STREAM)
    for (const socket of [full, other]) own(socket)
    const datagram = own(new Socket(AF_INET, SOCK_DGRAM).bind({}))
    expect([server.tryRecv(1), server.tryRecv(Buffer.alloc(1)), datagram.tryRecvfrom(1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    while (full.trySend(Buffer.alloc(1 << 20)) !== undefined);
    expect(full.trySend(Buffer.alloc(1))).toBeUndefined()
  })

  it('do not overtake those who wait', async () => {
    const [client, server] = await tcpPair()
    const first = server.recv(1)
    await client.send(Buffer.from('ab'))
    expect(server.tryRecv(1)).toBeUndefined()
    expect((await first).toString()).toBe('a')
    expect(server.tryRecv(1)?.toString()).toBe('b')
  })

  it('throw errors', async () => {
    const socket = own(new Socket(AF_INET, SOCK_STREAM))
    expect(() => socket.tryAccept()).toThrow(expect.objectContaining({ code: 'EINVAL', syscall: 'accept' }))
    expect(() => socket.tryRecv(-1)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
  })
})

describe('a send behind one that found no room', () => {
  const kinds = [SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM] as const
  it.each(kinds)('finds what there is by now, though the kernel tells of it only when much is free: %s', async kind => {
    const [one, other] = unixPair(kind)
    const data = Buffer.alloc(100)
    while (one.trySend(data) !== undefined);
    for (let i = 0; i < 3; i++) other.tryRecv(100)
    expect(posix.poll([{ fd: one.fd, events: posix.POLLOUT }], 0)).toBe(0)
    expect(await one.send(data, { timeout: 10_000 })).toBe(100)
  })
})

describe('readable and writable', () => {
  it('tell what would not block, and take nothing', async () => {
    const [client, server] = await tcpPair()
    await client.writable()
    const readable = server.readable()
    await client.send(Buffer.from('x'))
    await readable
    await server.readable()
    expect(server.tryRecv(10)?.toString()).toBe('x')
    while (client.trySend(Buffer.alloc(1 << 20)) !== undefined);
    await expect(client.writable({ timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    const writable = client.writable()
    while (server.tryRecv(1 << 20) !== undefined);
    await writable
  })
})

describe('signal and timeout', () => {
  it('reject with the reason, and leave the socket usable', async () => {
    const [client, server] = await tcpPair()
    const reason = new Error('changed my mind')
    await expect(server.recv(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const stop = new AbortController()
    const pending = server.recv(1, { signal: stop.signal })
    stop.abort(reason)
    await expect(pending).rejects.toBe(reason)
    await expect(server.recv(1, { timeout: 10 })).rejects.toMatchObject({ code: 'ETIMEDOUT', syscall: undefined })
    await client.send(Buffer.from('x'))
    expect((await server.recv(1)).toString()).toBe('x')
  })

  it('take what is there at once with a timeout of 0, and nothing else', async () => {
    const [client, server] = await tcpPair()
    await expect(server.recv(1, { timeout: 0 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await client.send(Buffer.from('ab'))
    await server.readable()
    expect((await server.recv(1, { timeout: 0 })).toString()).toBe('a')
    expect((await server.recv(1, { timeout: 0 })).toString()).toBe('b')
    const waiting = server.recv(1)
    await expect(server.recv(1, { timeout: 0 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await client.send(Buffer.from('c'))
    expect((await waiting).toString()).toBe('c')
  })

  it('let those behind a cancelled operation go on', async () => {
    const [client, server] = await tcpPair()
    const stop = new AbortController()
    const first = server.recv(8, { flags: MSG_WAITALL | MSG_PEEK, signal: stop.signal })
    const second = server.recv(8)
    await client.send(Buffer.from('abc'))
    setTimeout(() => stop.abort(), 20)
    await expect(first).rejects.toThrow()
    expect((await second).toString()).toBe('abc')
  })
})

describe('a socket whose open file lost O_NONBLOCK to another holder', () => {
  it('still blocks nobody', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    posix.fcntl(own(one).fd, posix.F_SETFL, 0)
    posix.fcntl(own(other).fd, posix.F_SETFL, 0)
    expect(other.tryRecv(1)).toBeUndefined()
    await expect(other.recv(1, { timeout: 10 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await expect(one.sendall(Buffer.alloc(8 << 20), { timeout: 10 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })
})

describe('an attempt that found not what it wanted', () => {
  it('does not keep others from what is there: MSG_ERRQUEUE', async () => {
    const [one, other] = await udpPair()
    const first = other.recv(10)
    await one.send(Buffer.from('one'))
    await first
    await one.send(Buffer.from('two'))
    await other.readable()
    expect(other.tryRecv(10, { flags: MSG_ERRQUEUE })).toBeUndefined()
    expect((await other.recv(10, { timeout: 10_000 })).toString()).toBe('two')
  })

  it('does not keep others from what is there: MSG_PEEK and MSG_WAITALL', async () => {
    const [client, server] = await tcpPair()
    const first = server.recv(1)
    await client.send(Buffer.from('a'))
    await first
    await client.send(Buffer.from('bcd'))
    await server.readable()
    const whole = server.recv(100, { flags: MSG_PEEK | MSG_WAITALL, timeout: 0 })
    await expect(whole).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect((await server.recv(10, { timeout: 10_000 })).toString()).toBe('bcd')
  })
})
