// `unix-dgram` with the promises of Socket. unix-dgram-bsd <recv | recvfrom | send> <path> <messages> <bytes>
import { createInterface } from 'node:readline'
import { AF_UNIX, SOCK_DGRAM, Socket } from 'bsd-sockets'

const [role, path, messages, bytes] = [
  process.argv[2],
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const socket = new Socket(AF_UNIX, SOCK_DGRAM)

const receivers = {
  recv: async () => (await socket.recv(2048)).length,
  recvfrom: async () => (await socket.recvfrom(2048)).data.length,
}

async function receive(next) {
  for (;;) {
    let started = 0n
    for (let i = 0; i < messages; i++) {
      if ((await next()) !== bytes) throw new Error('a message of another length')
      if (i === 0) started = process.hrtime.bigint()
    }
    console.log(JSON.stringify({ messages, seconds: Number(process.hrtime.bigint() - started) / 1e9 }))
  }
}

async function send() {
  const message = Buffer.alloc(bytes)
  for await (const _ of createInterface({ input: process.stdin }))
    for (let i = 0; i < messages; i++) await socket.send(message)
}

if (role === 'send') await socket.connect({ path })
else socket.bind({ path })
console.log(JSON.stringify({ ready: 1 }))
await (role === 'send' ? send() : receive(receivers[role]))
