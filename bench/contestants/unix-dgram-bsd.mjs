// `unix-dgram` with Socket: message by message, or in batches.
// unix-dgram-bsd <recv | recvfrom | recvmmsg | send | sendmmsg> <path> <messages> <bytes>
import { createInterface } from 'node:readline'
import { AF_UNIX, MessageBatch, SOCK_DGRAM, Socket } from 'bsd-sockets'

const [role, path, messages, bytes] = [
  process.argv[2],
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const socket = new Socket(AF_UNIX, SOCK_DGRAM)

const batch = new MessageBatch({ domain: AF_UNIX, count: 64, size: 2048 })

function isRight(data) {
  if (data.length !== bytes) throw new Error('a message of another length')
}

// Each answers how many messages it received.
const receivers = {
  async recv() {
    isRight(await socket.recv(2048))
    return 1
  },
  async recvfrom() {
    isRight((await socket.recvfrom(2048)).data)
    return 1
  },
  async recvmmsg() {
    const count = await socket.recvmmsg(batch)
    for (let i = 0; i < count; i++) isRight(batch.data(i))
    return count
  },
}

async function receive(next) {
  for (let rest = 0; ; ) {
    let started = 0n
    let count = rest
    for (; count < messages; count += await next()) if (started === 0n && count > 0) started = process.hrtime.bigint()
    rest = count - messages
    console.log(JSON.stringify({ messages, seconds: Number(process.hrtime.bigint() - started) / 1e9 }))
  }
}

const message = Buffer.alloc(bytes)

const senders = {
  async send() {
    await socket.send(message)
    return 1
  },
  async sendmmsg(left) {
    batch.clear()
    while (batch.length < left && batch.push(message));
    return socket.sendmmsg(batch)
  },
}

async function send(some) {
  for await (const _ of createInterface({ input: process.stdin }))
    for (let left = messages; left > 0; left -= await some(left));
}

const sender = senders[role]
if (sender !== undefined) await socket.connect({ path })
else socket.bind({ path })
console.log(JSON.stringify({ ready: 1 }))
await (sender !== undefined ? send(sender) : receive(receivers[role]))
