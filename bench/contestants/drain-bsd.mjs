// `udp-drain` and `capture` with Socket: in batches, or with promises for each message.
import { AF_INET, AF_PACKET, MessageBatch, SOCK_DGRAM, SOCK_RAW, Socket } from 'bsd-sockets'
import { compete, how, kind, room } from './drain.mjs'

const socket = kind === 'packet' ? new Socket(AF_PACKET, SOCK_RAW) : new Socket(AF_INET, SOCK_DGRAM)
const batch = new MessageBatch({ domain: socket.domain, count: 64, size: room })

const drains = {
  async batch(messages) {
    let bytes = 0
    for (let left = messages; left > 0; ) {
      const count = await socket.recvmmsg(batch)
      for (let i = 0; i < count; i++) bytes += batch.data(i).length
      left -= count
    }
    return bytes
  },

  async iterated(messages) {
    let bytes = 0
    for (let left = messages; left > 0; ) {
      left -= await socket.recvmmsg(batch)
      for (const { data } of batch) bytes += data.length
    }
    return bytes
  },

  async recvfrom(messages) {
    let bytes = 0
    for (let left = messages; left > 0; left--) bytes += (await socket.recvfrom(room)).data.length
    return bytes
  },

  async datagrams(messages) {
    let bytes = 0
    let left = messages
    for await (const { data } of socket.datagrams()) {
      bytes += data.length
      if (--left === 0) break
    }
    return bytes
  },
}

await compete(socket.fd, () => drains[how])
