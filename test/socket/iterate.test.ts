import { AF_INET, SHUT_WR, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { listener, own, tcpPair, udpPair } from '../support/pairs.js'

describe('chunks', () => {
  it('brings everything until the end of the stream', async () => {
    const [client, server] = await tcpPair()
    const sent = Buffer.alloc(3 << 20, 'abc')
    const sending = client.sendall(sent).then(() => client.shutdown(SHUT_WR))
    const parts: Buffer[] = []
    for await (const chunk of server.chunks({ size: 10_000 })) {
      expect(chunk.length).toBeLessThanOrEqual(10_000)
      parts.push(chunk)
    }
    await sending
    expect(Buffer.concat(parts).equals(sent)).toBe(true)
  })

  it('can be left and taken up again, losing nothing', async () => {
    const [client, server] = await tcpPair()
    await client.sendall(Buffer.from('abcdef'))
    client.shutdown(SHUT_WR)
    const taken: string[] = []
    for (let done = false; !done; ) {
      done = true
      for await (const chunk of server.chunks({ size: 1 })) {
        taken.push(chunk.toString())
        done = false
        break
      }
    }
    expect(taken.join('')).toBe('abcdef')
    expect(server.closed).toBe(false)
  })

  it('throws the timeout of one item', async () => {
    const [client, server] = await tcpPair()
    await client.send(Buffer.from('x'))
    const items = server.chunks({ timeout: 30 })
    expect((await items.next()).value?.toString()).toBe('x')
    await expect(items.next()).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(await items.next()).toEqual({ done: true, value: undefined })
  })

  it('throws the reason of an abort', async () => {
    const [, server] = await tcpPair()
    const stop = new AbortController()
    setTimeout(() => stop.abort('stop'), 10)
    const reading = (async () => {
      for await (const _ of server.chunks({ signal: stop.signal }));
    })()
    await expect(reading).rejects.toBe('stop')
  })

  it('ends a pending step when it is left', async () => {
    const [client, server] = await tcpPair()
    const items = server.chunks()
    const pending = items.next()
    expect(await items.return?.()).toEqual({ done: true, value: undefined })
    expect(await pending).toEqual({ done: true, value: undefined })
    await client.send(Buffer.from('kept'))
    expect((await server.recv(10)).toString()).toBe('kept')
  })

  it('ends quietly when the socket is closed', async () => {
    const [, server] = await tcpPair()
    setTimeout(() => server.close(), 10)
    for await (const _ of server.chunks());
    expect(server.closed).toBe(true)
  })
})

describe('datagrams', () => {
  it('brings each with its sender, empty ones too', async () => {
    const [one, other] = await udpPair()
    for (const text of ['a', '', 'ccc']) await one.send(Buffer.from(text))
    const got: string[] = []
    for await (const { data, address, truncated } of other.datagrams({ size: 2 })) {
      got.push(`${data}${truncated ? '…' : ''}`)
      expect(address).toEqual(one.getsockname())
      if (got.length === 3) break
    }
    expect(got).toEqual(['a', '', 'cc…'])
  })

  it('ends at the end of a SOCK_SEQPACKET connection', async () => {
    const [one, other] = Socket.pair(SOCK_SEQPACKET)
    own(other)
    await one.send(Buffer.from('only'))
    one.close()
    const got: string[] = []
    for await (const { data } of other.datagrams()) got.push(data.toString())
    expect(got).toEqual(['only'])
  })

  it('checks its options when it is called', () => {
    const socket = own(new Socket(AF_INET, SOCK_DGRAM))
    expect(() => socket.datagrams({ size: -1 })).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
    expect(() => socket.chunks({ timeout: Number.NaN })).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
  })
})

describe('connections', () => {
  it('accepts one after another until the listener is closed', async () => {
    const listening = listener()
    const clients = Array.from({ length: 200 }, () => own(new Socket(AF_INET, SOCK_STREAM)))
    const connected = Promise.all(clients.map(client => client.connect(listening.getsockname())))
    const peers: number[] = []
    for await (const { socket, address } of listening.connections()) {
      socket.close()
      peers.push(address.port)
      if (peers.length === clients.length) listening.close()
    }
    await connected
    expect(peers.sort()).toEqual(clients.map(client => client.getsockname().port).sort())
  })

  it('throws what is wrong with the listener', async () => {
    const accepting = (type: 'SOCK_STREAM' | 'SOCK_DGRAM') => own(new Socket(AF_INET, type)).connections().next()
    await expect(accepting('SOCK_STREAM')).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(accepting('SOCK_DGRAM')).rejects.toMatchObject({ code: 'EOPNOTSUPP' })
  })
})
