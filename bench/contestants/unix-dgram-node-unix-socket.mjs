// `unix-dgram` with the npm package node-unix-socket, which cannot connect: each message names the path.
// unix-dgram-node-unix-socket <receive | send> <path> <messages> <bytes>
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { counter } from './unix-dgram-counter.mjs'

const [role, path, messages, bytes] = [
  process.argv[2],
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const { DgramSocket } = createRequire(new URL('../.rivals/', import.meta.url))('node-unix-socket')
const socket = new DgramSocket()
const message = Buffer.alloc(bytes)

// One at a time: with more under way at a full receiver, 0.2.7 spins and then crashes (double free).
async function send() {
  for (let i = 0; i < messages; i++) {
    const error = await new Promise(done => socket.sendTo(message, 0, bytes, path, done))
    if (error) throw error
  }
}

if (role === 'receive') {
  socket.on('data', counter(messages, bytes))
  socket.bind(path)
}
console.log(JSON.stringify({ ready: 1 }))
if (role === 'send') for await (const _ of createInterface({ input: process.stdin })) await send()
