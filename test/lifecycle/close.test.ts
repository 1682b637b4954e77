// close() and detach() at every stage of every operation.
import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { AF_INET, AF_UNIX, MSG_WAITALL, SHUT_WR, SO_TYPE, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { openSockets } from '../support/fdtable.js'
import { fill, operations, type Pending, steps, taken } from './pending.js'

const cancelled = expect.objectContaining({ name: 'SocketError', code: 'ECANCELED', syscall: undefined })
const closed = expect.objectContaining({ name: 'SocketError', code: 'EBADF', syscall: undefined })

/** When the end comes, seen from the call of the operation. */
const stages: Record<string, (pending: Pending, end: () => void) => void | Promise<void>> = {
  'right after the call': (_pending, end) => end(),
  'in a microtask': (_pending, end) => Promise.resolve().then(end),
  'in the next tick': (_pending, end) => new Promise(resolve => process.nextTick(() => resolve(end()))),
  'some turns later': async (_pending, end) => {
    for (let i = 0; i < 3; i++) await turn()
    end()
  },
  'when it could just finish': async (pending, end) => {
    await turn()
    pending.satisfy?.()
    end()
  },
}

const ends: Record<string, (socket: Socket) => void> = {
  'close()': socket => socket.close(),
  'close(), twice': socket => {
    socket.close()
    socket.close()
  },
  dispose: socket => socket[Symbol.dispose](),
  'detach()': socket => posix.close(socket.detach()),
}

function cases<T>(...lists: readonly Record<string, T>[]): [string, T][] {
  return lists.flatMap(list => Object.entries(list))
}

describe.each(cases(operations))('%s', (_name, make) => {
  describe.each(cases(ends))('ended by %s', (_end, finish) => {
    it.each(cases(stages))('rejects with ECANCELED: %s', async (_stage, at) => {
      const before = openSockets()
      const pending = make()
      const outcome = pending.start().then(
        () => 'done',
        (error: unknown) => error,
      )
      await at(pending, () => finish(pending.socket))
      expect(await outcome).toEqual(cancelled)
      await expect(pending.start()).rejects.toEqual(closed)
      expect(pending.socket).toMatchObject({ fd: -1, closed: true })
      for (const socket of pending.others) socket.close()
      expect(openSockets()).toBe(before)
    })
  })
})

describe.each(cases(steps))('a step of %s', (_name, make) => {
  describe.each(cases(ends))('ended by %s', (_end, finish) => {
    it.each(cases(stages))('ends the loop quietly: %s', async (_stage, at) => {
      const pending = make()
      const outcome = pending.start()
      await at(pending, () => finish(pending.socket))
      expect(await outcome).toEqual({ done: true, value: undefined })
      expect(await pending.start()).toEqual({ done: true, value: undefined })
      for (const socket of pending.others) socket.close()
    })
  })
})

describe('close()', () => {
  it('rejects all that waits, in the order of the calls', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    fill(one)
    const order: string[] = []
    const waiting = [one.recv(1), one.readable(), one.recv(1), one.send(Buffer.alloc(1)), one.sendall(Buffer.alloc(1))]
    const watched = waiting.map((promise, i) =>
      promise.catch((error: unknown) => {
        expect(error).toEqual(cancelled)
        order.push(String(i))
      }),
    )
    await turn()
    one.close()
    await Promise.all(watched)
    expect(order.join('')).toBe('01234')
    other.close()
  })

  it('tells how much of a sendall had been sent', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const sending = one.sendall(Buffer.alloc(8 << 20)).catch((error: unknown) => error)
    await turn()
    one.close()
    let received = 0
    for await (const chunk of other.chunks()) received += chunk.length
    expect(await sending).toEqual(cancelled)
    expect(await sending).toMatchObject({ bytesSent: received })
    other.close()
  })

  it('tells what a MSG_WAITALL had received', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const receiving = one.recv(10, { flags: MSG_WAITALL }).catch((error: unknown) => error)
    other.trySend(Buffer.from('abc'))
    await taken(one)
    one.close()
    expect(await receiving).toEqual(cancelled)
    expect(await receiving).toMatchObject({ bytesReceived: 3, data: Buffer.from('abc') })
    other.close()
  })

  it('lets every later call fail with EBADF', async () => {
    const socket = new Socket(AF_INET, SOCK_STREAM)
    socket.close()
    const address = { address: '127.0.0.1', port: 1 } as const
    const bytes = Buffer.alloc(1)
    for (const promise of [
      socket.accept(),
      socket.connect(address),
      socket.recv(1),
      socket.recv(bytes),
      socket.recv(1, { flags: MSG_WAITALL }),
      socket.recvfrom(1),
      socket.recvfrom(bytes),
      socket.send(bytes),
      socket.sendto(bytes, address),
      socket.sendall(bytes),
      socket.sendall([]),
      socket.readable(),
      socket.writable(),
    ])
      await expect(promise).rejects.toEqual(closed)
    for (const call of [
      () => socket.bind(address),
      () => socket.listen(),
      () => socket.getsockname(),
      () => socket.getpeername(),
      () => socket.getsockopt(SO_TYPE),
      () => socket.setsockopt(1, 2, 1),
      () => socket.shutdown(SHUT_WR),
      () => socket.sockatmark(),
      () => socket.detach(),
      () => socket.dup(),
      () => socket.tryAccept(),
      () => socket.tryRecv(1),
      () => socket.tryRecvfrom(1),
      () => socket.trySend(bytes),
      () => socket.trySendto(bytes, address),
    ])
      expect(call).toThrow(closed)
    expect(() => socket.ref().unref().close()).not.toThrow()
  })

  it('leaves a path where it is', () => {
    const path = `/tmp/bsd-sockets-close-${randomUUID()}`
    const first = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    first.close()
    const second = new Socket(AF_UNIX, SOCK_DGRAM)
    expect(() => second.bind({ path })).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }))
    second.close()
    process.getBuiltinModule('node:fs').unlinkSync(path)
  })
})

describe('detach()', () => {
  it('gives the descriptor, still open and non-blocking, and another Socket can take it', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const receiving = one.recv(1).catch((error: unknown) => error)
    await turn()
    const { fd } = one
    expect(one.detach()).toBe(fd)
    expect(await receiving).toEqual(cancelled)
    expect(posix.fcntl(fd, posix.F_GETFL) & posix.O_NONBLOCK).toBe(posix.O_NONBLOCK)
    const again = Socket.from(fd)
    const next = again.recv(1)
    other.trySend(Buffer.from('x'))
    expect(String(await next)).toBe('x')
    again.close()
    other.close()
  })

  it('takes its descriptor out of the event queue: what waits on a new Socket of it wakes once', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    let socket: Socket = one
    for (let i = 0; i < 100; i++) {
      const receiving = socket.recv(1).catch((error: unknown) => error)
      await turn()
      socket = Socket.from(socket.detach())
      expect(await receiving).toEqual(cancelled)
    }
    const receiving = socket.recv(1)
    await other.send(Buffer.from('y'))
    expect(String(await receiving)).toBe('y')
    socket.close()
    other.close()
  })
})

describe('dup()', () => {
  it('makes a socket that is closed on its own, while the other goes on waiting', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const second = one.dup()
    const [first, later] = [one.recv(1).catch((error: unknown) => error), second.recv(1)]
    await turn()
    one.close()
    expect(await first).toEqual(cancelled)
    await turn()
    await other.send(Buffer.from('z'))
    expect(String(await later)).toBe('z')
    const after = second.recv(1)
    await turn()
    await other.send(Buffer.from('!'))
    expect(String(await after)).toBe('!')
    second.close()
    other.close()
  })

  it('lets two sockets that wait for the same bytes share them', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const second = one.dup()
    const got: string[] = []
    const reading = [one, second].map(async socket => {
      for await (const chunk of socket.chunks({ size: 1 })) got.push(String(chunk))
    })
    for (const letter of 'abcdefgh') {
      await other.send(Buffer.from(letter))
      await turn()
    }
    other.close()
    await Promise.all(reading)
    expect(got.toSorted().join('')).toBe('abcdefgh')
    one.close()
    second.close()
  })
})
