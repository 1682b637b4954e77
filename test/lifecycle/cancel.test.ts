// Cancelling loses nothing: random aborts and timeouts while bytes, datagrams and connections flow.
import { setImmediate as turn } from 'node:timers/promises'
import {
  AF_INET,
  AF_UNIX,
  MSG_WAITALL,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  SocketError,
  type Wait,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { Random } from '../support/random.js'

const wanted = 10_000
const patience = { timeout: 120_000 }
const gone = new Error('gone')

const period = 1_000_003
const twice = Buffer.alloc(2 * period)
for (let i = 0; i < twice.length; i++) twice[i] = ((i % period) * 31 + ((i % period) >>> 8) * 7) & 0xff

/** What the stream carries at a position. */
function pattern(from: number, length: number): Buffer {
  return twice.subarray(from % period, (from % period) + length)
}

/** Ends an operation in some way at some time, or lets it be. */
function randomWait(random: Random): Wait {
  const kind = random.below(100)
  if (kind < 20) return {}
  if (kind < 45) return { timeout: 0 }
  if (kind < 47) return { timeout: 1 }
  const controller = new AbortController()
  const abort = (): void => controller.abort(gone)
  if (kind < 60) queueMicrotask(abort)
  else if (kind < 75) process.nextTick(abort)
  else if (kind < 85) void Promise.resolve().then(() => process.nextTick(abort))
  else setImmediate(abort)
  return { signal: controller.signal }
}

/** Only an abort or a timeout of ours may end an operation. */
function expectCancelled(error: unknown): void {
  if (error === gone) return
  if (!(error instanceof SocketError)) throw error
  expect(error.syscall).toBeUndefined()
  expect(['ETIMEDOUT', 'ECANCELED']).toContain(error.code)
  if (error.code === 'ECANCELED') expect(error.cause).toBe(gone)
}

function pairOf(kind: 'AF_UNIX' | 'AF_INET'): [Socket, Socket] {
  if (kind === 'AF_UNIX') return Socket.pair(SOCK_STREAM)
  using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
  const fd = posix.socket(AF_INET, SOCK_STREAM)
  posix.connect(fd, listener.getsockname())
  const accepted = listener.tryAccept()
  if (accepted === undefined) throw new Error('nobody connected')
  return [Socket.from(fd), accepted.socket]
}

class StreamReader {
  position = 0
  cancelled = 0
  ended = false

  constructor(
    readonly socket: Socket,
    readonly random: Random,
  ) {}

  /** Some receives at once; what they got must follow in the order of their calls. */
  async batch(wait: () => Wait): Promise<void> {
    const started = Array.from({ length: this.random.between(1, 5) }, () => this.start(wait()))
    for (const outcome of await Promise.allSettled(started)) {
      if (outcome.status === 'fulfilled') this.take(outcome.value)
      else this.cut(outcome.reason)
    }
  }

  async start(wait: Wait): Promise<Buffer> {
    const { socket, random } = this
    const size = random.of([1, 7, 100, 1000, 70_000])
    const into = Buffer.alloc(size)
    switch (random.below(5)) {
      case 0:
        return into.subarray(0, await socket.recv(into, wait))
      case 1:
        return socket.recv(Math.min(size, 100), { ...wait, flags: MSG_WAITALL })
      case 2:
        return (await socket.recvfrom(size, wait)).data
      case 3: {
        const chunks = socket.chunks({ ...wait, size })
        const { value, done } = await chunks.next()
        await chunks.return?.()
        return done ? Buffer.alloc(0) : value
      }
      default:
        return socket.recv(size, wait)
    }
  }

  take(data: Buffer): void {
    if (data.length === 0) this.ended = true
    if (!data.equals(pattern(this.position, data.length))) throw new Error(`wrong bytes at ${this.position}`)
    this.position += data.length
  }

  cut(error: unknown): void {
    this.cancelled++
    expectCancelled(error)
    if (!(error instanceof SocketError) || error.bytesReceived === undefined) return
    expect(error.data).toHaveLength(error.bytesReceived)
    if (error.data !== undefined) this.take(error.data)
  }
}

class StreamWriter {
  position = 0
  cancelled = 0

  constructor(
    readonly socket: Socket,
    readonly random: Random,
  ) {}

  async step(): Promise<void> {
    const { socket, random } = this
    const data = pattern(this.position, random.of([1, 10, 500, 5000, 600_000]))
    const wait = randomWait(random)
    try {
      if (random.chance(30)) this.position += await socket.send(data, wait)
      else {
        const middle = random.below(data.length)
        await socket.sendall(random.chance(50) ? data : [data.subarray(0, middle), data.subarray(middle)], wait)
        this.position += data.length
      }
    } catch (error) {
      this.cancelled++
      expectCancelled(error)
      if (error instanceof SocketError) this.position += error.bytesSent ?? 0
    }
  }
}

describe('cancelling receives and sends of a stream', patience, () => {
  it.each(['AF_UNIX', 'AF_INET'] as const)('loses and repeats no byte (%s)', async kind => {
    const random = Random.seeded(`bytes over ${kind}`)
    const [one, other] = pairOf(kind)
    const writer = new StreamWriter(one, random)
    const reader = new StreamReader(other, random)
    let stop = false
    const writing = (async () => {
      while (!stop) {
        await writer.step()
        if (random.chance(70)) await turn()
      }
      one.shutdown(SHUT_WR)
    })()
    while (reader.cancelled < wanted) await reader.batch(() => randomWait(random))
    stop = true
    while (!reader.ended) await reader.batch(() => ({}))
    await writing
    expect(reader.position).toBe(writer.position)
    expect(writer.cancelled).toBeGreaterThan(0)
    one.close()
    other.close()
  })
})

describe('cancelling receives and sends of datagrams', patience, () => {
  function unix(): [Socket, Socket, (data: Buffer, wait: Wait) => Promise<number>] {
    const [one, other] = Socket.pair(SOCK_DGRAM)
    return [one, other, (data, wait) => one.send(data, wait)]
  }

  function udp(): [Socket, Socket, (data: Buffer, wait: Wait) => Promise<number>] {
    const one = new Socket(AF_INET, SOCK_DGRAM)
    const other = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
    const address = other.getsockname()
    return [one, other, (data, wait) => one.sendto(data, address, wait)]
  }

  it.each([
    ['AF_UNIX', unix],
    ['UDP', udp],
  ] as const)('loses and repeats no datagram, and one taken back was not sent (%s)', async (name, make) => {
    const random = Random.seeded(`datagrams over ${name}`)
    const [one, other, send] = make()
    const sent: number[] = []
    const received: number[] = []
    let cancelled = 0
    let next = 0
    let stop = false

    async function sendOne(): Promise<void> {
      const number = next++
      const data = Buffer.alloc(4)
      data.writeUInt32BE(number)
      await send(data, randomWait(random)).then(() => sent.push(number), expectCancelled)
    }

    async function receiveOne(wait: Wait): Promise<number> {
      const into = Buffer.alloc(4)
      switch (random.below(4)) {
        case 0:
          expect(await other.recv(into, wait)).toBe(4)
          return into.readUInt32BE()
        case 1:
          return (await other.recvfrom(64, wait)).data.readUInt32BE()
        case 2: {
          const datagrams = other.datagrams(wait)
          const { value, done } = await datagrams.next()
          await datagrams.return?.()
          if (done) throw new Error('the datagrams ended')
          return value.data.readUInt32BE()
        }
        default:
          return (await other.recv(64, wait)).readUInt32BE()
      }
    }

    const sending = (async () => {
      while (!stop) {
        if (sent.length - received.length < 100) await Promise.all([sendOne(), sendOne(), sendOne()])
        if (random.chance(70) || sent.length - received.length >= 100) await turn()
      }
    })()
    while (cancelled < wanted) {
      const started = Array.from({ length: random.between(1, 5) }, () => receiveOne(randomWait(random)))
      for (const outcome of await Promise.allSettled(started)) {
        if (outcome.status === 'fulfilled') received.push(outcome.value)
        else {
          expectCancelled(outcome.reason)
          cancelled++
        }
      }
    }
    stop = true
    await sending
    while (received.length < sent.length) received.push(await receiveOne({}))
    expect(received).toEqual(sent)
    expect(other.tryRecv(64)).toBeUndefined()
    expect(sent.length).toBeGreaterThan(1000)
    one.close()
    other.close()
  })
})

describe('cancelling accepts', patience, () => {
  it('loses and repeats no connection', async () => {
    const random = Random.seeded('connections')
    const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
    const address = listener.getsockname()
    const accepted: number[] = []
    let connected = 0
    let cancelled = 0

    function connectOne(): void {
      const fd = posix.socket(AF_UNIX, SOCK_STREAM)
      posix.connect(fd, address)
      posix.send(fd, Buffer.from(String(connected++)))
      posix.close(fd)
    }

    async function acceptOne(wait: Wait): Promise<Socket> {
      if (random.chance(70)) return (await listener.accept(wait)).socket
      const connections = listener.connections(wait)
      const { value, done } = await connections.next()
      await connections.return?.()
      if (done) throw new Error('the connections ended')
      return value.socket
    }

    async function identify(socket: Socket): Promise<void> {
      accepted.push(Number(await socket.recv(16)))
      socket.close()
    }

    while (cancelled < wanted) {
      if (random.chance(20)) connectOne()
      const started = Array.from({ length: random.between(1, 8) }, () => acceptOne(randomWait(random)))
      if (random.chance(20)) connectOne()
      let settled = false
      const supply = (): void => {
        if (settled) return
        connectOne()
        setImmediate(supply)
      }
      setImmediate(supply)
      const outcomes = await Promise.allSettled(started)
      settled = true
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') await identify(outcome.value)
        else {
          expectCancelled(outcome.reason)
          cancelled++
        }
      }
      while (connected - accepted.length > 50) await identify(await acceptOne({}))
    }
    while (accepted.length < connected) await identify(await acceptOne({}))
    expect(accepted).toEqual(Array.from({ length: connected }, (_, i) => i))
    expect(listener.tryAccept()).toBeUndefined()
    listener.close()
  })
})
