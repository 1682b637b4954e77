// `call` through posix.recv. call-bsd <empty | peek>; each line of the input is a number of calls.
import { createInterface } from 'node:readline'
import * as posix from 'bsd-sockets/posix'

const peek = process.argv[2] === 'peek'
const fd = posix.socket('AF_INET', 'SOCK_DGRAM', 0, posix.SOCK_NONBLOCK)
const buffer = Buffer.alloc(64)
posix.bind(fd, { family: 'AF_INET', address: '127.0.0.1', port: 0 })
if (peek) posix.sendto(fd, buffer, 0, posix.getsockname(fd))

function receiveNothing() {
  try {
    posix.recv(fd, buffer)
  } catch (error) {
    if (error.code === 'EAGAIN') return
    throw error
  }
  throw new Error('recv did something else')
}

function lookAtOne() {
  if (posix.recv(fd, buffer, posix.MSG_PEEK) !== buffer.length) throw new Error('recv did something else')
}

const call = peek ? lookAtOne : receiveNothing

for await (const line of createInterface({ input: process.stdin })) {
  const calls = Number(line)
  const started = process.hrtime.bigint()
  for (let i = 0; i < calls; i++) call()
  console.log(JSON.stringify({ nanoseconds: Number(process.hrtime.bigint() - started) }))
}
