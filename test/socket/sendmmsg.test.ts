import {
  AF_INET6,
  AF_UNIX,
  IP_RECVTOS,
  MessageBatch,
  SO_RCVBUFFORCE,
  SO_RXQ_OVFL,
  SO_TYPE,
  SOCK_DGRAM,
  Socket,
  SocketError,
  UDP_GRO,
} from 'bsd-sockets'
import { getsockopt, MSG_WAITFORONE, recvmmsg, sendmmsg } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { batchOf, bound, datagrams, failure, numbered, pattern } from '../support/batches.js'
import { thrown } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { own, udpPair, unixPair } from '../support/pairs.js'

describe('sendmmsg', () => {
  it('sends to several destinations at once, of which each keeps its order', async () => {
    const receivers = [bound(), bound(), bound()]
    const sender = bound()
    const batch = batchOf(300, 8)
    for (let i = 0; i < 300; i++) batch.push(numbered(i), receivers[i % 3]?.getsockname())
    expect(await sender.sendmmsg(batch)).toBe(300)
    for (const [r, receiver] of receivers.entries()) {
      const found = await datagrams(receiver, 100)
      expect(found.map(data => data.readUInt32BE())).toEqual(Array.from({ length: 100 }, (_, i) => 3 * i + r))
    }
  })

  it('sends more messages than one system call takes', async () => {
    const receiver = bound().setsockopt(SO_RXQ_OVFL, true)
    if (needs('root')) receiver.setsockopt(SO_RCVBUFFORCE, 1 << 23)
    const sender = bound()
    const batch = batchOf(2500, 8)
    const to = receiver.getsockname()
    for (let i = 0; i < 2500; i++) batch.push(numbered(i), to)
    const received = datagrams(receiver, 2500)
    expect(await sender.sendmmsg(batch)).toBe(2500)
    expect((await received).map(data => data.readUInt32BE())).toEqual(Array.from({ length: 2500 }, (_, i) => i))
  })

  it('tells the error of a bad message, has sent those before it, and goes on behind it', async () => {
    const receiver = bound()
    const sender = bound()
    const batch = batchOf(5, 8)
    const to = receiver.getsockname()
    for (let i = 0; i < 5; i++) batch.push(numbered(i), i === 2 ? { address: '255.255.255.255', port: 9 } : to)
    expect(await failure(sender.sendmmsg(batch))).toMatchObject({
      code: 'EACCES',
      syscall: 'sendmmsg',
      messagesSent: 2,
      address: '255.255.255.255',
      port: 9,
    })
    expect(batch.length).toBe(5)
    expect(await sender.sendmmsg(batch, { first: 3 })).toBe(2)
    expect((await datagrams(receiver, 4)).map(data => data.readUInt32BE())).toEqual([0, 1, 3, 4])
    expect(thrown(() => sender.trySendmmsg(batch, { first: 6 }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  })

  it('goes on behind each of several bad messages: first counts from 0, messagesSent from first', async () => {
    const [receiver, sender] = [bound(), bound()]
    const batch = batchOf(6, 8)
    const to = receiver.getsockname()
    for (let i = 0; i < 6; i++)
      batch.push(numbered(i), [1, 3, 5].includes(i) ? { address: '255.255.255.255', port: 9 } : to)
    const failures: unknown[] = []
    for (let first = 0; first < batch.length; ) {
      const error = await failure(sender.sendmmsg(batch, { first }))
      if (!(error instanceof SocketError)) throw error
      failures.push([first, error.messagesSent])
      first += (error.messagesSent ?? 0) + 1
    }
    expect(failures).toEqual([
      [0, 1],
      [2, 1],
      [4, 1],
    ])
    expect((await datagrams(receiver, 3)).map(data => data.readUInt32BE())).toEqual([0, 2, 4])
  })

  it('refuses to cut what is not sent on the internet', async () => {
    const [one] = unixPair(SOCK_DGRAM)
    const batch = new MessageBatch({ count: 1, size: 500 })
    batch.push(Buffer.alloc(500), undefined, { segmentSize: 100 })
    expect(thrown(() => one.trySendmmsg(batch))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })

  it('names no address in the error of an unnamed receiver', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    const batch = new MessageBatch({ domain: AF_UNIX, count: 1, size: 5 })
    await one.send(Buffer.from('x'))
    await other.recvmmsg(batch)
    one.close()
    const { message } = (await failure(other.sendmmsg(batch))) as Error
    expect(message).toMatch(/^sendmmsg E[A-Z]+$/)
  })

  it('is refused on a stream, which may take a part of a message', async () => {
    const [one] = unixPair('SOCK_STREAM')
    expect(await failure(one.sendmmsg(new MessageBatch({ count: 1, size: 1 })))).toMatchObject({
      code: 'ERR_INVALID_ARG_VALUE',
    })
  })

  it('has room for all that the options of a message say, also where the domain is not known', async () => {
    const [one, other] = await udpPair()
    other.setsockopt(IP_RECVTOS, true)
    const batch = new MessageBatch({ count: 3, size: 10 })
    batch.push(Buffer.from('abcdefgh'), undefined, { ecn: 1, ifindex: 1, segmentSize: 4 })
    batch.push(Buffer.from('1'), undefined, { ecn: 2, local: '127.0.0.1', ifindex: 1, segmentSize: 4 })
    batch.push(Buffer.from('2'), undefined, { ecn: 3 })
    expect(await one.sendmmsg(batch)).toBe(3)
    const came = batchOf(8)
    expect(await other.recvmmsg(came)).toBe(4)
    expect([...came].map(({ data, ecn }) => [`${data}`, ecn])).toEqual([
      ['abcd', 1],
      ['efgh', 1],
      ['1', 2],
      ['2', 3],
    ])
  })

  it('says of AF_UNIX that it has no such options', () => {
    const batch = new MessageBatch({ domain: AF_UNIX, count: 1, size: 1 })
    for (const options of [{ ecn: 1 }, { segmentSize: 1 }, { ifindex: 1 }])
      expect(thrown(() => batch.push(Buffer.alloc(1), undefined, options))).toMatchObject({
        code: 'ERR_INVALID_ARG_VALUE',
      })
  })

  it('sends by an interface to an IPv4 address on an AF_INET6 socket', async () => {
    const receiver = bound()
    const { port } = receiver.getsockname()
    const sender = own(new Socket(AF_INET6, SOCK_DGRAM))
    const to = { address: '::ffff:127.0.0.1', port }
    await sender.sendto(Buffer.from('1'), to, { ifindex: 1 })
    await sender.sendmsg({ data: Buffer.from('2'), address: to }, { ifindex: 1 })
    const batch = new MessageBatch({ domain: AF_INET6, count: 1, size: 1 })
    batch.push(Buffer.from('3'), to, { ifindex: 1 })
    await sender.sendmmsg(batch)
    expect((await datagrams(receiver, 3)).join('')).toBe('123')
  })

  it('sends no messages of an empty batch', async () => {
    expect(await bound().sendmmsg(batchOf(1))).toBe(0)
  })

  it('sends a received batch back, as it came', async () => {
    const client = bound()
    const server = bound().setsockopt(UDP_GRO, true)
    const batch = batchOf(8)
    const data = pattern(5 * 1000 + 1)
    batch.push(Buffer.from('first'), server.getsockname())
    batch.push(data, server.getsockname(), { segmentSize: 1000 })
    await client.sendmmsg(batch)
    const answers = batchOf(8)
    for (let count = 0; count < 7; ) {
      await server.recvmmsg(answers)
      count += [...answers].length
      await server.sendmmsg(answers)
    }
    const found = await datagrams(client, 7)
    expect(found.map(({ length }) => length)).toEqual([5, 1000, 1000, 1000, 1000, 1000, 1])
    expect(Buffer.concat(found.slice(1))).toEqual(data)
  })

  it('refuses a batch that became another while it waited', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    const batch = new MessageBatch({ domain: AF_UNIX, count: 500, size: 1000 })
    for (let i = 0; i < 500; i++) batch.push(Buffer.alloc(1000))
    const sending = failure(one.sendmmsg(batch))
    batch.clear()
    while (other.tryRecv(1000) !== undefined);
    expect(await sending).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE', messagesSent: expect.any(Number) })
  })

  it('waits for room, and tells a timeout what was sent', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    const batch = new MessageBatch({ domain: AF_UNIX, count: 500, size: 1000 })
    for (let i = 0; i < 500; i++) batch.push(Buffer.from(String(i)))
    const cut = await failure(one.sendmmsg(batch, { timeout: 5 }))
    expect(cut).toMatchObject({ code: 'ETIMEDOUT' })
    const { messagesSent } = cut as { messagesSent: number }
    const rest = one.sendmmsg(batch, { first: messagesSent })
    const found: string[] = []
    while (found.length < 500) found.push(`${await other.recv(10)}`)
    expect(await rest).toBe(500 - messagesSent)
    expect(found).toEqual(Array.from({ length: 500 }, (_, i) => String(i)))
  })

  it('says by trySendmmsg how many there was room for', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    const batch = new MessageBatch({ domain: AF_UNIX, count: 500, size: 1000 })
    for (let i = 0; i < 500; i++) batch.push(Buffer.alloc(10))
    const sent = one.trySendmmsg(batch)
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(500)
    expect(one.trySendmmsg(batch)).toBe(undefined)
    let seen = 0
    while (other.tryRecv(10) !== undefined) seen++
    expect(seen).toBe(sent)
  })
})

describe('posix.sendmmsg and posix.recvmmsg', () => {
  it('are one system call each, and answer counts', async () => {
    const [one, other] = await udpPair()
    const batch = batchOf(3, 8)
    for (let i = 0; i < 3; i++) batch.push(numbered(i))
    expect(sendmmsg(one.fd, batch)).toBe(3)
    expect(sendmmsg(one.fd, batch, 0, 2)).toBe(1)
    const into = batchOf(8, 8)
    expect(recvmmsg(other.fd, into, MSG_WAITFORONE)).toBe(4)
    expect([...into].map(({ data }) => data.readUInt32BE())).toEqual([0, 1, 2, 2])
    expect(thrown(() => recvmmsg(other.fd, into))).toMatchObject({ code: 'EAGAIN', syscall: 'recvmmsg' })
    expect(into.length).toBe(4)
    expect(getsockopt(one.fd, SO_TYPE)).toBe(SOCK_DGRAM)
  })

  it('find the domain of an unnamed sender', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    await one.send(Buffer.from('x'))
    const batch = new MessageBatch({ count: 1, size: 1 })
    recvmmsg(other.fd, batch, MSG_WAITFORONE)
    expect(batch.address(0)).toEqual({ family: 'AF_UNIX', path: '' })
  })

  it('answer a short count in front of a bad message, and its error when it is first', async () => {
    const receiver = bound()
    const sender = bound()
    const batch = batchOf(3, 8)
    const to = receiver.getsockname()
    for (let i = 0; i < 3; i++) batch.push(numbered(i), i === 1 ? { address: '255.255.255.255', port: 9 } : to)
    expect(sendmmsg(sender.fd, batch)).toBe(1)
    expect(thrown(() => sendmmsg(sender.fd, batch, 0, 1))).toMatchObject({ code: 'EACCES', address: '255.255.255.255' })
    expect(sendmmsg(sender.fd, batch, 0, 2)).toBe(1)
  })
})
