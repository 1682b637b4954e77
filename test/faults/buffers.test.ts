// Buffers of every size, and buffers that go away while an operation waits.
import { setImmediate as turn } from 'node:timers/promises'
import { MessageBatch, MSG_WAITALL, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { drain, fill, ignored, taken } from '../lifecycle/pending.js'

const made: Socket[] = []
const byte = Buffer.from('x')
const typeError = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
const GiB = 1 << 30

function pair(type: typeof SOCK_STREAM | typeof SOCK_DGRAM): [Socket, Socket] {
  const both = Socket.pair(type)
  made.push(...both)
  return both
}

afterEach(() => {
  for (const socket of made.splice(0)) socket.close()
})

function detach(view: Uint8Array<ArrayBuffer>): void {
  structuredClone(view.buffer, { transfer: [view.buffer] })
}

function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error)
}

describe('a buffer of 0 bytes', () => {
  it('receives nothing from a stream, and takes nothing out of it', async () => {
    const [one, other] = pair(SOCK_STREAM)
    one.trySend(byte)
    expect(await other.recv(0)).toHaveLength(0)
    expect(await other.recv(Buffer.alloc(0))).toBe(0)
    expect(await other.recv(Buffer.alloc(0), { flags: MSG_WAITALL })).toBe(0)
    expect(String(await other.recv(1))).toBe('x')
  })

  it('takes a whole datagram, and says that it was longer', async () => {
    const [one, other] = pair(SOCK_DGRAM)
    one.trySend(byte)
    expect(await other.recvfrom(0)).toMatchObject({ data: Buffer.alloc(0), truncated: true })
    one.trySend(byte)
    expect(await other.recvfrom(Buffer.alloc(0))).toMatchObject({ length: 0, truncated: true })
  })

  it('sends nothing on a stream, and an empty datagram otherwise', async () => {
    const [one, other] = pair(SOCK_STREAM)
    expect(await one.send(Buffer.alloc(0))).toBe(0)
    await one.sendall(Buffer.alloc(0))
    await one.sendall([Buffer.alloc(0), byte, Buffer.alloc(0)])
    expect(String(await other.recv(9))).toBe('x')
    const [sender, receiver] = pair(SOCK_DGRAM)
    expect(await sender.send(Buffer.alloc(0))).toBe(0)
    await sender.send(byte)
    expect(await receiver.recvfrom(9)).toMatchObject({ data: Buffer.alloc(0), truncated: false })
    expect(String(await receiver.recv(9))).toBe('x')
  })
})

describe('a buffer of 64 KiB', () => {
  it.each([65_535, 65_536, 65_537])('carries a datagram of its size (%d)', async size => {
    const [one, other] = pair(SOCK_DGRAM)
    const data = Buffer.alloc(size, 'datagram')
    expect(await one.send(data)).toBe(size)
    expect((await other.recv(size)).equals(data)).toBe(true)
    await one.send(data)
    const { data: got, truncated } = await other.recvfrom(size - 1)
    expect(got.equals(data.subarray(0, size - 1))).toBe(true)
    expect(truncated).toBe(true)
  })

  it('gives a buffer that later receives do not touch', async () => {
    const [one, other] = pair(SOCK_STREAM)
    const got: Buffer[] = []
    for (const letter of 'abcdef')
      for (const size of [1, 20_000, 40_000, 65_536]) {
        await Promise.all([
          one.sendall(Buffer.alloc(size, letter)),
          other.recv(size, { flags: MSG_WAITALL }).then(data => got.push(data)),
        ])
        await one.sendall(Buffer.alloc(size, letter))
        for (let left = size; left > 0; ) {
          const data = await other.recv(65_536)
          left -= data.length
          got.push(data)
        }
      }
    const text = got.map(data => ({ first: data[0], same: data.every(value => value === data[0]) }))
    expect(text.every(({ same }) => same)).toBe(true)
    expect(text.map(({ first }) => first)).toEqual(text.map(({ first }) => first).toSorted((a = 0, b = 0) => a - b))
  })
})

describe('a buffer of 1 GiB', () => {
  it('may be asked for: it receives what there is', async () => {
    const [one, other] = pair(SOCK_STREAM)
    const receiving = other.recv(GiB)
    await turn()
    one.trySend(Buffer.from('little'))
    const data = await receiving
    expect(String(data)).toBe('little')
    expect(data.buffer.byteLength).toBeLessThan(1 << 20)
  })

  it('may be sent: a sendall that is aborted tells how much was, and the rest is not', async () => {
    const [one, other] = pair(SOCK_STREAM)
    const controller = new AbortController()
    const sending = outcomeOf(one.sendall(Buffer.allocUnsafeSlow(GiB), controller))
    let received = 0
    const into = Buffer.alloc(1 << 20)
    while (received < 10 << 20) received += await other.recv(into)
    controller.abort()
    one.close()
    for (let count = await other.recv(into); count > 0; count = await other.recv(into)) received += count
    expect(await sending).toMatchObject({ code: 'ECANCELED', bytesSent: received })
  })

  it('is no datagram: EMSGSIZE', async () => {
    const [one] = pair(SOCK_DGRAM)
    expect(await outcomeOf(one.send(Buffer.allocUnsafeSlow(GiB)))).toMatchObject({ code: 'EMSGSIZE', syscall: 'send' })
  })

  it('above what a Buffer can hold is an error and no crash', async () => {
    const [one, other] = pair(SOCK_STREAM)
    one.trySend(byte)
    const outcome = await outcomeOf(other.recv(0x7fffffff))
    if (!(outcome instanceof Buffer)) expect(outcome).toBeInstanceOf(RangeError)
    expect(await outcomeOf(other.recv(2 ** 31))).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
    expect(await outcomeOf(other.recv(2 ** 53))).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' })
  })
})

describe('a buffer that is detached while the operation waits', () => {
  it.each([
    ['recv', (socket: Socket, view: Uint8Array) => socket.recv(view)],
    ['recv with MSG_WAITALL', (socket: Socket, view: Uint8Array) => socket.recv(view, { flags: MSG_WAITALL })],
    ['recvfrom', (socket: Socket, view: Uint8Array) => socket.recvfrom(view)],
  ])('rejects a %s, which takes nothing from the stream', async (_name, start) => {
    const [one, other] = pair(SOCK_STREAM)
    const view = new Uint8Array(10)
    const receiving = outcomeOf(start(other, view))
    await turn()
    detach(view)
    one.trySend(byte)
    expect(await receiving).toEqual(typeError)
    expect(String(await other.recv(9))).toBe('x')
  })

  it.each([
    ['send', (socket: Socket, view: Uint8Array) => socket.send(view)],
    ['sendall', (socket: Socket, view: Uint8Array) => socket.sendall(view)],
    ['sendall of a list', (socket: Socket, view: Uint8Array) => socket.sendall([byte, view])],
  ])('rejects a %s, and the socket stays usable', async (_name, start) => {
    const [one, other] = pair(SOCK_STREAM)
    fill(other)
    const view = new Uint8Array(10)
    const sending = outcomeOf(start(other, view))
    await turn()
    detach(view)
    drain(one)
    expect(await sending).toEqual(typeError)
    drain(one)
    await other.send(byte)
    expect(String(await one.recv(9))).toBe('x')
  })

  it('rejects a datagram that waits, and sends no empty one in its place', async () => {
    const [one, other] = pair(SOCK_DGRAM)
    fill(other, 1)
    const view = new Uint8Array(10)
    const sending = outcomeOf(other.send(view))
    await turn()
    detach(view)
    for (let data = one.tryRecv(9); data !== undefined; data = one.tryRecv(9)) expect(data).toHaveLength(1)
    expect(await sending).toEqual(typeError)
    expect(one.tryRecv(9)).toBeUndefined()
  })

  it('rejects a MSG_WAITALL that had a part, and says how much', async () => {
    const [one, other] = pair(SOCK_STREAM)
    const view = new Uint8Array(10)
    const receiving = outcomeOf(other.recv(view, { flags: MSG_WAITALL }))
    one.trySend(Buffer.from('abc'))
    await taken(other)
    detach(view)
    one.trySend(byte)
    expect(await receiving).toEqual(typeError)
    expect(await receiving).toMatchObject({ bytesReceived: 3 })
    expect(String(await other.recv(9))).toBe('x')
  })

  it('rejects a sendall that had sent a part, and says how much', async () => {
    const [one, other] = pair(SOCK_STREAM)
    const view = new Uint8Array(4 << 20)
    const sending = outcomeOf(one.sendall(view))
    await turn()
    detach(view)
    let received = 0
    other.recv(1 << 20).then(data => {
      received += data.length
    }, ignored)
    expect(await sending).toEqual(typeError)
    one.close()
    for await (const chunk of other.chunks()) received += chunk.length
    expect(await sending).toMatchObject({ bytesSent: received })
  })

  it('leaves a BYOB reader of a web stream with an error or its bytes, never with an end', async () => {
    const [one, other] = pair(SOCK_STREAM)
    const reader = other.streams().readable.getReader({ mode: 'byob' })
    const reading = reader.read(new Uint8Array(10))
    await turn()
    one.trySend(byte)
    expect(await reading).toMatchObject({ done: false, value: new Uint8Array(byte) })
  })
})

describe('a buffer that threads share', () => {
  const shared = (text: string): Uint8Array => {
    const view = new Uint8Array(new SharedArrayBuffer(text.length))
    view.set(Buffer.from(text))
    return view
  }
  const textOf = (view: Uint8Array): string => Buffer.from(view).toString()

  it('is sent from', async () => {
    const [one, other] = pair(SOCK_STREAM)
    await one.send(shared('a'))
    await one.sendall(shared('b'))
    await one.sendall([shared('c'), shared('d')])
    await one.sendmsg({ data: new DataView(shared('e').buffer) })
    posix.send(one.fd, shared('f'))
    expect(String(await other.recv(9))).toBe('abcdef')
    const batch = new MessageBatch({ count: 1, size: 9 })
    batch.push(shared('g'), undefined)
    expect(String(batch.data(0))).toBe('g')
  })

  it('is received into', async () => {
    const [one, other] = pair(SOCK_STREAM)
    await one.sendall(Buffer.from('abcde'))
    const [a, b, c, d] = [shared('?'), shared('?'), shared('??'), shared('?')]
    expect(await other.recv(a)).toBe(1)
    expect(await other.recvfrom(b)).toMatchObject({ length: 1 })
    expect(await other.recvmsg([c])).toMatchObject({ length: 2 })
    expect(posix.recv(other.fd, d)).toBe(1)
    expect([a, b, c, d].map(textOf)).toEqual(['a', 'b', 'cd', 'e'])
  })
})

describe('a buffer that grows while the operation waits', () => {
  it('is sent as it was', async () => {
    const [one, other] = pair(SOCK_STREAM)
    fill(one)
    const memory: SharedArrayBuffer = Reflect.construct(SharedArrayBuffer, [3, { maxByteLength: 9 }])
    const view = new Uint8Array(memory)
    view.set(Buffer.from('abc'))
    const sending = one.sendall(view)
    Reflect.apply(Reflect.get(memory, 'grow'), memory, [9])
    const closing = sending.finally(() => one.close())
    let last = ''
    for await (const chunk of other.chunks()) last = (last + chunk.toString('latin1')).slice(-4)
    await closing
    expect(last).toBe('\0abc')
  })
})

describe('a buffer that shrinks while the operation waits', () => {
  it('is written no further than it reaches', async () => {
    const [one, other] = pair(SOCK_STREAM)
    const resizable: ArrayBuffer = Reflect.construct(ArrayBuffer, [4096, { maxByteLength: 4096 }])
    const receiving = outcomeOf(other.recv(new Uint8Array(resizable)))
    await turn()
    Reflect.apply(Reflect.get(resizable, 'resize'), resizable, [1])
    one.trySend(Buffer.from('abc'))
    const outcome = await receiving
    if (outcome !== 1) expect(outcome).toEqual(typeError)
    const rest = await other.recv(9)
    expect(String(rest)).toBe(outcome === 1 ? 'bc' : 'abc')
  })
})
