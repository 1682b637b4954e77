// `udp-drain` with the 'message' events of node:dgram.
import * as posix from 'bsd-sockets/posix'
import { compete } from './drain.mjs'
import { receiver } from './received.mjs'

const fd = posix.socket('AF_INET', 'SOCK_DGRAM', 0, posix.SOCK_NONBLOCK)
await compete(fd, () => {
  const received = receiver(fd)
  return async (_messages, bytes) => {
    await received(bytes)
    return bytes
  }
})
