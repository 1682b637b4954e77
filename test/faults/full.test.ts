// Queues that are full: who connects or sends waits for room, and gets it.
import { setImmediate as turn } from 'node:timers/promises'
import {
  AF_INET,
  AF_UNIX,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  SocketError,
} from 'bsd-sockets'
import { afterEach, describe, expect, it } from 'vitest'
import { drain, fill, ignored } from '../lifecycle/pending.js'

const made: Socket[] = []
const byte = Buffer.from('x')

function own<S extends Socket>(socket: S): S {
  made.push(socket)
  return socket
}

afterEach(() => {
  for (const socket of made.splice(0)) socket.close()
})

async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  promise.then(
    () => {
      done = true
    },
    () => {
      done = true
    },
  )
  for (let i = 0; i < 20; i++) await turn()
  return done
}

describe.each([SOCK_STREAM, SOCK_SEQPACKET] as const)(
  'connect to a listener of AF_UNIX (%s) whose queue is full',
  type => {
    function full(): { listener: Socket<'AF_UNIX'>; connect: (wait?: object) => Promise<Socket<'AF_UNIX'>> } {
      const listener = own(new Socket(AF_UNIX, type).bind({ path: '' }).listen(1))
      const address = listener.getsockname()
      const connect = async (wait?: object): Promise<Socket<'AF_UNIX'>> => {
        const socket = own(new Socket(AF_UNIX, type))
        await socket.connect(address, wait)
        return socket
      }
      return { listener, connect }
    }

    it('waits, and succeeds when there is room', async () => {
      const { listener, connect } = full()
      await Promise.all([connect(), connect()])
      const late = connect()
      expect(await settled(late)).toBe(false)
      own((await listener.accept()).socket)
      const client = await late
      await client.send(byte)
      own((await listener.accept()).socket)
      const { socket } = await listener.accept()
      expect(String(await own(socket).recv(1))).toBe('x')
    })

    it('succeeds for many that wait together', async () => {
      const { listener, connect } = full()
      const clients = Array.from({ length: 50 }, () => connect())
      const accepting = (async () => {
        let count = 0
        for await (const { socket } of listener.connections()) {
          own(socket)
          if (++count === clients.length) return count
        }
        return count
      })()
      await Promise.all(clients)
      expect(await accepting).toBe(50)
    })

    it('is refused when the listener goes', async () => {
      const { listener, connect } = full()
      await Promise.all([connect(), connect()])
      const late = connect()
      expect(await settled(late)).toBe(false)
      listener.close()
      await expect(late).rejects.toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' })
    })

    it('can be taken back, and made again', async () => {
      const { listener, connect } = full()
      await Promise.all([connect(), connect()])
      await expect(connect({ timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT', syscall: undefined })
      await expect(connect({ timeout: 0 })).rejects.toMatchObject({ code: 'ETIMEDOUT', syscall: undefined })
      await expect(connect({ signal: AbortSignal.abort('no') })).rejects.toBe('no')
      const again = connect()
      own((await listener.accept()).socket)
      await again
    })
  },
)

describe('connect to a listener of TCP whose queue is full', () => {
  it('waits in the kernel, and can be taken back', async () => {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen(0))
    const address = listener.getsockname()
    const first = own(new Socket(AF_INET, SOCK_STREAM))
    await first.connect(address)
    const late = own(new Socket(AF_INET, SOCK_STREAM))
    await expect(late.connect(address, { timeout: 20 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      syscall: undefined,
    })
    const again = late.connect(address)
    expect(await settled(again)).toBe(false)
    own((await listener.accept()).socket)
    await again
    await late.send(byte)
    const { socket } = await listener.accept()
    expect(String(await own(socket).recv(1))).toBe('x')
  })

  it('never resolves for another address than that of its peer', async () => {
    const full = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen(0))
    const other = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen())
    await own(new Socket(AF_INET, SOCK_STREAM)).connect(full.getsockname())
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await expect(client.connect(full.getsockname(), { timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    const connecting = client.connect(other.getsockname()).then(
      () => client.getpeername().port,
      (error: unknown) => error,
    )
    await turn()
    own((await full.accept()).socket)
    const outcome = await connecting
    if (outcome !== other.getsockname().port) expect(outcome).toBeInstanceOf(SocketError)
  })
})

describe('a datagram to a receiver of AF_UNIX whose queue is full', () => {
  function receiver(): Socket<'AF_UNIX'> {
    return own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' }))
  }

  it('waits when the sender is connected, and is sent when there is room', async () => {
    const other = receiver()
    const sender = own(new Socket(AF_UNIX, SOCK_DGRAM))
    await sender.connect(other.getsockname())
    fill(sender, 1)
    const late = sender.send(byte)
    expect(await settled(late)).toBe(false)
    drain(other)
    expect(await late).toBe(1)
    expect(String(await other.recv(1))).toBe('x')
  })

  it('waits when the sender is not connected, and is sent when there is room', async () => {
    const other = receiver()
    const sender = own(new Socket(AF_UNIX, SOCK_DGRAM))
    const address = other.getsockname()
    while (sender.trySendto(byte, address) !== undefined);
    const late = sender.sendto(byte, address)
    expect(await settled(late)).toBe(false)
    drain(other)
    expect(await late).toBe(1)
    expect(String(await other.recv(1))).toBe('x')
  })

  it.each(['connected', 'unconnected'])('arrives in order, each once, while the receiver is slow (%s)', async way => {
    const other = receiver()
    const sender = own(new Socket(AF_UNIX, SOCK_DGRAM))
    const address = other.getsockname()
    if (way === 'connected') await sender.connect(address)
    const count = 500
    const sending = Promise.all(
      Array.from({ length: count }, (_, i) =>
        way === 'connected' ? sender.send(Buffer.from(`${i}`)) : sender.sendto(Buffer.from(`${i}`), address),
      ),
    )
    const received: number[] = []
    while (received.length < count) {
      received.push(Number(await other.recv(16)))
      if (received.length % 10 === 0) await turn()
    }
    await sending
    expect(received).toEqual(Array.from({ length: count }, (_, i) => i))
  })

  it('is refused when the receiver goes', async () => {
    const other = receiver()
    const sender = own(new Socket(AF_UNIX, SOCK_DGRAM))
    const address = other.getsockname()
    while (sender.trySendto(byte, address) !== undefined);
    const late = sender.sendto(byte, address)
    expect(await settled(late)).toBe(false)
    other.close()
    await expect(late).rejects.toMatchObject({ code: 'ECONNREFUSED', syscall: 'sendto' })
  })

  it('can be taken back, and then was not sent', async () => {
    const other = receiver()
    const sender = own(new Socket(AF_UNIX, SOCK_DGRAM))
    const address = other.getsockname()
    while (sender.trySendto(byte, address) !== undefined);
    await expect(sender.sendto(Buffer.from('late'), address, { timeout: 20 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    })
    await expect(sender.sendto(Buffer.from('late'), address, { timeout: 0 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    })
    for (let data = other.tryRecv(9); data !== undefined; data = other.tryRecv(9)) expect(String(data)).toBe('x')
  })
})

describe('a peer that does not read', () => {
  async function connected(): Promise<[Socket, Socket]> {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }))
    listener.setsockopt(SO_RCVBUF, 4096).listen()
    const client = own(new Socket(AF_INET, SOCK_STREAM)).setsockopt(SO_SNDBUF, 4096)
    await client.connect(listener.getsockname())
    return [client, own((await listener.accept()).socket)]
  }

  it('lets sendall wait; an abort tells how much the peer will get', async () => {
    const [client, server] = await connected()
    const controller = new AbortController()
    const sending = client.sendall(Buffer.alloc(4 << 20), controller).catch((error: unknown) => error)
    expect(await settled(sending)).toBe(false)
    controller.abort('enough')
    const error = await sending
    if (!(error instanceof SocketError)) throw error
    expect(error).toMatchObject({ code: 'ECANCELED', syscall: undefined, cause: 'enough' })
    client.close()
    let received = 0
    for await (const chunk of server.chunks()) received += chunk.length
    expect(received).toBe(error.bytesSent)
    expect(received).toBeGreaterThan(0)
  })

  it('lets sendall run out of time, and tells how much the peer will get', async () => {
    const [client, server] = await connected()
    const error: unknown = await client.sendall(Buffer.alloc(4 << 20), { timeout: 30 }).catch((error: unknown) => error)
    if (!(error instanceof SocketError)) throw error
    expect(error).toMatchObject({ code: 'ETIMEDOUT', syscall: undefined })
    client.close()
    let received = 0
    for await (const chunk of server.chunks()) received += chunk.length
    expect(received).toBe(error.bytesSent)
  })

  it('gets it all once it reads', async () => {
    const [client, server] = await connected()
    const data = Buffer.alloc(1 << 20, 'all of it, in order; ')
    const sending = client.sendall(data)
    expect(await settled(sending)).toBe(false)
    const parts: Buffer[] = []
    sending.then(() => client.close(), ignored)
    for await (const chunk of server.chunks()) parts.push(chunk)
    await sending
    expect(Buffer.concat(parts).equals(data)).toBe(true)
  })

  it('does not let a send before it hold up a receive', async () => {
    const [client, server] = await connected()
    const sending = client.sendall(Buffer.alloc(1 << 20)).catch(ignored)
    await turn()
    await server.send(byte)
    expect(String(await client.recv(1))).toBe('x')
    client.close()
    await sending
  })
})
