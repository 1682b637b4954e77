import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SHUT_WR, SO_LINGER, SOCK_DGRAM, SOCK_SEQPACKET, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { own, tcpPair } from '../support/pairs.js'

describe('duplex', () => {
  it('carries a large stream both ways', async () => {
    const [client, server] = await tcpPair()
    const echo = server.duplex()
    const echoing = pipeline(echo, echo)
    const data = Buffer.alloc(5 << 20, 'duplex')
    const duplex = client.duplex()
    const sending = pipeline(Readable.from([data.subarray(0, 100), data.subarray(100)]), duplex, { end: true })
    const parts: Buffer[] = []
    for await (const chunk of duplex) parts.push(chunk)
    await Promise.all([sending, echoing])
    expect(Buffer.concat(parts).equals(data)).toBe(true)
    expect([client.closed, server.closed]).toEqual([true, true])
  })

  it('closes the socket when it is destroyed', async () => {
    const [client, server] = await tcpPair()
    const duplex = server.duplex()
    duplex.resume()
    duplex.destroy()
    await once(duplex, 'close')
    expect(server.closed).toBe(true)
    expect(await client.recv(1)).toHaveLength(0)
  })

  it('is destroyed with the error of the socket', async () => {
    const [client, server] = await tcpPair()
    const duplex = server.duplex()
    duplex.resume()
    client.setsockopt(SO_LINGER, 0).close()
    const [error] = await once(duplex, 'error')
    expect(error).toMatchObject({ code: 'ECONNRESET', syscall: 'recv' })
    expect(server.closed).toBe(true)
  })

  it.each([SOCK_SEQPACKET, SOCK_DGRAM] as const)('keeps the messages of %s apart', async type => {
    const [one, other] = Socket.pair(type)
    own(one)
    const duplex = own(other).duplex()
    duplex.write(Buffer.from('first'))
    duplex.write(Buffer.from('second'))
    expect([(await one.recv(100)).toString(), (await one.recv(100)).toString()]).toEqual(['first', 'second'])
    await one.send(Buffer.from('a'))
    await one.send(Buffer.from('b'))
    const got: string[] = []
    for await (const message of duplex) if (got.push(message.toString()) === 2) break
    expect(got).toEqual(['a', 'b'])
  })
})

describe('streams', () => {
  it('carry a large stream both ways', async () => {
    const [client, server] = await tcpPair()
    const echo = server.streams()
    const echoing = echo.readable.pipeTo(echo.writable)
    const { readable, writable } = client.streams()
    const data = Buffer.alloc(3 << 20, 'web')
    const writer = writable.getWriter()
    const sending = writer.write(data).then(() => writer.close())
    const parts: Uint8Array[] = []
    for await (const chunk of readable) parts.push(chunk)
    await Promise.all([sending, echoing])
    expect(Buffer.concat(parts).equals(data)).toBe(true)
    expect([client.closed, server.closed]).toEqual([true, true])
  })

  it('fill the buffer of a reader that brings its own', async () => {
    const [client, server] = await tcpPair()
    await client.send(Buffer.from('mine'))
    const reader = server.streams().readable.getReader({ mode: 'byob' })
    const { value } = await reader.read(new Uint8Array(16))
    expect(Buffer.from(value ?? []).toString()).toBe('mine')
  })

  it('lose nothing when the reading is cancelled', async () => {
    const [client, server] = await tcpPair()
    const { readable } = server.streams()
    const reader = readable.getReader()
    const pending = reader.read()
    await reader.cancel()
    expect((await pending).done).toBe(true)
    await client.send(Buffer.from('kept'))
    expect((await server.recv(10)).toString()).toBe('kept')
  })

  it('can be aborted while a write waits, and close the socket when the other side is cancelled', async () => {
    const [client] = await tcpPair()
    const { readable, writable } = client.streams()
    const writer = writable.getWriter()
    writer.closed.catch(() => undefined)
    const writing = writer.write(Buffer.alloc(64 << 20))
    const failed = expect(writing).rejects.toMatchObject({ code: 'ECANCELED', bytesSent: expect.any(Number) })
    await client.readable({ timeout: 20 }).catch(() => undefined)
    await writer.abort(new Error('stop'))
    await failed
    await readable.cancel()
    expect(client.closed).toBe(true)
  })

  it('fail with the error of the socket', async () => {
    const [client, server] = await tcpPair()
    const { readable, writable } = server.streams()
    client.setsockopt(SO_LINGER, 0).close()
    await expect(readable.getReader().read()).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(writable.getWriter().write(Buffer.from('x'))).rejects.toMatchObject({ code: 'EPIPE' })
    expect(server.closed).toBe(true)
  })

  it('tell the peer of the end of the writing', async () => {
    const [client, server] = await tcpPair()
    await client.streams().writable.close()
    expect(await server.recv(1)).toHaveLength(0)
    server.shutdown(SHUT_WR)
  })
})
