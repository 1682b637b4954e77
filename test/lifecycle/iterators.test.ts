// Leaving an iterator: nothing is closed, nothing is lost, and nobody else's operations are touched.
import { setImmediate as turn } from 'node:timers/promises'
import { SOCK_STREAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { runModule } from '../support/node.js'

describe('return() of an iterator', () => {
  it('leaves the socket open, and the bytes to whoever comes next', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    one.trySend(Buffer.from('abc'))
    for await (const chunk of other.chunks({ size: 1 })) {
      expect(String(chunk)).toBe('a')
      break
    }
    expect(other.closed).toBe(false)
    expect(String(await other.recv(9))).toBe('bc')
    one.close()
    other.close()
  })

  it('ends the steps that wait', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const chunks = other.chunks()
    const steps = [chunks.next(), chunks.next()]
    await turn()
    await chunks.return?.()
    expect(await Promise.all(steps)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    one.trySend(Buffer.from('x'))
    expect(String(await other.recv(1))).toBe('x')
    one.close()
    other.close()
  })

  it('lets a step that has its chunk keep it, and those who wait behind wait on', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const chunks = other.chunks({ size: 1 })
    one.trySend(Buffer.from('a'))
    const step = chunks.next()
    const waiting = [other.recv(1), other.recv(1)]
    await chunks.return?.()
    expect(await step).toEqual({ done: false, value: Buffer.from('a') })
    await turn()
    one.trySend(Buffer.from('bc'))
    expect((await Promise.all(waiting)).map(String)).toEqual(['b', 'c'])
    one.close()
    other.close()
  })

  it('touches only its own steps', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const chunks = other.chunks({ size: 1 })
    const steps = [chunks.next(), chunks.next()]
    const waiting = Promise.all([other.recv(1), other.recv(1), other.recv(1)])
    one.trySend(Buffer.from('ab'))
    await chunks.return?.()
    await turn()
    one.trySend(Buffer.from('cdef'))
    const taken = (await Promise.all(steps)).flatMap(({ value }) => (value === undefined ? [] : [String(value)]))
    const rest = (await waiting).map(String)
    expect([...taken, ...rest].join('')).toBe('abcdef'.slice(0, taken.length + rest.length))
    one.close()
    other.close()
  })

  it('does not end the process while another operation waits', async () => {
    const { code, stdout } = await runModule(`
      const [one, other] = Socket.pair(SOCK_STREAM)
      one.trySend(Buffer.from('a'))
      const chunks = other.chunks()
      const step = chunks.next()
      chunks.return()
      await step
      setTimeout(() => posix.send(one.fd, Buffer.from('b')), 100).unref()
      console.log(String(await other.recv(1)))
    `)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'b\n' })
  })
})
