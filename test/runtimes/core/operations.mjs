// How operations end early: timeout, abort, close; and what is refused before any system call.
import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket, SocketError } from 'bsd-sockets'

function pair(own) {
  return Socket.pair(SOCK_STREAM).map(own)
}

export const checks = {
  async 'a timeout takes back one operation, and the socket stays usable'(own) {
    const [one, other] = pair(own)
    await rejects(other.recv(10, { timeout: 20 }), { code: 'ETIMEDOUT', syscall: undefined })
    await one.send(Buffer.from('x'))
    equal(String(await other.recv(10)), 'x')
  },

  async 'an abort rejects with its reason, and loses nothing'(own) {
    const [one, other] = pair(own)
    const controller = new AbortController()
    const aborted = other.recv(10, { signal: controller.signal })
    const next = other.recv(10)
    const reason = new Error('mine')
    setTimeout(() => controller.abort(reason), 20)
    await rejects(aborted, error => error === reason)
    await one.send(Buffer.from('x'))
    equal(String(await next), 'x')
  },

  async 'AbortSignal.timeout takes back an accept'(own) {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen())
    await rejects(listener.accept({ signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' })
  },

  async 'close() rejects what is pending and ends the iterators'(own) {
    const [, other] = pair(own)
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen())
    const receiving = other.recv(10)
    const step = listener.connections()[Symbol.asyncIterator]().next()
    setTimeout(() => {
      other.close()
      listener.close()
    }, 20)
    await rejects(receiving, { code: 'ECANCELED' })
    equal((await step).done, true)
    await rejects(other.recv(10), { code: 'EBADF' })
  },

  async 'a descriptor can be detached and adopted'(own) {
    const [one, other] = pair(own)
    const adopted = own(Socket.from(other.detach()))
    equal(adopted.type, SOCK_STREAM)
    await one.send(Buffer.from('x'))
    equal(String(await adopted.recv(10)), 'x')
    throws(() => Socket.from(99_999), { code: 'EBADF' })
  },

  async 'wrong arguments are typed errors'(own) {
    const [one] = pair(own)
    throws(() => new Socket('AF_NONE', SOCK_STREAM), { code: 'ERR_INVALID_ARG_VALUE' })
    const tcp = own(new Socket(AF_INET, SOCK_STREAM))
    throws(() => tcp.bind({ address: '127.0.0.1', port: 65_536 }), {
      name: 'RangeError',
      code: 'ERR_OUT_OF_RANGE',
    })
    await rejects(one.send('text'), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
    await rejects(one.recv(-1), { code: 'ERR_OUT_OF_RANGE' })
    throws(() => one.setsockopt(1, 2, {}), { code: 'ERR_INVALID_ARG_TYPE' })
  },

  async 'a detached view is a typed error, one that can be resized or is shared is taken'(own) {
    const [one, other] = pair(own)
    const gone = new Uint8Array(8)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    await rejects(one.send(gone), { name: 'TypeError' })
    const resizable = new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }))
    equal(await one.send(resizable), 4)
    equal((await other.recv(10)).length, 4)
    const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7)
    equal(await one.send(shared.subarray(1)), 3)
    equal(await other.recv(shared.fill(0).subarray(2)), 2)
    deepEqual([...shared], [0, 0, 7, 7])
  },

  async 'what the kernel refuses is a SocketError'(own) {
    const taken = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen())
    const second = own(new Socket(AF_INET, SOCK_STREAM))
    throws(
      () => second.bind(taken.getsockname()),
      error =>
        error instanceof SocketError && error.code === 'EADDRINUSE' && error.syscall === 'bind' && error.errno < 0,
    )
    await rejects(own(new Socket(AF_INET, SOCK_DGRAM)).send(Buffer.from('x')), { code: 'EDESTADDRREQ' })
  },
}
