// `udp-gso` with node:dgram, which has neither: datagram by datagram.
// udp-gso-node <bytes of a segment> <segments of a piece> <pieces of a burst>
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import * as posix from 'bsd-sockets/posix'
import { answerLines } from './cost.mjs'
import { lengthenQueue } from './queue.mjs'
import { receiver } from './received.mjs'

const [size, segments, pieces] = process.argv.slice(2).map(Number)
const datagrams = segments * pieces
const message = Buffer.alloc(size)
const fd = posix.socket('AF_INET', 'SOCK_DGRAM', 0, posix.SOCK_NONBLOCK)
const sender = createSocket('udp4')

posix.bind(fd, { family: 'AF_INET', address: '127.0.0.1', port: 0 })
lengthenQueue(fd)
const received = receiver(fd)
sender.connect(posix.getsockname(fd).port, '127.0.0.1')
await once(sender, 'connect')
await answerLines((bursts, cost) =>
  cost.of(async () => {
    for (let left = bursts; left > 0; left--) {
      for (let i = 0; i < datagrams; i++) sender.send(message)
      await received(datagrams * size)
    }
  }),
)
