import { AF_INET, AF_UNIX, SO_ERROR, SO_LINGER, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { listener, own, refuser, tcpPair, udpPair } from '../support/pairs.js'

async function refusedPort(): Promise<number> {
  return (await refuser(SOCK_STREAM)).getsockname().port
}

describe('connect', () => {
  it('connects, and both ends know each other', async () => {
    const [client, server] = await tcpPair()
    expect(client.getpeername()).toEqual(server.getsockname())
    expect(server.getpeername()).toEqual(client.getsockname())
  })

  it('reports a refusal with the address', async () => {
    const port = await refusedPort()
    const error = own(new Socket(AF_INET, SOCK_STREAM)).connect({ address: '127.0.0.1', port })
    await expect(error).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port,
      message: `connect ECONNREFUSED 127.0.0.1:${port}`,
    })
  })

  it('clears the error, so that the socket can be tried again', async () => {
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await expect(client.connect({ address: '127.0.0.1', port: await refusedPort() })).rejects.toThrow()
    expect(client.getsockopt(SO_ERROR)).toBeNull()
    const listening = listener()
    await client.connect(listening.getsockname())
    expect(client.getpeername()).toEqual(listening.getsockname())
  })

  it('says EISCONN when connected', async () => {
    const [client] = await tcpPair()
    await expect(client.connect({ address: '127.0.0.1', port: 1 })).rejects.toMatchObject({ code: 'EISCONN' })
  })

  it('sends what was called after it once connected', async () => {
    const listening = listener()
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const done = Promise.all([client.connect(listening.getsockname()), client.sendall(Buffer.from('eager'))])
    const { socket } = await listening.accept()
    expect((await own(socket).recv(10)).toString()).toBe('eager')
    await done
  })

  it('reports a path that is not there', async () => {
    const socket = own(new Socket(AF_UNIX, SOCK_STREAM))
    await expect(socket.connect({ path: '/nowhere/at all' })).rejects.toMatchObject({
      code: 'ENOENT',
      path: '/nowhere/at all',
    })
  })

  it('dissolves an association', async () => {
    const [one, other] = await udpPair()
    await one.connect({ family: 'AF_UNSPEC' })
    await expect(one.send(Buffer.from('x'))).rejects.toMatchObject({ code: 'EDESTADDRREQ' })
    await one.sendto(Buffer.from('y'), other.getsockname())
    expect(() => one.getpeername()).toThrow(expect.objectContaining({ code: 'ENOTCONN' }))
  })

  it('dissolves one that was taken back, and is fit for another', async () => {
    const full = listener(0)
    const fill = Array.from({ length: 4 }, () => own(new Socket(AF_INET, SOCK_STREAM)))
    await Promise.allSettled(fill.map(socket => socket.connect(full.getsockname(), { timeout: 20 })))
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await expect(client.connect(full.getsockname(), { timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await client.connect({ family: 'AF_UNSPEC' })
    const other = listener()
    await client.connect(other.getsockname(), { timeout: 5000 })
    expect(client.getpeername()).toEqual(other.getsockname())
  })

  it('waits while an AF_UNIX backlog is full', async () => {
    const listening = own(new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen(0))
    const address = listening.getsockname()
    const clients = Array.from({ length: 4 }, () => own(new Socket(AF_UNIX, SOCK_STREAM)))
    const connected = Promise.all(clients.map(client => client.connect(address)))
    for (const _ of clients) own((await listening.accept()).socket)
    await connected
  })

  it('gives up on a full AF_UNIX backlog in time, and can be tried again', async () => {
    const listening = own(new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen(0))
    await own(new Socket(AF_UNIX, SOCK_STREAM)).connect(listening.getsockname())
    const late = own(new Socket(AF_UNIX, SOCK_STREAM))
    await expect(late.connect(listening.getsockname(), { timeout: 30 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      syscall: undefined,
    })
    const again = late.connect(listening.getsockname())
    own((await listening.accept()).socket)
    await again
  })
})

describe('accept', () => {
  it('gives a socket and its peer', async () => {
    const listening = listener()
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const accepted = listening.accept()
    await client.connect(listening.getsockname())
    const { socket, address } = await accepted
    own(socket)
    expect(address).toEqual(client.getsockname())
    expect([socket.domain, socket.type]).toEqual([AF_INET, SOCK_STREAM])
  })

  it('gives an unnamed AF_UNIX peer the path ""', async () => {
    const listening = own(new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen())
    await own(new Socket(AF_UNIX, SOCK_STREAM)).connect(listening.getsockname())
    const { socket, address } = await listening.accept()
    own(socket)
    expect(address).toEqual({ family: AF_UNIX, path: '' })
  })

  it('needs a listening socket', async () => {
    await expect(own(new Socket(AF_INET, SOCK_STREAM)).accept()).rejects.toMatchObject({
      code: 'EINVAL',
      syscall: 'accept',
    })
    await expect(own(new Socket(AF_INET, SOCK_DGRAM)).accept()).rejects.toMatchObject({ code: 'EOPNOTSUPP' })
  })

  it('loses no connection to a call that was taken back', async () => {
    const listening = listener()
    await expect(listening.accept({ timeout: 10 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await client.connect(listening.getsockname())
    expect((await listening.accept()).address).toEqual(client.getsockname())
  })
})

describe('a reset connection', () => {
  it('is an error for who receives and for who sends', async () => {
    const [client, server] = await tcpPair()
    while (server.trySend(Buffer.alloc(1 << 20)) !== undefined);
    const sending = server.sendall(Buffer.alloc(1))
    const receiving = server.recv(10)
    client.setsockopt(SO_LINGER, 0).close()
    const [received, sent] = await Promise.allSettled([receiving, sending])
    expect(received).toMatchObject({ reason: { code: 'ECONNRESET', syscall: 'recv' } })
    expect(sent).toMatchObject({ reason: { code: 'EPIPE' } })
  })

  it('is the error of the connect that failed, not of a receive that waits', async () => {
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const connecting = client.connect({ address: '127.0.0.1', port: await refusedPort() })
    const receiving = client.recv(1)
    const [connected, received] = await Promise.allSettled([connecting, receiving])
    expect(connected).toMatchObject({ reason: { code: 'ECONNREFUSED' } })
    expect(received).toMatchObject({ reason: { code: 'ENOTCONN' } })
  })

  it('is the error of the connect that failed, not of an attempt in between, nor of a receive behind an aborted one', async () => {
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const connecting = client.connect({ address: '127.0.0.1', port: await refusedPort() })
    const stop = new AbortController()
    const aborted = client.recv(1, { signal: stop.signal })
    const behind = client.recv(1)
    expect(client.tryRecv(1)).toBeUndefined()
    stop.abort('changed my mind')
    await expect(client.recv(1, { timeout: 0 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    const settled = await Promise.allSettled([connecting, aborted, behind])
    expect(settled).toMatchObject([
      { reason: { code: 'ECONNREFUSED' } },
      { reason: 'changed my mind' },
      { reason: { code: 'ENOTCONN' } },
    ])
  })

  it('leaves what had arrived to recvfrom, with the address that it came from', async () => {
    const listening = listener()
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await client.connect(listening.getsockname())
    const { socket } = await listening.accept()
    await socket.send(Buffer.from('hello'))
    await client.readable()
    socket.setsockopt(SO_LINGER, 0).close()
    const { data, address } = await client.recvfrom(10)
    expect([data.toString(), address]).toEqual(['hello', listening.getsockname()])
  })

  it('lets a receive wait that was called before the connect was done', async () => {
    const listening = listener()
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const done = Promise.all([client.connect(listening.getsockname()), client.recv(10)])
    await own((await listening.accept()).socket).send(Buffer.from('hello'))
    expect((await done)[1].toString()).toBe('hello')
  })
})
