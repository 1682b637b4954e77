// A connection that is reset, at every stage; and the ICMP errors of a connected UDP socket.
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  MSG_WAITALL,
  SHUT_WR,
  SO_ERROR,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
} from 'bsd-sockets'
import { afterEach, describe, expect, it } from 'vitest'
import { fill, ignored } from '../lifecycle/pending.js'
import { openSockets } from '../support/fdtable.js'
import { needs } from '../support/needs.js'
import { refuser } from '../support/pairs.js'

const made: Socket[] = []
const byte = Buffer.from('x')
const local = { address: '127.0.0.1', port: 0 }

function own<S extends Socket>(socket: S): S {
  made.push(socket)
  return socket
}

afterEach(() => {
  for (const socket of made.splice(0)) socket.close()
})

async function connected(): Promise<[Socket<'AF_INET'>, Socket<'AF_INET'>]> {
  using listener = new Socket(AF_INET, SOCK_STREAM).bind(local).listen()
  const client = own(new Socket(AF_INET, SOCK_STREAM))
  await client.connect(listener.getsockname())
  return [client, own((await listener.accept()).socket)]
}

/** Ends a connection with RST. */
function reset(socket: Socket): void {
  socket.setsockopt(SO_LINGER, 0).close()
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    value => (value instanceof Buffer ? value.length : value),
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}

describe('a reset before the connection', () => {
  it('refuses connect, with the address in the error, and the socket may try again', async () => {
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const address = (await refuser(SOCK_STREAM)).getsockname()
    await expect(client.connect(address)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port: address.port,
      message: `connect ECONNREFUSED 127.0.0.1:${address.port}`,
    })
    expect(client.getsockopt(SO_ERROR)).toBeNull()
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(local).listen())
    await client.connect(listener.getsockname())
    await client.send(byte)
    expect(String(await own((await listener.accept()).socket).recv(1))).toBe('x')
  })

  it.runIf(needs('ipv6'))('refuses connect over IPv6', async () => {
    const client = own(new Socket(AF_INET6, SOCK_STREAM))
    const address = (await refuser(SOCK_STREAM, AF_INET6)).getsockname()
    await expect(client.connect(address)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      address: '::1',
    })
  })

  it('refuses each of many that connect at once', async () => {
    const address = (await refuser(SOCK_STREAM)).getsockname()
    const before = openSockets()
    const codes = await Promise.all(
      Array.from({ length: 200 }, async () => {
        using client = new Socket(AF_INET, SOCK_STREAM)
        return await codeOf(client.connect(address))
      }),
    )
    expect(new Set(codes)).toEqual(new Set(['ECONNREFUSED']))
    expect(openSockets()).toBe(before)
  })

  it('goes to connect, and not to what waits behind it', async () => {
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const address = (await refuser(SOCK_STREAM)).getsockname()
    const [connecting, sending, writable] = [
      codeOf(client.connect(address)),
      codeOf(client.send(byte)),
      codeOf(client.writable()),
    ]
    expect(await connecting).toBe('ECONNREFUSED')
    expect(await sending).toBe('EPIPE')
    expect(await writable).toBeUndefined()
  })
})

describe('a reset while the connection is made', () => {
  it('by a listener that closes with connections in its queue', async () => {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(local).listen())
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await client.connect(listener.getsockname())
    const receiving = codeOf(client.recv(1))
    await turn()
    listener.close()
    expect(await receiving).toBe('ECONNRESET')
  })

  it('of a connection that waits to be accepted is seen by its first receive', async () => {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(local).listen())
    const client = new Socket(AF_INET, SOCK_STREAM)
    await client.connect(listener.getsockname())
    reset(client)
    const { socket } = await listener.accept()
    expect(await codeOf(own(socket).recv(1))).toBe('ECONNRESET')
  })

  it('of some connections does not end connections()', async () => {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(local).listen())
    const outcomes: unknown[] = []
    const loop = (async () => {
      for await (const { socket } of listener.connections()) {
        outcomes.push(await codeOf(own(socket).recv(1)))
        if (outcomes.length === 50) break
      }
    })()
    for (let i = 0; i < 50; i++) {
      const client = own(new Socket(AF_INET, SOCK_STREAM))
      await client.connect(listener.getsockname())
      if (i % 2) reset(client)
      else await client.send(byte)
    }
    await loop
    expect(outcomes.filter(outcome => outcome === 1)).toHaveLength(25)
    expect(outcomes.filter(outcome => outcome === 'ECONNRESET')).toHaveLength(25)
  })
})

describe('a reset of a connection', () => {
  it('rejects a receive that waits with ECONNRESET, once; then the stream is at its end', async () => {
    const [client, server] = await connected()
    const receiving = codeOf(client.recv(1))
    await turn()
    reset(server)
    expect(await receiving).toBe('ECONNRESET')
    expect(await codeOf(client.recv(1))).toBe(0)
    expect(await codeOf(client.send(byte))).toBe('EPIPE')
  })

  it('rejects the first of those that wait with ECONNRESET, and ends the others', async () => {
    const [client, server] = await connected()
    const outcomes = [client.recv(1), client.recv(1), client.recv(1, { flags: MSG_WAITALL })].map(codeOf)
    const sending = codeOf(client.sendall(Buffer.alloc(32 << 20)))
    await turn()
    reset(server)
    const ended = await Promise.all([...outcomes, sending])
    expect(ended.filter(outcome => outcome === 'ECONNRESET')).toHaveLength(1)
    for (const outcome of ended) expect(['ECONNRESET', 'EPIPE', 0]).toContain(outcome)
  })

  it('is an error, and no end of the stream, to who was not waiting', async () => {
    const [client, server] = await connected()
    reset(server)
    await client.readable()
    expect(await codeOf(client.recv(1))).toBe('ECONNRESET')
  })

  it('throws ECONNRESET out of a loop over chunks', async () => {
    const [client, server] = await connected()
    await server.send(byte)
    const loop = async (): Promise<void> => {
      for await (const chunk of client.chunks()) {
        expect(String(chunk)).toBe('x')
        reset(server)
      }
    }
    expect(await codeOf(loop())).toBe('ECONNRESET')
  })

  it('destroys a duplex with ECONNRESET', async () => {
    const [client, server] = await connected()
    const failed = new Promise<Error>(resolve => client.duplex().resume().on('error', resolve))
    await turn()
    reset(server)
    expect(await failed).toMatchObject({ code: 'ECONNRESET' })
  })

  it('gives MSG_WAITALL its error and what it had', async () => {
    const [client, server] = await connected()
    const receiving = client.recv(100, { flags: MSG_WAITALL }).catch((error: unknown) => error)
    await server.send(Buffer.from('part'))
    for (let i = 0; i < 5; i++) await turn()
    reset(server)
    expect(await receiving).toMatchObject({ code: 'ECONNRESET', bytesReceived: 4, data: Buffer.from('part') })
  })

  it('in the middle of a sendall rejects it, and tells how much was sent', async () => {
    const [client, server] = await connected()
    const sending = client.sendall(Buffer.alloc(64 << 20)).catch((error: unknown) => error)
    for (let received = 0; received < 1 << 20; ) received += (await server.recv(65_536)).length
    reset(server)
    expect(await sending).toMatchObject({
      code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/),
      syscall: expect.stringMatching(/^send/),
      bytesSent: expect.any(Number),
    })
    expect(client.closed).toBe(false)
  })

  it('ends everything that waits in both directions', async () => {
    const [client, server] = await connected()
    fill(client, 65_536)
    const waiting = [client.readable(), client.recv(1), client.writable(), client.send(byte), client.sendall(byte)]
    const codes = waiting.map(codeOf)
    await turn()
    reset(server)
    for (const code of await Promise.all(codes)) expect([undefined, 'ECONNRESET', 'EPIPE', 0]).toContain(code)
  })

  it('after the end of the stream is told to who sends', async () => {
    const [client, server] = await connected()
    server.shutdown(SHUT_WR)
    expect(await client.recv(1)).toHaveLength(0)
    reset(server)
    await client.writable()
    const codes = [await codeOf(client.send(byte)), await codeOf(client.send(byte))]
    expect(codes[1]).toBe('EPIPE')
    expect(['ECONNRESET', 'EPIPE']).toContain(codes[0])
  })

  it('of AF_UNIX, by closing with bytes unread, is ECONNRESET', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    own(one)
    await one.send(byte)
    const receiving = codeOf(one.recv(1))
    await turn()
    other.close()
    expect(await receiving).toBe('ECONNRESET')
    expect(await codeOf(one.recv(1))).toBe(0)
    expect(await codeOf(one.send(byte))).toBe('EPIPE')
  })
})

describe('an ICMP error on a connected UDP socket', () => {
  async function refused(): Promise<[client: Socket<'AF_INET'>, peer: Socket<'AF_INET'>]> {
    const peer = await refuser(SOCK_DGRAM)
    const client = own(new Socket(AF_INET, SOCK_DGRAM))
    await client.connect(peer.getsockname())
    return [client, peer]
  }

  it('rejects a receive that waits with ECONNREFUSED, once; then it is clear', async () => {
    const [client] = await refused()
    const receiving = codeOf(client.recv(1))
    await turn()
    await client.send(byte)
    expect(await receiving).toBe('ECONNREFUSED')
    expect(await codeOf(client.recv(1, { timeout: 20 }))).toBe('ETIMEDOUT')
    expect(await codeOf(client.recv(1, { timeout: 0 }))).toBe('ETIMEDOUT')
  })

  it('rejects the next send with ECONNREFUSED, once; then it is clear', async () => {
    const [client] = await refused()
    await client.send(byte)
    expect(await codeOf(client.send(byte))).toBe('ECONNREFUSED')
    expect(await codeOf(client.send(byte))).toBe(1)
  })

  it('rejects only the first of those that wait', async () => {
    const [client, peer] = await refused()
    const first = codeOf(client.recv(1))
    const second = codeOf(client.recv(1))
    await turn()
    await client.send(byte)
    expect(await first).toBe('ECONNREFUSED')
    await peer.connect(client.getsockname())
    await peer.send(byte)
    expect(await second).toBe(1)
  })

  it('does not end the socket: a loop throws it, and another may begin', async () => {
    const [client, peer] = await refused()
    const loop = async (): Promise<string> => {
      for await (const { data } of client.datagrams()) return String(data)
      return 'ended'
    }
    const first = codeOf(loop())
    await turn()
    await client.send(byte)
    expect(await first).toBe('ECONNREFUSED')
    const again = loop()
    await peer.connect(client.getsockname())
    await peer.send(byte)
    expect(await again).toBe('x')
  })

  it('is not told to a socket that is not connected', async () => {
    const client = own(new Socket(AF_INET, SOCK_DGRAM))
    const address = (await refuser(SOCK_DGRAM)).getsockname()
    for (let i = 0; i < 3; i++) expect(await codeOf(client.sendto(byte, address))).toBe(1)
    expect(await codeOf(client.recv(1, { timeout: 10 }))).toBe('ETIMEDOUT')
  })

  it('that nobody takes does not spin the loop', async () => {
    const [client] = await refused()
    await client.recv(1, { timeout: 1 }).catch(ignored)
    await client.send(byte)
    const before = process.cpuUsage()
    await sleep(200)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(100)
    expect(await codeOf(client.send(byte))).toBe('ECONNREFUSED')
  })
})

describe('a connect to a path of AF_UNIX', () => {
  it('that nobody has any more is refused', async () => {
    const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
    const address = listener.getsockname()
    listener.close()
    const client = own(new Socket(AF_UNIX, SOCK_STREAM))
    await expect(client.connect(address)).rejects.toMatchObject({ code: 'ECONNREFUSED', path: address.path })
  })
})
