import { createHash } from 'node:crypto'
import {
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_ZEROCOPY,
  SHUT_WR,
  SO_LINGER,
  SO_TIMESTAMPING,
  SO_ZEROCOPY,
  Socket,
  TCP_NODELAY,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it, onTestFinished } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { tcpPair } from '../support/pairs.js'
import { Random } from '../support/random.js'
import { completions, idsOf, large, queued, received, zeroCopyPair } from '../support/zerocopy.js'

const flags = MSG_ZEROCOPY

/** Until all of an earlier sendall is the kernel's: what is sent after it comes to its turn. */
async function handedOver(client: Socket<'AF_INET'>): Promise<void> {
  await client.sendall(Buffer.from('.'))
}

describe.runIf(needs('epoll'))('sendall with MSG_ZEROCOPY', () => {
  it('is done when the kernel has released the bytes, and not before', async () => {
    const [client, server] = await zeroCopyPair()
    const sending = client.sendall(Buffer.alloc(large), { flags, timeout: 50 })
    await expect(sending).rejects.toEqual(failure('ETIMEDOUT', { bytesSent: large, syscall: undefined }))
    const again = client.sendall(Buffer.alloc(10), { flags })
    await received(server, large + 10)
    await again
  })

  it.each([
    ['one view', (data: Buffer) => data],
    ['a list', (data: Buffer) => [data.subarray(0, 7), Buffer.alloc(0), data.subarray(7)]],
  ])('leaves the views to be changed: %s', async (_what, viewsOf) => {
    const [client, server] = await zeroCopyPair()
    const data = Buffer.alloc(large)
    const send = async () => {
      for (let i = 0; i < 10; i++) {
        await client.sendall(viewsOf(data.fill(`${i}`)), { flags })
        data.fill('changed')
      }
    }
    const sending = send()
    for (let i = 0; i < 10; i++) expect(`${await received(server, large)}`).toBe(`${i}`.repeat(large))
    await sending
    const ids = idsOf(queued(client))
    expect(ids.length).toBeGreaterThanOrEqual(10)
    expect(ids).toEqual([...ids.keys()])
  })

  it('carries more than one send can take', async () => {
    const [client, server] = await zeroCopyPair()
    const data = Buffer.alloc(5_000_001, 'more than one send')
    const sending = client.sendall(data, { flags }).then(() => client.shutdown(SHUT_WR))
    const hash = createHash('sha256')
    for await (const chunk of server.chunks({ timeout: 5000 })) hash.update(chunk)
    await sending
    expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'))
  })

  it('leaves a connection that can be closed at once, without a loss', async () => {
    const [client, server] = await tcpPair()
    client.setsockopt(SO_ZEROCOPY, true)
    const sending = client.sendall(Buffer.alloc(large), { flags }).then(() => client.close())
    expect(await received(server, large)).toHaveLength(large)
    await sending
    expect(await server.recv(1, { timeout: 5000 })).toHaveLength(0)
  })

  it('does not hold up what is sent after it', async () => {
    const [client, server] = await zeroCopyPair()
    const first = client.sendall(Buffer.alloc(large, '1'), { flags })
    const second = client.sendall(Buffer.from('2'), { flags })
    await client.sendall(Buffer.from('3'))
    expect(`${await received(server, large + 2)}`).toBe(`${'1'.repeat(large)}23`)
    await Promise.all([first, second])
  })

  it('sends nothing of nothing', async () => {
    const [client] = await zeroCopyPair()
    for (const data of [Buffer.alloc(0), [], [Buffer.alloc(0)]]) await client.sendall(data, { flags, timeout: 10_000 })
    await client.send(Buffer.alloc(0), { flags })
    await client.sendall(Buffer.from('x'), { flags, timeout: 10_000 })
  })

  it('is told apart from thousands of other sends, whose completions all come', { timeout: 60_000 }, async () => {
    const [client, server] = await tcpPair()
    client.setsockopt(SO_ZEROCOPY, true)
    const random = Random.seeded('zero-copy sends')
    const [sent, got] = [createHash('sha256'), createHash('sha256')]
    const others = new Set<number>()
    const count = 4000
    const data = Buffer.alloc(2000)
    const send = async () => {
      for (let id = 0; id < count; id++) {
        const kind = id === count - 1 ? 0 : random.below(4)
        // Only the views of sendall may be changed again.
        const view = kind < 2 ? Buffer.alloc(data.length) : data
        const part = view.fill(`${id} `).subarray(0, random.between(1, view.length))
        sent.update(part)
        if (kind < 2) others.add(id)
        if (kind === 0) expect(await client.send(part, { flags })).toBe(part.length)
        else if (kind === 1) expect(await client.sendmsg({ data: [part] }, { flags })).toBe(part.length)
        else if (kind === 2) await client.sendall(part, { flags })
        else await client.sendall([part.subarray(0, 9), part.subarray(9)], { flags })
        if (random.chance(10)) {
          sent.update('plain')
          await client.sendall(Buffer.from('plain'))
        }
        if (random.chance(1)) expect(client.trySend(Buffer.alloc(0), { flags })).toBe(0)
      }
    }
    const receive = async () => {
      for await (const chunk of server.chunks({ timeout: 20_000 })) got.update(chunk)
    }
    const receiving = receive()
    const completing = completions(client, count - 1)
    await send()
    const told = idsOf(await completing)
    client.shutdown(SHUT_WR)
    await receiving
    expect(got.digest('hex')).toBe(sent.digest('hex'))
    expect(new Set(told).size).toBe(told.length)
    expect([...others].filter(id => !told.includes(id))).toEqual([])
  })

  it('loses nothing that it takes from the error queue in search of its own completion', async () => {
    const [client, server] = await zeroCopyPair()
    client.setsockopt(SO_TIMESTAMPING, { txSoftware: true, software: true, optId: true, optTsonly: true })
    for (let i = 0; i < 3; i++) {
      await client.send(Buffer.alloc(100), { flags })
      await client.sendall(Buffer.alloc(100), { flags })
    }
    expect(await received(server, 600)).toHaveLength(600)
    const entries = [...(await completions(client, 5)), ...queued(client)]
    expect(idsOf(entries)).toEqual([0, 1, 2, 3, 4, 5])
    const stamps = entries.flatMap(entry => (entry.origin === 'SO_EE_ORIGIN_TIMESTAMPING' ? [entry.id] : []))
    expect(stamps).toEqual([99, 199, 299, 399, 499, 599])
  })

  it('keeps at most 1024 of them, and counts completions that meet as one', async () => {
    const [client, server] = await tcpPair()
    client.setsockopt(SO_ZEROCOPY, true).setsockopt(TCP_NODELAY, true)
    for (let i = 0; i < 2000; i++) await client.send(Buffer.alloc(1), { flags })
    await client.sendall(Buffer.alloc(1), { flags })
    expect(idsOf(await completions(client))).toEqual(Array.from({ length: 2001 }, (_, id) => id))
    client.setsockopt(SO_TIMESTAMPING, { txSoftware: true, software: true, optId: true, optTsonly: true })
    const acknowledged = Buffer.alloc(200_000) // at once: it is several segments
    for (let i = 0; i < 150; i++) {
      for (let j = 0; j < 8; j++) await client.send(Buffer.alloc(1))
      const sending = client.sendall(acknowledged, { flags })
      await received(server, acknowledged.length + 8)
      await sending
    }
    const entries = queued(client)
    expect(entries).toHaveLength(1024)
    expect(entries.slice(0, 8)).toMatchObject(Array.from({ length: 8 }, (_, id) => ({ id })))
  })

  it('gives what it kept to a recverr that waits already', async () => {
    const [client, server] = await zeroCopyPair()
    const waiting = client.recverr({ timeout: 5000 })
    expect(client.trySend(Buffer.alloc(100), { flags })).toBe(100)
    // Its completion is taken by the sendall, before the event loop has a turn to tell of it.
    expect(posix.poll([{ fd: client.fd, events: 0 }], 5000)).toBe(1)
    const sending = client.sendall(Buffer.alloc(100), { flags })
    expect(await waiting).toMatchObject({ origin: 'SO_EE_ORIGIN_ZEROCOPY', low: 0 })
    await received(server, 200)
    await sending
  })
})

describe.runIf(needs('linux'))('a sendall whose completion is outstanding', () => {
  it.runIf(needs('epoll'))('is taken back by its signal, with what was sent', async () => {
    const [client, server] = await zeroCopyPair()
    const stop = new AbortController()
    const sending = client.sendall(Buffer.alloc(large), { flags, signal: stop.signal })
    const next = client.sendall(Buffer.from('x'), { flags })
    await handedOver(client)
    stop.abort(new Error('enough'))
    const cause = expect.objectContaining({ message: 'enough' })
    await expect(sending).rejects.toEqual(failure('ECANCELED', { bytesSent: large, syscall: undefined, cause }))
    await received(server, large + 2)
    await next
    const ids = idsOf(await completions(client))
    expect(ids.length).toBeGreaterThanOrEqual(2)
    expect(ids).toEqual([...ids.keys()])
  })

  it('ends with the socket', async () => {
    for (const end of ['close', 'detach'] as const) {
      const [client] = await zeroCopyPair()
      const sendings = [client.sendall(Buffer.alloc(large), { flags }), client.sendall(Buffer.alloc(1), { flags })]
      await handedOver(client)
      const fd = client[end]()
      const errors = await Promise.all(sendings.map(sending => sending.catch((error: unknown) => error)))
      expect(errors).toEqual([large, 1].map(bytesSent => failure('ECANCELED', { bytesSent })))
      if (fd !== undefined) Socket.from(fd).close()
    }
  })

  it.runIf(needs('epoll'))('ends when the peer resets the connection', async () => {
    const [client, server] = await zeroCopyPair()
    const sending = client.sendall(Buffer.alloc(large), { flags })
    await handedOver(client)
    server.setsockopt(SO_LINGER, 0).close()
    await sending
    await expect(client.sendall(Buffer.alloc(1), { flags })).rejects.toEqual(failure('ECONNRESET'))
  })

  it('does not wait where it may not: MSG_DONTWAIT, or no time', async () => {
    const [client] = await zeroCopyPair()
    const all = client.sendall(Buffer.alloc(large), { flags: flags | MSG_DONTWAIT })
    await expect(all).rejects.toEqual(failure('EAGAIN', { bytesSent: large }))
    const now = client.sendall(Buffer.alloc(100), { flags, timeout: 0 })
    await expect(now).rejects.toEqual(failure('ETIMEDOUT', { bytesSent: 100 }))
    const much = client.sendall(Buffer.alloc(8 << 20), { flags, timeout: 50 })
    await expect(much).rejects.toEqual(failure('ETIMEDOUT', { bytesSent: expect.any(Number) }))
  })

  it.runIf(needs('epoll'))('learns of it from whoever takes it: recverr, and recvmsg with MSG_ERRQUEUE', async () => {
    for (const take of [
      (client: Socket<'AF_INET'>) => client.tryRecverr(),
      (client: Socket<'AF_INET'>) => client.tryRecvmsg(0, { flags: MSG_ERRQUEUE }),
    ]) {
      const [client, server] = await zeroCopyPair()
      const sending = client.sendall(Buffer.alloc(large), { flags })
      await handedOver(client)
      // In one turn, so that nothing but `take` can have taken it.
      for (let count = 0; count <= large; count += server.tryRecv(large)?.length ?? 0) take(client)
      while (take(client));
      await sending
    }
  })

  it.runIf(needs('epoll'))('says so where its completion was taken unread', async () => {
    const [client, server] = await zeroCopyPair()
    const sending = client.sendall(Buffer.alloc(large), { flags })
    const taken = () => client.tryRecv(0, { flags: MSG_ERRQUEUE })
    await handedOver(client)
    for (let count = 0; count <= large; count += server.tryRecv(large)?.length ?? 0) taken()
    while (taken() !== undefined);
    await expect(sending).rejects.toEqual(failure('ECANCELED', { bytesSent: large }))
  })

  it('resets the connection when the socket is closed: what is freed then is not sent', async () => {
    const [client, server] = await zeroCopyPair()
    const sending = client.sendall(Buffer.alloc(large), { flags })
    await handedOver(client)
    client.close()
    await expect(sending).rejects.toEqual(failure('ECANCELED', { bytesSent: large }))
    await expect(received(server, large)).rejects.toEqual(failure('ECONNRESET'))
  })
})

describe.runIf(needs('linux'))('what is sent without a copy', () => {
  const part = 2000
  it.each(
    [
      ['send', (client: Socket<'AF_INET'>) => client.send(Buffer.alloc(part, 'mine'), { flags })],
      ['sendmsg', (client: Socket<'AF_INET'>) => client.sendmsg({ data: [Buffer.alloc(part, 'mine')] }, { flags })],
      [
        'sendall, taken back',
        (client: Socket<'AF_INET'>) =>
          client.sendall(Buffer.alloc(part, 'mine'), { flags, timeout: 0 }).catch((error: unknown) => error),
      ],
    ].flatMap(([name, send]) => [
      [`${name}`, send, () => undefined] as const,
      [
        `${name}, then detached`,
        send,
        (client: Socket<'AF_INET'>) => onTestFinished(posix.close.bind(null, client.detach())),
      ] as const,
    ]),
  )('is not freed before it has left, though nobody has it any more: %s', async (_name, send, afterwards) => {
    const [client, server] = await zeroCopyPair()
    const count = 400
    for (let i = 0; i < count; i++) await (send as (client: Socket<'AF_INET'>) => Promise<unknown>)(client)
    afterwards(client)
    globalThis.gc?.()
    const others = Array.from({ length: 10 * count }, () => Buffer.alloc(part, 'else'))
    const mine = Buffer.alloc(count * part, 'mine')
    expect((await received(server, mine.length)).equals(mine)).toBe(true)
    expect(others).toHaveLength(10 * count)
  })
})

describe.runIf(needs('linux'))('what a send has sent without a copy', () => {
  it('is not freed before it has left, though the socket was closed', async () => {
    const [client, server] = await zeroCopyPair()
    const [part, count] = [2000, 400]
    for (let i = 0; i < count; i++) await client.send(Buffer.alloc(part, 'mine'), { flags })
    client.close()
    globalThis.gc?.()
    const others = Array.from({ length: 10 * count }, () => Buffer.alloc(part, 'else'))
    const mine = Buffer.alloc(count * part, 'mine')
    expect((await received(server, mine.length)).equals(mine)).toBe(true)
    expect(others).toHaveLength(10 * count)
  })
})
