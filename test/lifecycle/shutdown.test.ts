// What a Socket's own shutdown means to who waits on it, and to who comes later: what C's blocking calls get.

import { once } from 'node:events'
import {
  AF_INET,
  AF_UNIX,
  MessageBatch,
  MSG_DONTWAIT,
  MSG_OOB,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  type SocketType,
} from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { own, tcpPair, udpPair, unixPair } from '../support/pairs.js'
import { fill } from './pending.js'

const byte = Buffer.from('x')
const late = { timeout: 5000 }

function oneMessage(): MessageBatch<'AF_UNIX'> {
  const batch = new MessageBatch({ domain: AF_UNIX, count: 1, size: 1 })
  batch.push(byte)
  return batch
}

type Wait = { timeout: number }
const sends: Record<string, (socket: Socket, wait: Wait) => Promise<unknown>> = {
  send: (socket, wait) => socket.send(byte, wait),
  sendmsg: (socket, wait) => socket.sendmsg({ data: byte }, wait),
  sendall: (socket, wait) => socket.sendall(byte, wait),
  'sendall of several views': (socket, wait) => socket.sendall([byte, byte], wait),
  sendmmsg: (socket, wait) => socket.sendmmsg(oneMessage(), wait),
}
const types: readonly SocketType[] = [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]
const sendCases = types.flatMap(type =>
  Object.entries(sends)
    .filter(([name]) => type !== SOCK_STREAM || name !== 'sendmmsg')
    .map(([name, send]) => [name, type, send] as const),
)

describe('shutdown for writing, on AF_UNIX, whose kernel raises no event', () => {
  it.each(sendCases)('fails a %s that waits with EPIPE: %s', async (_name, type, send) => {
    const [socket] = unixPair(type)
    fill(socket)
    const waiting = [send(socket, late), send(socket, late)]
    socket.shutdown(SHUT_WR)
    for (const one of await Promise.allSettled(waiting))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'EPIPE' } })
    expect(() => socket.trySend(byte)).toThrow('EPIPE')
  })

  it.each(types)('ends a writable that waits: %s', async type => {
    const [socket] = unixPair(type)
    fill(socket)
    const waiting = socket.writable(late)
    socket.shutdown(SHUT_WR)
    await waiting
    await socket.writable(late)
  })

  it('leaves receiving to wait', async () => {
    const [socket, peer] = await tcpPair()
    const receiving = socket.recv(1, late)
    socket.shutdown(SHUT_WR)
    await peer.send(byte)
    expect(await receiving).toEqual(byte)
  })
})

const nothing = Buffer.alloc(0)
const empty = expect.objectContaining({ data: nothing })
const ended = { done: true, value: undefined }
const receives: Record<string, [(socket: Socket, wait: Wait) => Promise<unknown>, unknown]> = {
  recv: [(socket, wait) => socket.recv(5, wait), nothing],
  'recv into a view': [(socket, wait) => socket.recv(Buffer.alloc(5), wait), 0],
  recvfrom: [(socket, wait) => socket.recvfrom(5, wait), empty],
  recvmsg: [(socket, wait) => socket.recvmsg(5, wait), empty],
  recvmmsg: [(socket, wait) => socket.recvmmsg(new MessageBatch({ count: 2, size: 5 }), wait), 0],
  recvfds: [(socket, wait) => socket.recvfds(1, wait), { fds: [], data: nothing, controlTruncated: false }],
  readable: [(socket, wait) => socket.readable(wait), undefined],
  'datagrams()': [(socket, wait) => socket.datagrams(wait).next(), ended],
  'messages()': [(socket, wait) => socket.messages(wait).next(), ended],
  'chunks()': [(socket, wait) => socket.chunks(wait).next(), ended],
}
const datagramSockets: Record<string, () => Promise<[Socket, Socket]>> = {
  UDP: udpPair,
  'AF_UNIX datagrams': async () => unixPair(SOCK_DGRAM),
}
const receiveCases = Object.entries(datagramSockets).flatMap(([kind, pair]) =>
  Object.entries(receives).map(([name, [receive, wanted]]) => [name, kind, pair, receive, wanted] as const),
)

describe('the end of datagrams that came from nobody', () => {
  const nobodies = {
    AF_INET: { address: '0.0.0.0', port: 0 },
    AF_INET6: { address: '::', port: 0, flowinfo: 0, scopeId: 0 },
    AF_UNIX: { path: '' },
  } as const
  it.each(['AF_INET', 'AF_INET6', 'AF_UNIX'] as const)('has an address of %s all the same', async domain => {
    const socket: Socket = own(new Socket(domain, SOCK_DGRAM))
    const receiving = [socket.recvfrom(10, late), socket.recvfrom(byte, late)]
    try {
      socket.shutdown(SHUT_RD)
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOTCONN' }) // and is done on the internet
    }
    for (const { address } of await Promise.all(receiving))
      expect(address).toEqual({ family: domain, ...nobodies[domain] })
  })
})

describe('the end of datagrams whose association was dissolved', () => {
  it('comes from nobody', async () => {
    const socket = own(new Socket(AF_INET, SOCK_DGRAM))
    await socket.connect({ address: '127.0.0.1', port: 9 })
    await socket.connect({ family: 'AF_UNSPEC' })
    const receiving = socket.recvfrom(10, late)
    expect(() => socket.shutdown(SHUT_RD)).toThrow(expect.objectContaining({ code: 'ENOTCONN' }))
    expect((await receiving).address).toEqual({ family: 'AF_INET', address: '0.0.0.0', port: 0 })
  })
})

describe('shutdown for reading, of a listener', () => {
  const listeners: Record<string, () => Socket> = {
    TCP: () => own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()),
    AF_UNIX: () => own(new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()),
  }
  const accepts: Record<string, (listening: Socket) => Promise<unknown>> = {
    accept: listening => listening.accept(late),
    'connections()': listening => listening.connections(late)[Symbol.asyncIterator]().next(),
  }
  const cases = Object.keys(listeners).flatMap(kind => Object.keys(accepts).map(name => [name, kind] as const))

  it.each(cases)('fails an %s that waits with EINVAL: %s', async (name, kind) => {
    const [listening, accept] = [listeners[kind]?.(), accepts[name]]
    if (listening === undefined || accept === undefined) throw new Error(kind)
    const waiting = accept(listening)
    await new Promise(setImmediate)
    listening.shutdown(SHUT_RD)
    await expect(waiting).rejects.toMatchObject({ code: 'EINVAL', syscall: 'accept' })
    await expect(accept(listening)).rejects.toMatchObject({ code: 'EINVAL' })
  })
})

describe('a shutdown that TCP undoes', () => {
  it('by listening again: accept waits', async () => {
    const listening = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen())
    listening.shutdown(SHUT_RDWR)
    listening.listen()
    const accepting = listening.accept(late)
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await client.connect(listening.getsockname())
    own((await accepting).socket)
  })

  it('by connecting again: writable waits for room', async () => {
    const [client, server] = await tcpPair()
    client.shutdown(SHUT_RDWR)
    server.close()
    await client.connect({ family: 'AF_UNSPEC' })
    const listening = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen())
    await client.connect(listening.getsockname())
    own((await listening.accept()).socket)
    while (client.trySend(Buffer.alloc(1 << 20)) !== undefined);
    await expect(client.writable({ timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await expect(client.recv(1, { timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })
})

describe('shutdown for reading, of datagrams, of which the kernel says EAGAIN all the same', () => {
  it.each(receiveCases)('ends a %s that waits, with nothing: %s', async (_name, _kind, pair, receive, wanted) => {
    const [socket] = await pair()
    const waiting = receive(socket, late)
    await new Promise(setImmediate)
    socket.shutdown(SHUT_RD)
    expect(await waiting).toEqual(wanted)
    expect(await receive(socket, late)).toEqual(wanted)
  })

  it('gives what had come before, in every way', async () => {
    const [one, other] = await udpPair()
    for (const text of 'abcde') await one.send(Buffer.from(text))
    other.shutdown(SHUT_RD)
    expect(await other.recv(1)).toEqual(Buffer.from('a'))
    expect((await other.recvmsg(1)).data).toEqual(Buffer.from('b'))
    const rest: string[] = []
    for await (const { data } of other.datagrams(late)) rest.push(data.toString())
    expect(rest).toEqual(['c', 'd', 'e'])
  })

  it('gives empty ones too, and what is behind them', async () => {
    for (const pair of Object.values(datagramSockets))
      for (const loop of [(on: Socket) => on.datagrams(late), (on: Socket) => on.messages(late)]) {
        const [one, other] = await pair()
        for (const text of ['a', '', 'b']) await one.send(Buffer.from(text))
        other.shutdown(SHUT_RD)
        const found: string[] = []
        for await (const { data } of loop(other)) found.push(data.toString())
        expect(found).toEqual(['a', '', 'b'])
      }
  })

  it('ends a loop of batches that were not full', async () => {
    const [one, other] = await udpPair()
    const first = other.recv(1, late)
    await one.send(byte)
    await first
    await one.send(byte)
    other.shutdown(SHUT_RD)
    await one.send(byte)
    const batch = new MessageBatch({ count: 8, size: 10 })
    const counts: number[] = []
    do counts.push(await other.recvmmsg(batch, late))
    while (counts.at(-1) !== 0)
    expect(counts).toEqual([2, 0])
    await one.send(byte)
    let more = 0
    for await (const _ of other.datagrams(late)) more++
    expect(more).toBe(1)
  })

  it.each(Object.entries(datagramSockets))('ends its streams: %s', async (_kind, pair) => {
    const [one, other] = await pair()
    const chunks: Buffer[] = []
    const duplex = one.duplex().on('data', (chunk: Buffer) => chunks.push(chunk))
    const ended = once(duplex, 'end')
    one.shutdown(SHUT_RD)
    await ended
    other.shutdown(SHUT_RD)
    for await (const chunk of other.streams().readable) chunks.push(Buffer.from(chunk))
    expect(chunks).toEqual([])
  })

  it('ends a receive of urgent data, which UDP takes for any other', async () => {
    const [socket] = await udpPair()
    socket.shutdown(SHUT_RD)
    expect(await socket.recv(1, { ...late, flags: MSG_OOB })).toEqual(nothing)
  })

  it('ends what another descriptor of the same socket waits for', async () => {
    const [, socket] = await udpPair()
    const other = own(socket.dup())
    const waiting = other.recv(1, late)
    await new Promise(setImmediate)
    socket.shutdown(SHUT_RDWR)
    expect(await waiting).toEqual(nothing)
  })

  it('ends what waits on a socket without a peer, though it reports ENOTCONN', async () => {
    const socket = own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
    const waiting = socket.recv(1, late)
    await new Promise(setImmediate)
    expect(() => socket.shutdown(SHUT_RD)).toThrow('ENOTCONN')
    expect(await waiting).toEqual(nothing)
  })

  it('leaves MSG_DONTWAIT to the kernel', async () => {
    const [socket] = await udpPair()
    socket.shutdown(SHUT_RD)
    await expect(socket.recv(1, { flags: MSG_DONTWAIT })).rejects.toMatchObject({ code: 'EAGAIN' })
  })
})
