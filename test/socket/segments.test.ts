import { AF_INET6, IP_OPTIONS, MessageBatch, SO_RCVBUF, type Socket, UDP_GRO, UDP_SEGMENT } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { batchOf, bound, bound6, datagrams, failure, pattern } from '../support/batches.js'
import { needs } from '../support/needs.js'
import { runModule } from '../support/node.js'
import { udpPair } from '../support/pairs.js'

describe.runIf(UDP_SEGMENT.supported)('a message that is cut', () => {
  const counts = [1, 2, 3, 63, 64, 65, 127, 128, 129, 200]

  it.each(counts)('comes as %i datagrams, the last of which is odd', async count => {
    for (const [sender, receiver] of [
      [bound(), bound()],
      [bound6(), bound6()],
    ] as [Socket, Socket][]) {
      const data = pattern(count * 100 - 37)
      const to = receiver.getsockname()
      const receiving = datagrams(receiver, count)
      expect(await sender.sendto(data, to as never, { segmentSize: 100 })).toBe(data.length)
      const found = await receiving
      expect(found.map(({ length }) => length)).toEqual([...Array(count - 1).fill(100), 63])
      expect(Buffer.concat(found)).toEqual(data)
    }
  })

  it.each(counts)('comes as %i datagrams from a batch too, with others around it', async count => {
    const receiver = bound()
    const data = pattern(count * 100 - 37)
    const batch = batchOf(3)
    const to = receiver.getsockname()
    batch.push(Buffer.from('before'), to)
    batch.push(data, to, { segmentSize: 100, ecn: 2 })
    batch.push(Buffer.from('after'), to)
    const receiving = datagrams(receiver, count + 2)
    expect(await bound().sendmmsg(batch)).toBe(3)
    const found = await receiving
    expect([`${found[0]}`, `${found.at(-1)}`]).toEqual(['before', 'after'])
    expect(Buffer.concat(found.slice(1, -1))).toEqual(data)
  })

  it('is put together by a receiver that asks for it, and comes apart in the iterator', async () => {
    const [one, other] = await udpPair()
    other.setsockopt(UDP_GRO, true)
    await one.send(pattern(12_345), { segmentSize: 1200 })
    const batch = batchOf(4)
    expect(await other.recvmmsg(batch)).toBe(1)
    expect([batch.data(0).length, batch.segmentSize(0)]).toEqual([12_345, 1200])
    expect([...batch].map(({ data }) => data.length)).toEqual([...Array(10).fill(1200), 345])
  })

  it('is sent by sendmsg from several views', async () => {
    const [one, other] = await udpPair()
    const data = pattern(1000)
    const views = [data.subarray(0, 333), data.subarray(333, 700), data.subarray(700)]
    expect(await one.sendmsg({ data: views }, { segmentSize: 300 })).toBe(1000)
    expect(Buffer.concat(await datagrams(other, 4))).toEqual(data)
  })

  it('leaves time to others while it is cut into many', async () => {
    const sender = bound()
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    const batch = batchOf(20, 10_000)
    while (batch.push(Buffer.alloc(10_000), { address: '127.0.0.1', port: 9 }, { segmentSize: 1 }));
    await sender.sendmmsg(batch)
    const between = ticks
    await sender.sendto(Buffer.alloc(60_000), { address: '127.0.0.1', port: 9 }, { segmentSize: 1 })
    clearInterval(timer)
    expect(between).toBeGreaterThan(1)
    expect(ticks - between).toBeGreaterThan(1)
  })

  it.each([511, 512, 1000, 60_000])('may be longer than one packet: cut into %i bytes', async segmentSize => {
    const data = pattern(100_000)
    const count = Math.ceil(data.length / segmentSize)
    for (const [sender, receiver] of [
      [bound(), bound()],
      [bound6(), bound6()],
    ] as [Socket, Socket][]) {
      receiver.setsockopt(SO_RCVBUF, 200_000)
      expect(sender.trySendto(data, receiver.getsockname() as never, { segmentSize })).toBe(data.length)
      expect(Buffer.concat(await datagrams(receiver, count))).toEqual(data)
    }
    const receiver = bound().setsockopt(SO_RCVBUF, 200_000)
    const batch = batchOf(1, data.length)
    batch.push(data, receiver.getsockname(), { segmentSize })
    expect(bound().trySendmmsg(batch)).toBe(1)
    expect(Buffer.concat(await datagrams(receiver, count))).toEqual(data)
  })

  it('of one segment is sent as it is, however long', async () => {
    for (const length of [65_488, 65_489, 65_507, 65_527]) {
      const [sender, receiver] = [bound6(), bound6()]
      const data = pattern(length)
      expect(await sender.sendto(data, receiver.getsockname(), { segmentSize: length })).toBe(length)
      expect(await receiver.recv(65_535)).toEqual(data)
    }
  })

  it('leaves room for the options of its packets', async () => {
    const [sender, receiver] = [bound(), bound()]
    sender.setsockopt(IP_OPTIONS, Buffer.alloc(40, 1))
    const data = pattern(70_000)
    const receiving = datagrams(receiver, Math.ceil(data.length / 1023))
    expect(await sender.sendto(data, receiver.getsockname(), { segmentSize: 1023 })).toBe(data.length)
    expect(Buffer.concat(await receiving)).toEqual(data)
  })

  it('of one segment is sent as it is, from a batch too', async () => {
    const [sender, receiver] = [bound6(), bound6()]
    const batch = new MessageBatch({ domain: AF_INET6, count: 1, size: 65_535 })
    batch.push(pattern(65_500), receiver.getsockname(), { segmentSize: 65_500 })
    expect(await sender.sendmmsg(batch)).toBe(1)
    expect(await receiver.recv(65_535)).toEqual(pattern(65_500))
  })

  it.runIf(needs('namespaces'))(
    'may be of segments longer than the packets of its way, as they may be alone',
    async () => {
      const text = `
      const receiver = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }).setsockopt(bsd.UDP_GRO, true)
      const to = receiver.getsockname()
      const sender = new Socket(AF_INET, SOCK_DGRAM)
      const data = Buffer.alloc(6000)
      const got = []
      const batch = new bsd.MessageBatch({ domain: AF_INET, count: 4, size: 6000 })
      batch.push(Buffer.alloc(100), to)
      batch.push(data, to, { segmentSize: 2000 })
      batch.push(data.subarray(0, 1473), to, { segmentSize: 1473 })
      batch.push(data, to, { segmentSize: 1000 })
      const sent = [await sender.sendto(data, to, { segmentSize: 2500 }), await sender.sendmmsg(batch)]
      while (got.reduce((sum, length) => sum + length, 0) < 19573) got.push((await receiver.recv(65535)).length)
      sender.setsockopt(bsd.IP_MTU_DISCOVER, 'IP_PMTUDISC_DO')
      const error = await sender.sendto(data, to, { segmentSize: 2500 }).catch(error => error.code)
      console.log(JSON.stringify({ sent, got, error }))`
      const under = ['unshare', '-n', 'sh', '-c', 'ip link set lo mtu 1500 up && exec "$@"', 'sh']
      const { stdout, stderr } = await runModule(text, { under })
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toEqual({
        sent: [6000, 4],
        // The kernel is still asked to cut what it can: GRO gives that whole.
        got: [2500, 2500, 1000, 100, 2000, 2000, 2000, 1473, 6000],
        error: 'EMSGSIZE',
      })
    },
  )

  it('may be empty', async () => {
    const [one, other] = await udpPair()
    expect(await one.send(Buffer.alloc(0), { segmentSize: 300 })).toBe(0)
    expect((await other.recv(10)).length).toBe(0)
  })

  it('keeps the error of what is wrong with it', async () => {
    const sender = bound()
    const data = Buffer.alloc(1000)
    for (let i = 0; i < 2; i++)
      expect(await failure(sender.sendto(data, { address: '127.0.0.1', port: 0 }, { segmentSize: 300 }))).toMatchObject(
        { code: 'EINVAL', syscall: 'sendmsg' },
      )
    const batch = batchOf(1)
    batch.push(data, { address: '127.0.0.1', port: 0 }, { segmentSize: 300 })
    expect(await failure(sender.sendmmsg(batch))).toMatchObject({ code: 'EINVAL', messagesSent: 0 })
  })
})
