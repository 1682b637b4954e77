// `udp-send` with node:dgram, connected; of a few under way at a time the last one has a callback.
// udp-send-node <bytes> <port>
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { answerLines } from './cost.mjs'

const [bytes, port] = process.argv.slice(2).map(Number)
const atATime = 64
const message = Buffer.alloc(bytes)
const socket = createSocket('udp4')

function sent() {
  return new Promise((resolve, reject) => {
    socket.send(message, error => (error ? reject(error) : resolve()))
  })
}

async function send(datagrams) {
  for (let i = 1; i <= datagrams; i++) {
    if (i % atATime === 0 || i === datagrams) await sent()
    else socket.send(message)
  }
}

socket.connect(port, '127.0.0.1')
await once(socket, 'connect')
await answerLines((datagrams, cost) => cost.of(() => send(datagrams)))
