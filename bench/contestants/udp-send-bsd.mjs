// `udp-send` with Socket. udp-send-bsd <send | trySend | sendmmsg> <bytes> <port>
import { AF_INET, MessageBatch, SOCK_DGRAM, Socket } from 'bsd-sockets'
import { answerLines } from './cost.mjs'

const how = process.argv[2]
const [bytes, port] = process.argv.slice(3).map(Number)
const socket = new Socket(AF_INET, SOCK_DGRAM)
const message = Buffer.alloc(bytes)
const batch = new MessageBatch({ domain: AF_INET, count: 64, size: bytes })

const sending = {
  async send(datagrams) {
    for (let i = 0; i < datagrams; i++) await socket.send(message)
  },

  async trySend(datagrams) {
    for (let i = 0; i < datagrams; i++) if (socket.trySend(message) === undefined) await socket.send(message)
  },

  async sendmmsg(datagrams) {
    for (let left = datagrams; left > 0; left -= batch.length) {
      batch.clear()
      while (batch.length < left && batch.push(message));
      await socket.sendmmsg(batch)
    }
  },
}

await socket.connect({ address: '127.0.0.1', port })
await answerLines((datagrams, cost) => cost.of(() => sending[how](datagrams)))
