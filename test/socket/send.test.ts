import {
  AF_INET,
  AF_UNIX,
  MSG_DONTWAIT,
  MSG_WAITALL,
  SHUT_WR,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  SocketError,
} from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { own, tcpPair } from '../support/pairs.js'

describe('sendall', () => {
  it('sends more than the buffers hold, in order, whole calls one after another', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    own(one).setsockopt(SO_SNDBUF, 8192)
    own(other)
    const parts = Array.from({ length: 8 }, (_, i) => Buffer.alloc(300_000, i))
    const sent = Promise.all(parts.map(part => one.sendall([part.subarray(0, 7), part.subarray(7)])))
    const got = await other.recv(8 * 300_000, { flags: MSG_WAITALL })
    await sent
    expect(got.equals(Buffer.concat(parts))).toBe(true)
  })

  it('takes more views than one system call does, and empty ones', async () => {
    const [client, server] = await tcpPair()
    const views = Array.from({ length: 5000 }, (_, i) => Buffer.alloc(i % 3, i))
    const whole = Buffer.concat(views)
    await client.sendall(views)
    expect((await server.recv(whole.length, { flags: MSG_WAITALL })).equals(whole)).toBe(true)
    await client.sendall([])
    await client.sendall(Buffer.alloc(0))
  })

  it('tells how much it had sent when it is cut short', async () => {
    const [client, server] = await tcpPair()
    const stop = new AbortController()
    const sending = client.sendall(Buffer.alloc(64 << 20), { signal: stop.signal })
    await server.readable()
    setTimeout(() => stop.abort(new Error('enough')), 20)
    const error = await sending.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ECANCELED', cause: expect.objectContaining({ message: 'enough' }) })
    const { bytesSent } = error instanceof SocketError ? error : {}
    client.shutdown(SHUT_WR)
    let received = 0
    for await (const chunk of server.chunks()) received += chunk.length
    expect(received).toBe(bytesSent)
  })

  it('tells how much it had sent where MSG_DONTWAIT keeps it from waiting for room', async () => {
    const [client] = await tcpPair()
    const sending = client.sendall(Buffer.alloc(32 << 20), { flags: MSG_DONTWAIT })
    await expect(sending).rejects.toMatchObject({ code: 'EAGAIN', bytesSent: expect.any(Number) })
  })

  it('sends its views as one message where there are messages', async () => {
    const [one, other] = Socket.pair(SOCK_SEQPACKET)
    own(one)
    own(other)
    await one.sendall([Buffer.from('one '), Buffer.from('message')])
    expect((await other.recv(100)).toString()).toBe('one message')
  })

  it('keeps a send behind it from getting between its bytes', async () => {
    const [client, server] = await tcpPair()
    const size = 8 << 20
    const all = client.sendall(Buffer.alloc(size, 'a'))
    expect(client.trySend(Buffer.from('b'))).toBeUndefined()
    const after = client.send(Buffer.from('b'))
    const got = await server.recv(size + 1, { flags: MSG_WAITALL })
    await Promise.all([all, after])
    expect(got.indexOf('b')).toBe(size)
  })
})

describe('sendto', () => {
  it('sends each datagram to its address', async () => {
    const from = own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
    const to = [0, 1].map(() => own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })))
    for (const [i, socket] of to.entries()) await from.sendto(Buffer.from(`to ${i}`), socket.getsockname())
    expect(await Promise.all(to.map(async socket => (await socket.recv(10)).toString()))).toEqual(['to 0', 'to 1'])
  })

  it('names the destination in its error', async () => {
    const socket = own(new Socket(AF_UNIX, SOCK_DGRAM))
    await expect(socket.sendto(Buffer.from('x'), { path: '\0nobody here' })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'sendto',
      path: '\0nobody here',
      message: 'sendto ECONNREFUSED @nobody here',
    })
  })
})
