// Socket options: switches, numbers, structs; what is not here.
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import {
  AF_INET,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_NOSIGPIPE,
  SO_PEERCRED,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_STREAM,
  Socket,
  TCP_CONGESTION,
  TCP_INFO,
  TCP_NODELAY,
} from 'bsd-sockets'
import { skip } from './skipped.mjs'

function tcp(own) {
  return own(new Socket(AF_INET, SOCK_STREAM))
}

export const checks = {
  'switches are booleans'(own) {
    const socket = tcp(own)
    for (const option of [SO_REUSEADDR, SO_KEEPALIVE, TCP_NODELAY]) {
      equal(socket.getsockopt(option), false)
      equal(socket.setsockopt(option, true).getsockopt(option), true)
    }
  },

  'numbers, times and null are read back as they were set'(own) {
    const socket = tcp(own)
    ok(socket.setsockopt(SO_RCVBUF, 65_536).getsockopt(SO_RCVBUF) >= 65_536)
    equal(socket.setsockopt(SO_RCVTIMEO, 1500).getsockopt(SO_RCVTIMEO), 1500)
    equal(socket.setsockopt(SO_LINGER, 3).getsockopt(SO_LINGER), 3)
    equal(socket.setsockopt(SO_LINGER, null).getsockopt(SO_LINGER), null)
  },

  'read-only ones tell what they are'(own) {
    const socket = tcp(own)
    deepEqual([socket.getsockopt(SO_TYPE), socket.getsockopt(SO_ERROR)], [SOCK_STREAM, null])
  },

  'structs are objects, texts are strings'(own) {
    if (process.platform !== 'linux') skip('of Linux')
    const socket = tcp(own)
    const [one] = Socket.pair(SOCK_STREAM).map(own)
    equal(typeof socket.getsockopt(TCP_INFO), 'object')
    equal(typeof socket.getsockopt(TCP_CONGESTION), 'string')
    equal(one.getsockopt(SO_PEERCRED).pid, process.pid)
  },

  'any option goes by level and number'(own) {
    const socket = tcp(own)
    const { level, number } = SO_REUSEADDR
    socket.setsockopt(level, number, 1)
    ok(socket.getsockopt(level, number, 4).readInt32LE() !== 0)
  },

  'what this system lacks is refused by name'(own) {
    if (SO_NOSIGPIPE.supported) skip('this system has SO_NOSIGPIPE')
    throws(() => tcp(own).setsockopt(SO_NOSIGPIPE, true), { code: 'ENOPROTOOPT', message: /SO_NOSIGPIPE/ })
  },
}
