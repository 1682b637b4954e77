import type { Duplex } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import { MessageBatch, SO_LINGER, SO_RCVBUF, Socket } from 'bsd-sockets'
import { close } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { runInFolderOfItsOwn } from '../support/folder.js'
import { isTyped, spoilt } from '../support/wrong.js'

interface Method {
  right: readonly unknown[]
  named?: string
  free?: (made: never) => void
}

const loopback = { address: '127.0.0.1', port: 9 }
const byte = Buffer.alloc(1)
const none = {}
const batch = new MessageBatch({ count: 2, size: 10, control: true })

const promises: Record<string, Method> = {
  accept: { right: [none] },
  connect: { right: [loopback, none] },
  recv: { right: [10, none] },
  'recv into': { named: 'recv', right: [byte, none] },
  'recv of all': { named: 'recv', right: [10, { flags: 0x100 }] },
  recvfrom: { right: [10, none] },
  'recvfrom into': { named: 'recvfrom', right: [byte, none] },
  send: { right: [byte, none] },
  sendto: { right: [byte, loopback, none] },
  sendall: { right: [[byte, byte], none] },
  'sendall of one': { named: 'sendall', right: [byte, none] },
  'sendall of a list': { named: 'sendall', right: [[byte], none] },
  sendmsg: { right: [{ data: byte, address: loopback, control: [{ type: 'IP_TTL', value: 1 }] }, none] },
  'sendmsg with a control': { named: 'sendmsg', right: [{ data: [byte], control: [{ type: 'IP_PKTINFO' }] }, none] },
  recvmsg: { right: [10, { rights: false }] },
  'recvmsg into': { named: 'recvmsg', right: [[byte, byte], none] },
  sendfds: { right: [[0], byte, none] },
  recvfds: { right: [1, { size: 10 }] },
  recvmmsg: { right: [batch, none] },
  sendmmsg: { right: [batch, { first: 0 }] },
  recverr: { right: [none] },
  readable: { right: [none] },
  writable: { right: [none] },
  'the signal of recv': { named: 'recv', right: [10, { signal: AbortSignal.timeout(1e6), timeout: 1e6 }] },
}

const immediate: Record<string, Method> = {
  is: { right: ['AF_INET'] },
  bind: { right: [{ address: '127.0.0.1' }] },
  listen: { right: [1] },
  getsockname: { right: [] },
  getpeername: { right: [] },
  getsockopt: { right: [SO_RCVBUF] },
  'getsockopt by number': { named: 'getsockopt', right: [1, 8, 4] },
  setsockopt: { right: [SO_LINGER, 1] },
  'setsockopt by number': { named: 'setsockopt', right: [1, 8, 4096] },
  shutdown: { right: [2] },
  sockatmark: { right: [] },
  close: { right: [] },
  detach: { right: [], free: (fd: number) => close(fd) },
  dup: { right: [], free: (made: Socket) => made.close() },
  ref: { right: [] },
  unref: { right: [] },
  tryAccept: { right: [] },
  tryRecverr: { right: [] },
  tryRecv: { right: [10, none] },
  'tryRecv into': { named: 'tryRecv', right: [byte, none] },
  tryRecvfrom: { right: [10, none] },
  'tryRecvfrom into': { named: 'tryRecvfrom', right: [byte, none] },
  trySend: { right: [byte, none] },
  trySendto: { right: [byte, loopback, none] },
  trySendmsg: { right: [{ data: byte }, none] },
  tryRecvmsg: { right: [10, none] },
  'tryRecvmsg into': { named: 'tryRecvmsg', right: [byte, none] },
  tryRecvmmsg: { right: [batch, none] },
  trySendmmsg: { right: [batch, none] },
  duplex: { right: [], free: (made: Duplex) => made.on('error', () => made.destroy()).destroy() },
  streams: {
    right: [],
    free: (made: { readable: ReadableStream; writable: WritableStream }) =>
      Promise.allSettled([made.readable.cancel(), made.writable.abort()]),
  },
}

const iterables: Record<string, Method> = {
  connections: { right: [none] },
  datagrams: { right: [{ size: 10 }] },
  chunks: { right: [{ size: 10 }] },
  errors: { right: [none] },
  messages: { right: [{ size: 10, rights: true }] },
}

/** Wrong values of a property: each as one of the object that is an argument. */
const properties = [
  ...['flags', 'timeout', 'signal', 'size', 'address', 'port', 'family', 'path', 'data'],
  ...['control', 'rights', 'segmentSize', 'ecn', 'local', 'ifindex', 'first'],
]

function* variants({ right }: Method): Generator<{ given: unknown[]; name: string }> {
  yield* spoilt(right)
  const place = right.findLastIndex(value => typeof value === 'object' && !ArrayBuffer.isView(value))
  const object = right[place]
  if (place < 0 || Array.isArray(object)) return
  for (const property of properties)
    for (const { given, name } of spoilt([none]))
      yield { given: right.with(place, { ...Object(object), [property]: given[0] }), name: `${property}: ${name}` }
}

type Stage = 'open' | 'connected' | 'closed'
function make(stage: Stage): Socket {
  if (stage === 'connected') {
    const [one, other] = Socket.pair('SOCK_STREAM')
    other.close()
    return one as Socket
  }
  const socket: Socket = new Socket('AF_INET', 'SOCK_DGRAM')
  if (stage === 'closed') socket.close()
  return socket
}

function apply(socket: Socket, name: string, given: unknown[]): unknown {
  const method: unknown = Reflect.get(socket, name)
  if (typeof method !== 'function') throw new Error(`no method ${name}`)
  return Reflect.apply(method, socket, given)
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

runInFolderOfItsOwn()

describe.each(['open', 'connected', 'closed'] as const)('a Socket that is %s', stage => {
  it.each(Object.entries(promises))('rejects, and never throws, for a wrong argument of %s', async (key, method) => {
    const found: string[] = []
    for (const { given, name } of variants(method)) {
      using socket = make(stage)
      try {
        const promise = apply(socket, method.named ?? key, given)
        if (!(promise instanceof Promise)) throw new Error('no promise')
        const failed = failureOf(promise)
        socket.close()
        const error = await failed
        if (error !== undefined && !isTyped(error)) found.push(`${name}: rejects with ${error}`)
      } catch (error) {
        found.push(`${name}: throws ${error}`)
      }
    }
    expect(found).toEqual([])
  })

  it.each(Object.entries(immediate))('gives a value or throws a typed error: %s', (key, method) => {
    const found: string[] = []
    for (const { given, name } of variants(method)) {
      using socket = make(stage)
      try {
        const made = apply(socket, method.named ?? key, given)
        if (method.free) Reflect.apply(method.free, undefined, [made])
      } catch (error) {
        if (!isTyped(error)) found.push(`${name}: ${error}`)
      }
    }
    expect(found).toEqual([])
  })

  it.each(Object.entries(iterables))('gives an iterable or a typed error: %s', async (key, method) => {
    const found: string[] = []
    for (const { given, name } of variants(method)) {
      using socket = make(stage)
      try {
        const items = apply(socket, method.named ?? key, given) as AsyncIterator<unknown>
        const failed = failureOf(items.next())
        socket.close()
        const error = await failed
        if (error !== undefined && !isTyped(error)) found.push(`${name}: rejects with ${error}`)
      } catch (error) {
        if (!isTyped(error)) found.push(`${name}: ${error}`)
      }
    }
    expect(found).toEqual([])
  })
})

describe('the methods of Socket', () => {
  it('are all tried here', () => {
    const internal = ['constructor', 'openFd', 'duplicate']
    const tried = Object.entries({ ...promises, ...immediate, ...iterables }).map(([key, { named }]) => named ?? key)
    for (let proto = Socket.prototype; proto !== Object.prototype; proto = Object.getPrototypeOf(proto))
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto)))
        if (typeof value === 'function' && !internal.includes(name)) expect(tried).toContain(name)
  })
})

describe('a signal that is none', () => {
  it.each([
    ['nothing to call', { aborted: false, addEventListener: 1 }],
    ['nothing to remove with', { aborted: false, addEventListener: () => undefined }],
    ['text', 'abort'],
    ['a controller', new AbortController()],
    ['a plain EventTarget', new EventTarget()],
  ])('is refused: %s', async (_what, signal) => {
    const [one, other] = Socket.pair('SOCK_DGRAM')
    const received = failureOf(Reflect.apply(one.recv, one, [1, { signal }]))
    other.trySend(byte)
    expect(await received).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
      message: expect.stringContaining('"options.signal"'),
    })
    for (const socket of [one, other]) socket.close()
  })
})
