// Under load nothing is lost but what the kernel dropped, which it counts; and what comes keeps its order.
import { AF_INET, MessageBatch, SO_MEMINFO, SO_RCVBUF, SOCK_DGRAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { own } from '../support/pairs.js'

const rounds = 400
const each = 64

type Take = (receiver: Socket<'AF_INET'>, took: (data: Buffer) => void) => Promise<void>

const ways: Readonly<Record<string, Take>> = {
  async 'recvmmsg()'(receiver, took) {
    const batch = new MessageBatch({ domain: AF_INET, count: 32, size: 100 })
    for (;;) {
      await receiver.recvmmsg(batch)
      for (let i = 0; i < batch.length; i++) took(batch.data(i))
    }
  },
  async 'datagrams()'(receiver, took) {
    for await (const { data } of receiver.datagrams()) took(data)
  },
  async 'recvfrom()'(receiver, took) {
    for (;;) took((await receiver.recvfrom(100)).data)
  },
  async 'recv() into a view'(receiver, took) {
    const into = Buffer.alloc(100)
    for (;;) took(into.subarray(0, await receiver.recv(into)))
  },
}

describe.runIf(SO_MEMINFO.supported)('datagrams that come faster than they are taken', () => {
  it.each(Object.entries(ways))('are all taken by %s, or counted as dropped, in their order', async (_name, take) => {
    const receiver = own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })).setsockopt(SO_RCVBUF, 1 << 16)
    const sender = own(new Socket(AF_INET, SOCK_DGRAM))
    await sender.connect(receiver.getsockname())
    let last = -1
    let seen = 0
    const disordered: number[] = []
    const taking = take(receiver, data => {
      const number = data.readUInt32BE()
      if (number <= last) disordered.push(number)
      last = number
      seen++
    }).catch((error: unknown) => error)
    const batch = new MessageBatch({ domain: AF_INET, count: each, size: 8 })
    const data = Buffer.alloc(8)
    for (let round = 0; round < rounds; round++) {
      batch.clear()
      for (let i = 0; i < each; i++) {
        data.writeUInt32BE(round * each + i)
        batch.push(data)
      }
      await sender.sendmmsg(batch)
      if (round % 10 === 9) await new Promise(setImmediate)
    }
    const { drops } = receiver.getsockopt(SO_MEMINFO)
    while (seen + drops < rounds * each) await new Promise(setImmediate)
    receiver.close()
    await taking
    expect({ sum: seen + drops, disordered }).toEqual({ sum: rounds * each, disordered: [] })
    expect(drops).toBeGreaterThan(0)
  })
})
