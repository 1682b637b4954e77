// The C functions, blocking, on plain descriptors.
import { deepEqual, equal, throws } from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_INET, AF_UNIX, SO_RCVTIMEO, SOCK_DGRAM, SOCK_STREAM } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

/** Closes the descriptors when the check ends. */
function owned(own, ...fds) {
  own({ [Symbol.dispose]: () => fds.forEach(posix.close) })
  return fds
}

export const checks = {
  'a blocking exchange over TCP'(own) {
    const [listener, client] = owned(own, posix.socket(AF_INET, SOCK_STREAM), posix.socket(AF_INET, SOCK_STREAM))
    posix.bind(listener, { family: AF_INET, address: '127.0.0.1', port: 0 })
    posix.listen(listener, 1)
    posix.connect(client, posix.getsockname(listener))
    const { fd, address } = posix.accept(listener)
    owned(own, fd)
    deepEqual(address, posix.getsockname(client))
    posix.send(client, Buffer.from('plain C'))
    const buffer = Buffer.alloc(100)
    equal(buffer.toString('utf8', 0, posix.recv(fd, buffer)), 'plain C')
  },

  'poll waits, and tells which are ready'(own) {
    const [one, other] = owned(own, ...posix.socketpair(AF_UNIX, SOCK_DGRAM))
    const fds = [{ fd: other, events: posix.POLLIN }]
    equal(posix.poll(fds, 20), 0)
    posix.send(one, Buffer.from('x'))
    equal(posix.poll(fds, 1000), 1)
    equal(fds[0].revents, posix.POLLIN)
  },

  'fcntl, dup and ioctl'(own) {
    const [one, other] = owned(own, ...posix.socketpair(AF_UNIX, SOCK_STREAM))
    const [copy] = owned(own, posix.dup(other))
    posix.send(one, Buffer.from('four'))
    const count = Buffer.alloc(4)
    posix.ioctl(copy, posix.FIONREAD, count)
    equal(count.readInt32LE(), 4)
    posix.fcntl(other, posix.F_SETFL, posix.fcntl(other, posix.F_GETFL) | posix.O_NONBLOCK)
    posix.recv(copy, count)
    throws(() => posix.recv(other, count), { code: 'EAGAIN', syscall: 'recv' })
  },

  'a timeout of the socket ends a blocking call'(own) {
    const [one] = owned(own, ...posix.socketpair(AF_UNIX, SOCK_DGRAM))
    posix.setsockopt(one, SO_RCVTIMEO, 20)
    throws(() => posix.recv(one, Buffer.alloc(1)), { code: 'EAGAIN' })
  },

  'sendfile sends from a file'(own) {
    const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
    const file = join(folder, 'file')
    writeFileSync(file, 'from a file')
    const input = openSync(file)
    try {
      const [one, other] = owned(own, ...posix.socketpair(AF_UNIX, SOCK_STREAM))
      equal(posix.sendfile(one, input, 5, 100), 6)
      const buffer = Buffer.alloc(100)
      equal(buffer.toString('utf8', 0, posix.recv(other, buffer)), 'a file')
    } finally {
      closeSync(input)
      rmSync(folder, { recursive: true })
    }
  },

  'a descriptor that is not open is EBADF'() {
    throws(() => posix.close(99_999), { code: 'EBADF', syscall: 'close' })
    throws(() => posix.send(-1, Buffer.alloc(1)), { code: 'EBADF' })
  },
}
