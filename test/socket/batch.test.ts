import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IP_PKTINFO,
  IP_RECVTOS,
  IPV6_RECVPKTINFO,
  IPV6_RECVTCLASS,
  MessageBatch,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  SO_RCVBUFFORCE,
  SO_RXQ_OVFL,
  SO_TIMESTAMPING,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  Socket,
  UDP_GRO,
} from 'bsd-sockets'
import { recvmmsg, sendmmsg } from 'bsd-sockets/posix'
import { describe, expect, it, onTestFinished } from 'vitest'
import { batchOf, bound, bound6, failure, numbered } from '../support/batches.js'
import { thrown } from '../support/failure.js'
import { openDescriptors } from '../support/fdtable.js'
import { needs } from '../support/needs.js'
import { own, udpPair, unixPair } from '../support/pairs.js'

const elsewhere = { address: '127.0.0.1', port: 9 } // who is connected to it refuses all others
describe('MessageBatch', () => {
  it('takes messages until it is full', () => {
    const batch = new MessageBatch({ count: 2, size: 4 })
    expect([batch.push(Buffer.from('one')), batch.push(Buffer.from('two')), batch.push(Buffer.from('3'))]).toEqual([
      true,
      true,
      false,
    ])
    expect([batch.length, batch.count, `${batch.data(0)}`, `${batch.data(1)}`]).toEqual([2, 2, 'one', 'two'])
    batch.clear()
    expect([batch.length, [...batch]]).toEqual([0, []])
    expect(batch.push(Buffer.from('4'))).toBe(true)
  })

  it('shows what it has room for, and how many messages it has', () => {
    const batch = new MessageBatch({ domain: AF_INET, count: 2, size: 10 })
    batch.push(Buffer.from('one'))
    expect(inspect(batch)).toBe("MessageBatch { domain: 'AF_INET', size: 10, count: 2, length: 1 }")
    expect(inspect(Object.create(MessageBatch.prototype))).toBe('MessageBatch {}')
  })

  it('copies what it takes', () => {
    const batch = new MessageBatch({ count: 1, size: 4 })
    const data = Buffer.from('same')
    batch.push(data)
    data.fill(0)
    expect(`${batch.data(0)}`).toBe('same')
  })

  it('refuses what is longer than its size, and indexes of messages that it has not', () => {
    const batch = new MessageBatch({ count: 2, size: 4 })
    expect(thrown(() => batch.push(Buffer.alloc(5)))).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
    for (const i of [0, -1])
      expect(thrown(() => batch.data(i))).toMatchObject({
        name: 'RangeError',
        message: expect.stringMatching('there are none'),
      })
    batch.push(Buffer.alloc(1))
    expect(thrown(() => batch.flags(1))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
    expect(thrown(() => batch.address(-1))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  })

  it.each([
    [{ count: 0, size: 1 }, 'ERR_OUT_OF_RANGE'],
    [{ count: 65_537, size: 1 }, 'ERR_OUT_OF_RANGE'],
    [{ count: 65_536, size: 65_536 }, 'ERR_OUT_OF_RANGE'],
    [{ count: 1, size: -1 }, 'ERR_OUT_OF_RANGE'],
    [{ count: 1.5, size: 1 }, 'ERR_OUT_OF_RANGE'],
    [{ count: 1, size: 1, domain: 'AF_NONE' }, 'ERR_INVALID_ARG_VALUE'],
    [{ count: 1, size: 1, control: 1 }, 'ERR_INVALID_ARG_TYPE'],
  ])('is not made of %j', (options, code) => {
    expect(thrown(() => new MessageBatch(options as never))).toMatchObject({ code })
  })

  it.each([
    [{ segmentSize: 0 }, 'ERR_OUT_OF_RANGE'],
    [{ segmentSize: 65_536 }, 'ERR_OUT_OF_RANGE'],
    [{ ecn: 4 }, 'ERR_OUT_OF_RANGE'],
    [{ local: 'localhost' }, 'ERR_INVALID_ARG_VALUE'],
    [{ ifindex: -1 }, 'ERR_OUT_OF_RANGE'],
  ])('takes no message with %j', (options, code) => {
    const batch = batchOf(1)
    expect(thrown(() => batch.push(Buffer.alloc(1), undefined, options))).toMatchObject({ code })
    expect(batch.length).toBe(0)
  })

  it('tells of a message that was added its address, and nothing that was received', () => {
    const batch = batchOf(2)
    batch.push(Buffer.from('x'), { address: '127.0.0.1', port: 9 }, { ecn: 1, segmentSize: 5 })
    batch.push(Buffer.from('y'))
    expect(batch.address(0)).toEqual({ family: 'AF_INET', address: '127.0.0.1', port: 9 })
    expect(batch.address(1)).toBe(undefined)
    expect([batch.segmentSize(0), batch.segmentSize(1)]).toEqual([5, undefined])
    expect([batch.ecn(0), batch.destination(0), batch.ifindex(0), batch.timestamp(0), batch.flags(0)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      0,
    ])
  })

  it('gives an address that is the callers own', () => {
    const batch = batchOf(1)
    batch.push(Buffer.from('x'), { address: '127.0.0.1', port: 9 })
    const first = batch.address(0)
    if (first !== undefined) first.port = 10
    expect(batch.address(0)?.port).toBe(9)
  })

  it('refuses its memory once that is detached', async () => {
    const batch = batchOf(1, 8)
    batch.push(Buffer.from('x'))
    structuredClone(batch.data(0).buffer, { transfer: [batch.data(0).buffer] })
    expect(thrown(() => batch.push(Buffer.alloc(0)))).toBe(undefined)
    const [one, other] = await udpPair()
    expect(await failure(one.sendmmsg(batch))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    expect(await failure(other.recvmmsg(batch))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  })
})

describe('recvmmsg', () => {
  it('takes all that wait, in their order, and waits for the first', async () => {
    const [one, other] = await udpPair()
    const batch = batchOf(64, 100)
    const waiting = other.recvmmsg(batch)
    for (let i = 0; i < 10; i++) await one.send(numbered(i))
    let seen = await waiting
    const found = Array.from({ length: seen }, (_, i) => batch.data(i).readUInt32BE())
    while (found.length < 10) {
      seen = await other.recvmmsg(batch)
      for (let i = 0; i < seen; i++) found.push(batch.data(i).readUInt32BE())
    }
    expect(found).toEqual(Array.from({ length: 10 }, (_, i) => i))
    expect(batch.address(0)).toEqual({ ...one.getsockname() })
  })

  it('says of each message where it was sent to, by which interface, its mark and its time', async () => {
    const receiver = own(new Socket(AF_INET, SOCK_DGRAM).bind({}))
    receiver.setsockopt(IP_PKTINFO, true).setsockopt(IP_RECVTOS, true).setsockopt(SO_TIMESTAMPNS, true)
    const { port } = receiver.getsockname()
    const sender = bound()
    const before = BigInt(Date.now() - 1) * 1_000_000n
    await sender.sendto(Buffer.from('a'), { address: '127.0.0.1', port }, { ecn: 1 })
    await sender.sendto(Buffer.from('b'), { address: '127.9.9.9', port }, { ecn: 2 })
    const batch = batchOf(4)
    expect(await receiver.recvmmsg(batch)).toBe(2)
    expect([...batch]).toMatchObject([
      { data: Buffer.from('a'), ecn: 1, destination: '127.0.0.1', ifindex: 1, flags: 0, address: sender.getsockname() },
      { data: Buffer.from('b'), ecn: 2, destination: '127.9.9.9', ifindex: 1, flags: 0, address: sender.getsockname() },
    ])
    // Not in order: until the kernel has begun to stamp what arrives, it stamps a message as that is read.
    for (const stamp of [batch.timestamp(0), batch.timestamp(1)]) {
      expect(stamp).toBeGreaterThan(before)
      expect(stamp).toBeLessThan(BigInt(Date.now() + 1) * 1_000_000n)
    }
  })

  it('says the same on IPv6', async () => {
    const receiver = bound6().setsockopt(IPV6_RECVPKTINFO, true).setsockopt(IPV6_RECVTCLASS, true)
    const sender = bound6()
    await sender.sendto(Buffer.from('a'), receiver.getsockname(), { ecn: 3 })
    const batch = new MessageBatch({ domain: AF_INET6, count: 2, size: 10, control: true })
    expect(await receiver.recvmmsg(batch)).toBe(1)
    expect([...batch]).toMatchObject([{ ecn: 3, destination: '::1', ifindex: 1, address: sender.getsockname() }])
  })

  it('says nothing of it without control, but how datagrams were put together', async () => {
    const [one, other] = await udpPair()
    other.setsockopt(IP_PKTINFO, true).setsockopt(UDP_GRO, true)
    other.setsockopt(SO_TIMESTAMPING, { rxSoftware: true, software: true }).setsockopt(SO_RXQ_OVFL, true)
    await one.send(Buffer.alloc(2500), { segmentSize: 1000 })
    const batch = new MessageBatch({ domain: AF_INET, count: 1, size: 3000 })
    await other.recvmmsg(batch)
    expect([batch.destination(0), batch.ifindex(0), batch.segmentSize(0)]).toEqual([undefined, undefined, 1000])
    expect([...batch].map(({ data }) => data.length)).toEqual([1000, 1000, 500])
    await one.send(Buffer.alloc(5000), { segmentSize: 1000 })
    await other.recvmmsg(batch)
    const last = MSG_TRUNC // behind it something is lost
    expect([...batch].map(({ data, flags }) => [data.length, flags])).toEqual([
      [1000, 0],
      [1000, 0],
      [1000, last],
    ])
  })

  it('says which message was longer than its room', async () => {
    const [one, other] = await udpPair()
    await one.send(Buffer.from('long'))
    await one.send(Buffer.from('ok'))
    const batch = batchOf(4, 2)
    await other.recvmmsg(batch)
    expect([...batch].map(({ data, flags }) => [`${data}`, flags])).toEqual([
      ['lo', MSG_TRUNC],
      ['ok', 0],
    ])
  })

  it('never holds more of a message than its room, whatever length MSG_TRUNC tells', async () => {
    const [one, other] = await udpPair()
    const batch = batchOf(1, 3)
    await one.send(Buffer.alloc(60_000, 'secret'))
    await other.recvmmsg(batch, { flags: MSG_TRUNC })
    await other.sendmmsg(batch)
    expect(`${await one.recv(65_535)}`).toBe('sec')
    await one.send(Buffer.alloc(60_000, 'secret'))
    recvmmsg(other.fd, batch, MSG_TRUNC)
    sendmmsg(other.fd, batch)
    expect(`${await one.recv(65_535)}`).toBe('sec')
  })

  it('goes on with what is behind the 1,024 that one call takes', async () => {
    const receiver = bound()
    if (needs('root')) receiver.setsockopt(SO_RCVBUFFORCE, 1 << 23)
    const sender = bound()
    const batch = batchOf(2000, 10)
    const first = receiver.recvmmsg(batch)
    for (let i = 0; i < 1500; i++) sender.trySendto(numbered(i), receiver.getsockname())
    let seen = await first
    while (seen < 1500) seen += await receiver.recvmmsg(batch, { timeout: 5000 })
    expect(batch.data(batch.length - 1).readUInt32BE()).toBe(1499)
  })

  it('leaves with MSG_PEEK what it saw', async () => {
    const [one, other] = await udpPair()
    await one.send(Buffer.from('x'))
    const batch = batchOf(1)
    await other.recvmmsg(batch, { flags: MSG_PEEK })
    expect(`${batch.data(0)}`).toBe('x')
    expect(await other.recvmmsg(batch)).toBe(1)
  })

  it('does not write over what another received into its batch meanwhile, and takes nothing then', async () => {
    const pairs = [await udpPair(), await udpPair()] as const
    const batch = batchOf(4)
    const receiving = pairs.map(([, receiver]) => receiver.recvmmsg(batch).catch((error: unknown) => error))
    for (const [i, [sender]] of pairs.entries()) expect(sender.trySend(numbered(i))).toBe(8)
    const results = await Promise.all(receiving)
    const refused = results.findIndex(result => result instanceof Error)
    expect(results[refused]).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(results[1 - refused]).toBe(1)
    expect(batch.data(0)).toEqual(numbered(1 - refused))
    expect(await pairs[refused]?.[1].recv(10)).toEqual(numbered(refused))
  })

  it('is not hindered by a clear meanwhile', async () => {
    const [one, other] = await udpPair()
    const batch = batchOf(4)
    batch.push(numbered(0))
    const receiving = other.recvmmsg(batch)
    batch.clear()
    await one.send(numbered(1))
    expect(await receiving).toBe(1)
  })

  it('is taken back by an abort, a timeout and a close, and loses nothing', async () => {
    const [one, other] = await udpPair()
    const batch = batchOf(4)
    const abort = new AbortController()
    const aborted = failure(other.recvmmsg(batch, { signal: abort.signal }))
    abort.abort('enough')
    expect(await aborted).toBe('enough')
    expect(await failure(other.recvmmsg(batch, { timeout: 1 }))).toMatchObject({
      code: 'ETIMEDOUT',
      syscall: undefined,
    })
    expect(await failure(other.recvmmsg(batch, { flags: MSG_DONTWAIT }))).toMatchObject({
      code: 'EAGAIN',
      syscall: 'recvmmsg',
    })
    expect(other.tryRecvmmsg(batch)).toBe(undefined)
    await one.send(Buffer.from('x'))
    expect(await other.recvmmsg(batch)).toBe(1)
    const pending = failure(other.recvmmsg(batch))
    other.close()
    expect(await pending).toMatchObject({ code: 'ECANCELED' })
    expect(await failure(other.recvmmsg(batch))).toMatchObject({ code: 'EBADF' })
  })

  it('reports the refusal of a peer that listens to another', async () => {
    const [one, other] = await udpPair()
    const batch = batchOf(4)
    await other.send(Buffer.from('kept'))
    await one.connect(elsewhere)
    await other.send(Buffer.from('refused'))
    expect(await failure(other.recvmmsg(batch))).toMatchObject({ code: 'ECONNREFUSED', syscall: 'recvmmsg' })
  })

  it.runIf(needs('epoll'))('reports the refusal to who asked twice before whether it is readable', async () => {
    const [one, other] = await udpPair()
    const waiting = other.readable()
    await one.connect(elsewhere)
    await other.send(Buffer.from('refused'))
    await waiting
    await failure(other.readable({ timeout: 0 }))
    expect(await failure(other.recv(10, { timeout: 10_000 }))).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('reports a refusal also where messages came before it', async () => {
    const [one, other] = await udpPair()
    await one.send(Buffer.from('last words'))
    await one.connect(elsewhere)
    await other.send(Buffer.from('refused'))
    const batch = batchOf(4)
    const told: unknown[] = []
    for (let i = 0; i < 2; i++) told.push(await other.recvmmsg(batch).catch((error: unknown) => error))
    expect(told).toContainEqual(1)
    expect(told).toContainEqual(expect.objectContaining({ code: 'ECONNREFUSED' }))
  })

  it('refuses a batch of another domain, and what is none', async () => {
    const receiver = bound6()
    const wrong: never = batchOf(1) as never
    expect(await failure(receiver.recvmmsg(wrong))).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(await failure(receiver.recvmmsg({} as never))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  })

  it('closes descriptors that come, and says so', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    const batch = new MessageBatch({ domain: AF_UNIX, count: 4, size: 10, control: true })
    const bare = new MessageBatch({ domain: AF_UNIX, count: 4, size: 10 })
    const before = openDescriptors()
    for (const into of [batch, bare]) {
      await one.sendfds([0, 1], Buffer.from('x'))
      await one.send(Buffer.from('y'))
      expect(await other.recvmmsg(into)).toBe(2)
      expect([into.flags(0) & MSG_CTRUNC, into.flags(1) & MSG_CTRUNC]).toEqual([MSG_CTRUNC, 0])
    }
    await one.sendfds([0], Buffer.from('x'))
    await other.recvmmsg(batch, { flags: MSG_PEEK })
    expect(openDescriptors()).toBe(before)
  })

  it('gives unnamed and named AF_UNIX senders', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const receiver = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: join(folder, 'receiver') }))
    const named = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '\0named'.concat(folder) }))
    await own(new Socket(AF_UNIX, SOCK_DGRAM)).sendto(Buffer.from('x'), receiver.getsockname())
    await named.sendto(Buffer.from('y'), receiver.getsockname())
    const batch = new MessageBatch({ domain: AF_UNIX, count: 4, size: 10 })
    await receiver.recvmmsg(batch)
    expect([batch.address(0), batch.address(1)]).toEqual([{ family: 'AF_UNIX', path: '' }, named.getsockname()])
  })
})
