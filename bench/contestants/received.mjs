// What the contestants that receive with node:dgram share: 'message' events, until so many bytes have come.
import { createSocket } from 'node:dgram'

/** `fd` is bound, and its queue made longer than node:dgram can. */
export function receiver(fd) {
  const socket = createSocket('udp4')
  let left = 0
  let resolve
  socket.on('message', message => {
    left -= message.length
    if (left <= 0) resolve()
  })
  socket.bind({ fd })
  return bytes => {
    left = bytes
    return new Promise(done => {
      resolve = done
    })
  }
}
