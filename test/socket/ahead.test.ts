// datagrams() receives more than it has given: whoever receives next gets that first.
import {
  AF_INET,
  IP_PKTINFO,
  IP_RECVERR,
  MessageBatch,
  MSG_ERRQUEUE,
  MSG_PEEK,
  MSG_TRUNC,
  SOCK_DGRAM,
  type Socket,
  UDP_GRO,
} from 'bsd-sockets'
import { close } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { own, udpPair, unixPair } from '../support/pairs.js'

/** A socket whose loop has given the first of `count` datagrams, and was left. */
const elsewhere = { address: '127.0.0.1', port: 9 } // who is connected to it refuses all others
async function leftAfterOne(count: number): Promise<[sender: Socket<'AF_INET'>, receiver: Socket<'AF_INET'>]> {
  const [sender, receiver] = await udpPair()
  receiver.setsockopt(IP_PKTINFO, true)
  for (let i = 0; i < count; i++) await sender.send(Buffer.from(`datagram ${i}`))
  for await (const { data } of receiver.datagrams()) {
    expect(`${data}`).toBe('datagram 0')
    break
  }
  return [sender, receiver]
}

describe('a loop over datagrams() that is left', () => {
  it('leaves those that it did not take to every other way to receive, in their order', async () => {
    const [sender, receiver] = await leftAfterOne(12)
    const address = sender.getsockname()
    expect(receiver.tryRecv(4, { flags: MSG_PEEK })?.toString()).toBe('data')
    expect(`${await receiver.recv(100)}`).toBe('datagram 1')
    const into = Buffer.alloc(8)
    expect([await receiver.recv(into, { flags: MSG_TRUNC }), `${into}`]).toEqual([10, 'datagram'])
    expect(await receiver.recvfrom(100)).toEqual({ data: Buffer.from('datagram 3'), address, truncated: false })
    expect(await receiver.recvfrom(into)).toEqual({ length: 8, address, truncated: true })
    expect(receiver.tryRecvfrom(4)).toEqual({ data: Buffer.from('data'), address, truncated: true })
    expect(await receiver.recvmsg([into, Buffer.alloc(1)])).toMatchObject({
      ...{ length: 9, fullLength: 10, address, truncated: true, controlTruncated: false, flags: MSG_TRUNC },
      control: [{ type: 'IP_PKTINFO', destination: '127.0.0.1' }],
    })
    expect(receiver.tryRecvmsg(100)).toMatchObject({ data: Buffer.from('datagram 7'), length: 10, fullLength: 10 })
    await receiver.readable({ timeout: 0 })
    const batch = new MessageBatch({ domain: AF_INET, count: 2, size: 9, control: true })
    expect(await receiver.recvmmsg(batch, { flags: MSG_PEEK })).toBe(1)
    expect(await receiver.recvmmsg(batch)).toBe(2)
    expect([...batch]).toMatchObject([
      { data: Buffer.from('datagram '), flags: MSG_TRUNC, destination: '127.0.0.1', address },
      { data: Buffer.from('datagram '), flags: MSG_TRUNC, destination: '127.0.0.1', address },
    ])
    for await (const { data } of receiver.messages()) {
      expect(`${data}`).toBe('datagram 10')
      break
    }
    for await (const { data } of receiver.datagrams({ size: 9 })) {
      expect(`${data}`).toBe('datagram ')
      break
    }
    expect(receiver.tryRecv(100)).toBe(undefined)
  })

  it('waits afterwards for what comes next', async () => {
    const [sender, receiver] = await leftAfterOne(2)
    expect(`${await receiver.recv(100)}`).toBe('datagram 1')
    const next = receiver.recv(100)
    await sender.send(Buffer.from('later'))
    expect(`${await next}`).toBe('later')
  })

  it('serves who waited before it', async () => {
    const [sender, receiver] = await udpPair()
    const first = receiver.recv(100)
    const loop = receiver.datagrams()
    const second = loop.next()
    const third = loop.next()
    for (const text of ['1', '2', '3']) await sender.send(Buffer.from(text))
    expect(`${await first}`).toBe('1')
    expect([(await second).value?.data, (await third).value?.data]).toEqual([Buffer.from('2'), Buffer.from('3')])
  })

  it('says at detach what is lost', async () => {
    const [, receiver] = await leftAfterOne(3)
    const warned = new Promise<Error>(resolve => process.once('warning', resolve))
    close(receiver.detach())
    expect((await warned).message).toBe('2 datagrams that datagrams() received ahead are lost')
  })

  it('says at close what a dup of it does not get', async () => {
    const [, receiver] = await leftAfterOne(3)
    own(receiver.dup())
    const warned = new Promise<Error>(resolve => process.once('warning', resolve))
    receiver.close()
    expect((await warned).message).toBe('2 datagrams that datagrams() received ahead are lost')
  })

  it.runIf(needs('epoll'))('does not stand before the error queue', async () => {
    const [sender, receiver] = await leftAfterOne(3)
    receiver.setsockopt(IP_RECVERR, true)
    await sender.connect(elsewhere)
    await receiver.send(Buffer.from('refused'))
    const batch = new MessageBatch({ domain: AF_INET, count: 2, size: 10, control: true })
    expect(await receiver.recvmmsg(batch, { flags: MSG_ERRQUEUE })).toBe(1)
    expect(`${batch.data(0)}`).toBe('refused')
    expect(`${await receiver.recv(100)}`).toBe('datagram 1')
  })

  it('keeps what a batch cannot take', async () => {
    const [, receiver] = await leftAfterOne(3)
    const batch = new MessageBatch({ domain: AF_INET, count: 2, size: 20 })
    batch.push(Buffer.from('x'))
    structuredClone(batch.data(0).buffer, { transfer: [batch.data(0).buffer] })
    for (let i = 0; i < 3; i++) await expect(receiver.recvmmsg(batch)).rejects.toEqual(failure('ERR_INVALID_ARG_TYPE'))
    expect(`${await receiver.recv(20)}`).toBe('datagram 1')
  })

  it('ends with the socket', async () => {
    const [, receiver] = await leftAfterOne(3)
    const loop = receiver.datagrams()
    receiver.close()
    expect(await loop.next()).toEqual({ done: true, value: undefined })
    await expect(receiver.recv(1)).rejects.toEqual(failure('EBADF'))
  })
})

describe('datagrams()', () => {
  it('takes apart what the kernel put together', async () => {
    const [sender, receiver] = await udpPair()
    receiver.setsockopt(UDP_GRO, true)
    await sender.send(Buffer.alloc(2500, 1), { segmentSize: 1000 })
    await sender.send(Buffer.alloc(0))
    const lengths: number[] = []
    for await (const { data, address } of receiver.datagrams()) {
      expect(address).toEqual(sender.getsockname())
      if (lengths.push(data.length) === 4) break
    }
    expect(lengths).toEqual([1000, 1000, 500, 0])
  })

  it('throws the errors of the socket, and an abort before what is there', async () => {
    const [sender, receiver] = await leftAfterOne(3)
    const signal = AbortSignal.abort('enough')
    await expect(receiver.datagrams({ signal }).next()).rejects.toBe('enough')
    await sender.connect(elsewhere)
    const loop = receiver.datagrams()
    expect(`${(await loop.next()).value?.data}`).toBe('datagram 1')
    expect(`${(await loop.next()).value?.data}`).toBe('datagram 2')
    await receiver.send(Buffer.from('x'))
    await expect(loop.next()).rejects.toEqual(failure('ECONNREFUSED'))
    await expect(receiver.datagrams({ timeout: 1 }).next()).rejects.toEqual(failure('ETIMEDOUT'))
  })

  it('gives addresses that are the callers own', async () => {
    const [sender, receiver] = await udpPair()
    for (let i = 0; i < 2; i++) await sender.send(Buffer.from('x'))
    const ports: number[] = []
    for await (const { address } of receiver.datagrams()) {
      ports.push(address.port)
      address.port = 0
      if (ports.length === 2) break
    }
    expect(ports).toEqual(Array(2).fill(sender.getsockname().port))
  })

  it('leaves time to others while more come than it can take', async () => {
    const [sender, receiver] = await udpPair()
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    const looping = (async () => {
      for await (const _ of receiver.datagrams()) {
        sender.trySend(Buffer.alloc(10))
        sender.trySend(Buffer.alloc(10))
        if (ticks === 5) break
      }
    })()
    await sender.send(Buffer.from('x'))
    await looping
    clearInterval(timer)
    expect(ticks).toBe(5)
  })

  it('still reads one at a time where datagrams may be larger than any of UDP', async () => {
    const [one, other] = unixPair(SOCK_DGRAM)
    await one.send(Buffer.from('1'))
    await one.send(Buffer.alloc(100_000))
    for await (const { data } of other.datagrams({ size: 200_000 })) if (data.length === 100_000) break
  })
})
