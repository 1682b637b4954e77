// Closing inside a handler: whoever is called by the end of one operation may end any other.
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { AF_UNIX, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { openSockets } from '../support/fdtable.js'
import { Random } from '../support/random.js'
import { ignored, operations, satisfiable } from './pending.js'

const cancelled = expect.objectContaining({ code: 'ECANCELED', syscall: undefined })
const byte = Buffer.from('x')

async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error)
}

describe('close() inside a then-callback', () => {
  it.each(Object.entries(satisfiable))('of a %s that succeeded', async (_name, make) => {
    const { socket, others, start, satisfy } = make()
    const first = start().then(() => socket.close())
    const second = outcomeOf(start())
    await turn()
    satisfy?.()
    await first
    expect(socket.closed).toBe(true)
    const error = await second
    if (error !== undefined && typeof error === 'object') expect(error).not.toHaveProperty('code', 'EBADF')
    for (const other of others) other.close()
  })

  it.each(Object.entries(operations))('of a %s that was aborted', async (_name, make) => {
    const { socket, others, start } = make()
    const controller = new AbortController()
    const first = start({ signal: controller.signal }).catch((reason: unknown) => {
      socket.close()
      return reason
    })
    const second = outcomeOf(start())
    await turn()
    controller.abort('enough')
    expect(await first).toBe('enough')
    expect(await second).toEqual(cancelled)
    for (const other of others) other.close()
  })

  it('ends the sockets whose events came together with its own', async () => {
    const pairs = Array.from({ length: 50 }, () => Socket.pair(SOCK_STREAM))
    const ended = pairs.map(([, other]) =>
      outcomeOf(other.recv(1)).then(outcome => {
        for (const [, each] of pairs) each.close()
        return outcome
      }),
    )
    await turn()
    for (const [one] of pairs) one.trySend(byte)
    for (const outcome of await Promise.all(ended)) if (!(outcome instanceof Buffer)) expect(outcome).toEqual(cancelled)
    for (const [one] of pairs) one.close()
  })

  it('may open sockets that take the numbers of those just closed', async () => {
    const random = Random.seeded('close and open in handlers')
    const before = openSockets()
    let pairs = Array.from({ length: 20 }, () => Socket.pair(SOCK_STREAM))
    for (let round = 0; round < 100; round++) {
      const results = pairs.map(([, other], i) =>
        other.recv(16).then(
          data => {
            expect(String(data)).toBe(`${round}.${i}`)
            const victim = pairs[random.below(pairs.length)]
            if (random.chance(30) && victim !== undefined) for (const socket of victim) socket.close()
          },
          (error: unknown) => expect(error).toEqual(cancelled),
        ),
      )
      if (random.chance(50)) await turn()
      pairs.forEach(([one], i) => void (one.closed || one.trySend(Buffer.from(`${round}.${i}`))))
      await Promise.all(results)
      pairs = pairs.map(pair => (pair[0].closed ? Socket.pair(SOCK_STREAM) : pair))
    }
    for (const socket of pairs.flat()) socket.close()
    expect(openSockets()).toBe(before)
  })
})

describe('close() inside an abort listener', () => {
  it('that comes before the one of the operation cancels it', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const controller = new AbortController()
    controller.signal.addEventListener('abort', () => other.close())
    const receiving = outcomeOf(other.recv(1, { signal: controller.signal }))
    await turn()
    controller.abort()
    expect(await receiving).toEqual(cancelled)
    one.close()
  })

  it('that comes after the one of the operation finds it aborted', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const controller = new AbortController()
    const receiving = outcomeOf(other.recv(1, { signal: controller.signal }))
    controller.signal.addEventListener('abort', () => other.close())
    await turn()
    controller.abort('reason')
    expect(await receiving).toBe('reason')
    one.close()
  })

  it('ends many operations of one signal, each once', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const controller = new AbortController()
    const { signal } = controller
    let settled = 0
    const count = (): void => void settled++
    const waiting: Promise<unknown>[] = []
    for (let i = 0; i < 100; i++) {
      waiting.push(other.recv(1, { signal }).then(count, count))
      if (i === 50) signal.addEventListener('abort', () => other.close())
    }
    await turn()
    controller.abort()
    await Promise.all(waiting)
    expect(settled).toBe(100)
    one.close()
  })

  it('may be one for many operations, which is no reason for a warning', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const controller = new AbortController()
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    const waiting = Array.from({ length: 50 }, () => outcomeOf(other.recv(1, controller)))
    await turn()
    controller.abort('all')
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['all']))
    await turn()
    process.off('warning', note)
    expect(warnings).toEqual([])
    one.close()
    other.close()
  })

  it('does not keep those behind the aborted operation waiting', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const controller = new AbortController()
    const first = outcomeOf(other.recv(1, { signal: controller.signal }))
    const second = other.recv(1)
    await turn()
    one.trySend(byte)
    controller.abort('reason')
    expect(await first).toBe('reason')
    expect(String(await second)).toBe('x')
    one.close()
    other.close()
  })
})

describe('close() inside for await', () => {
  it('ends the loop over chunks', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    one.trySend(byte)
    let count = 0
    for await (const chunk of other.chunks()) {
      expect(String(chunk)).toBe('x')
      other.close()
      count++
    }
    expect(count).toBe(1)
    one.close()
  })

  it('ends the loop over datagrams, whatever is still queued', async () => {
    const [one, other] = Socket.pair(SOCK_DGRAM)
    for (let i = 0; i < 5; i++) one.trySend(byte)
    let count = 0
    for await (const _ of other.datagrams()) {
      count++
      if (count === 3) other.close()
    }
    expect(count).toBe(3)
    one.close()
  })

  it('ends the loop over connections', async () => {
    const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
    const clients = [1, 2, 3].map(() => new Socket(AF_UNIX, SOCK_STREAM))
    for (const client of clients) await client.connect(listener.getsockname())
    let count = 0
    for await (const { socket } of listener.connections()) {
      count++
      socket.close()
      listener.close()
    }
    expect(count).toBe(1)
    for (const client of clients) client.close()
  })
})

describe('close() inside a data event of a duplex', () => {
  it('ends the stream when the socket is closed', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const duplex = other.duplex()
    const errors: unknown[] = []
    duplex.on('error', error => errors.push(error))
    duplex.on('data', () => other.close())
    const ended = once(duplex, 'close').catch(ignored)
    one.trySend(byte)
    await ended
    expect(duplex.destroyed).toBe(true)
    for (const error of errors) expect(error).toEqual(cancelled)
    one.close()
  })

  it('ends the socket when the stream is destroyed, without an error', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const duplex = other.duplex()
    duplex.on('data', () => duplex.destroy())
    const ended = once(duplex, 'close')
    one.trySend(byte)
    await ended
    expect(other.closed).toBe(true)
    one.close()
  })

  it('cancels the write that waits when the stream is destroyed', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const duplex = other.duplex()
    const written = new Promise(resolve => duplex.write(Buffer.alloc(8 << 20), resolve))
    await turn()
    duplex.destroy()
    expect(await written).toBeInstanceOf(Error)
    expect(other.closed).toBe(true)
    one.close()
  })
})

describe('close() under web streams', () => {
  it('ends what is being read quietly', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const reader = other.streams().readable.getReader()
    const reading = outcomeOf(reader.read())
    await turn()
    other.close()
    expect(await reading).toEqual({ done: true, value: undefined })
    one.close()
  })

  it('fails what is being written with ECANCELED', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const writer = other.streams().writable.getWriter()
    writer.closed.catch(ignored)
    const writing = outcomeOf(writer.write(Buffer.alloc(8 << 20)))
    await turn()
    other.close()
    expect(await writing).toEqual(cancelled)
    one.close()
  })

  it('takes back the read when the reader cancels, and the socket stays usable until both sides have ended', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const { readable, writable } = other.streams()
    const reader = readable.getReader()
    const reading = reader.read()
    await turn()
    await reader.cancel()
    expect((await reading).done).toBe(true)
    const writer = writable.getWriter()
    await writer.write(byte)
    expect(String(await one.recv(1))).toBe('x')
    await writer.close()
    expect(other.closed).toBe(true)
    one.close()
  })
})
