// `unix-dgram` with the npm package unix-dgram. unix-dgram-unix-dgram <receive | send> <path> <messages> <bytes>
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { counter } from './unix-dgram-counter.mjs'

const [role, path, messages, bytes] = [
  process.argv[2],
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const { createSocket } = createRequire(new URL('../.rivals/', import.meta.url))('unix-dgram')
const socket = createSocket('unix_dgram')
const message = Buffer.alloc(bytes)
let left = 0
let congested = false

// A message that met congestion is sent again, and nothing before the socket is writable.
function sendWhilePossible() {
  congested = false
  while (left > 0) {
    left--
    socket.send(message)
    if (congested) return
  }
}

if (role === 'send') {
  socket.on('congestion', () => {
    congested = true
    left++
  })
  socket.on('writable', sendWhilePossible)
  socket.connect(path)
} else {
  socket.on('message', counter(messages, bytes))
  socket.bind(path)
}
console.log(JSON.stringify({ ready: 1 }))
if (role === 'send') {
  for await (const _ of createInterface({ input: process.stdin })) {
    left = messages
    sendWhilePossible()
  }
}
