import { inspect } from 'node:util'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  MSG_OOB,
  SHUT_WR,
  SO_DOMAIN,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  SocketError,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { listener, own, tcpPair } from '../support/pairs.js'

describe('Socket', () => {
  it('is non-blocking and close-on-exec', () => {
    const socket = own(new Socket(AF_INET, SOCK_STREAM))
    expect(posix.fcntl(socket.fd, posix.F_GETFL) & posix.O_NONBLOCK).toBe(posix.O_NONBLOCK)
    expect(posix.fcntl(socket.fd, posix.F_GETFD)).toBe(posix.FD_CLOEXEC)
  })

  it('takes a number for a domain and a type, and names those that have a name', () => {
    const socket = own(new Socket(2, 1, IPPROTO_TCP))
    expect([socket.domain, socket.type, socket.protocol]).toEqual([AF_INET, SOCK_STREAM, IPPROTO_TCP])
  })

  it('refuses flags that are or-ed into the type', () => {
    expect(() => new Socket(AF_INET, 1 | posix.SOCK_NONBLOCK)).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }),
    )
  })

  it('reports what the kernel refuses', () => {
    expect(() => new Socket(AF_INET, SOCK_SEQPACKET)).toThrow(
      expect.objectContaining({ code: 'ESOCKTNOSUPPORT', syscall: 'socket' }),
    )
  })

  it('prints what it is', async () => {
    const [client, server] = await tcpPair()
    const { address, port } = client.getsockname()
    const peer = server.getsockname()
    expect(inspect(client, { breakLength: Number.POSITIVE_INFINITY })).toBe(
      `Socket { fd: ${client.fd}, domain: 'AF_INET', type: 'SOCK_STREAM', local: '${address}:${port}', peer: '${peer.address}:${peer.port}' }`,
    )
    client.close()
    expect(inspect(client)).toBe("Socket { fd: -1, domain: 'AF_INET', type: 'SOCK_STREAM' }")
  })

  it('chains bind, listen and setsockopt', () => {
    const listening = listener()
    expect(listening.getsockname().port).toBeGreaterThan(0)
  })

  it('binds what is left out to any address and any port', () => {
    expect(own(new Socket(AF_INET, SOCK_STREAM).bind({})).getsockname()).toMatchObject({ address: '0.0.0.0' })
    expect(own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' })).getsockname().path).toMatch(/^\0[0-9a-f]{5}$/)
  })

  it('tells whether it is at the out-of-band mark', async () => {
    const [client, server] = await tcpPair()
    await client.send(Buffer.from('a'))
    await client.send(Buffer.from('!'), { flags: MSG_OOB })
    await client.send(Buffer.from('b'))
    expect((await server.recv(100)).toString()).toBe('a')
    expect(server.sockatmark()).toBe(true)
    expect((await server.recv(1, { flags: MSG_OOB })).toString()).toBe('!')
    expect((await server.recv(100)).toString()).toBe('b')
    expect(server.sockatmark()).toBe(false)
  })
})

describe('Socket.pair', () => {
  it.each([SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET] as const)('makes two connected sockets of %s', async type => {
    const [one, other] = Socket.pair(type)
    own(one)
    own(other)
    await one.send(Buffer.from('there'))
    expect((await other.recv(10)).toString()).toBe('there')
    await other.send(Buffer.from('and back'))
    expect((await one.recv(10)).toString()).toBe('and back')
    expect(one.getpeername()).toEqual({ family: AF_UNIX, path: '' })
  })
})

describe('Socket.from', () => {
  it('reads domain, type and protocol back from the kernel', () => {
    const socket = own(Socket.from(posix.socket(AF_INET6, SOCK_STREAM)))
    expect([socket.domain, socket.type, socket.protocol]).toEqual([AF_INET6, SOCK_STREAM, IPPROTO_TCP])
    expect(socket.getsockopt(SO_DOMAIN)).toBe(AF_INET6)
  })

  it('makes the descriptor non-blocking', () => {
    const fd = posix.socket(AF_INET, SOCK_DGRAM)
    expect(posix.fcntl(fd, posix.F_GETFL) & posix.O_NONBLOCK).toBe(0)
    own(Socket.from(fd))
    expect(posix.fcntl(fd, posix.F_GETFL) & posix.O_NONBLOCK).toBe(posix.O_NONBLOCK)
  })

  it.each([
    [-1, 'EBADF'],
    [1_000_000, 'EBADF'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    ['3', 'ERR_INVALID_ARG_TYPE'],
  ])('refuses %s with %s', (fd, code) => {
    expect(() => Reflect.apply(Socket.from, Socket, [fd])).toThrow(expect.objectContaining({ code }))
  })

  it('refuses what is no socket, and leaves it open', async () => {
    const { open } = await import('node:fs/promises')
    await using file = await open('/dev/null')
    expect(() => Socket.from(file.fd)).toThrow(expect.objectContaining({ code: 'ENOTSOCK' }))
    expect((await file.stat()).isCharacterDevice()).toBe(true)
  })

  it('refuses what a Socket of this thread owns', () => {
    const socket = own(new Socket(AF_INET, SOCK_STREAM))
    expect(() => Socket.from(socket.fd)).toThrow(expect.objectContaining({ code: 'EBUSY' }))
    const fd = socket.detach()
    expect(own(Socket.from(fd)).fd).toBe(fd)
  })
})

describe('is', () => {
  it('tells the domain, by name or by number', () => {
    const socket: Socket = own(new Socket(AF_UNIX, SOCK_STREAM))
    expect([socket.is(AF_UNIX), socket.is(1), socket.is(AF_INET)]).toEqual([true, true, false])
  })
})

describe('dup', () => {
  it('gives a second socket of the same open file', async () => {
    const [client, server] = await tcpPair()
    const second = own(client.dup())
    expect(second.getsockname()).toEqual(client.getsockname())
    client.close()
    await second.send(Buffer.from('still open'))
    expect((await server.recv(100)).toString()).toBe('still open')
  })
})

describe('shutdown', () => {
  it('ends the stream for the peer and leaves the other direction open', async () => {
    const [client, server] = await tcpPair()
    client.shutdown(SHUT_WR)
    expect(await server.recv(1)).toHaveLength(0)
    await server.send(Buffer.from('late'))
    expect((await client.recv(10)).toString()).toBe('late')
  })

  it('needs a connection', () => {
    expect(() => own(new Socket(AF_INET, SOCK_STREAM)).shutdown(SHUT_WR)).toThrow(SocketError)
  })
})

describe('close', () => {
  it('is idempotent and leaves no descriptor', () => {
    const socket = new Socket(AF_INET, SOCK_STREAM)
    const { fd } = socket
    socket.close()
    socket.close()
    expect([socket.fd, socket.closed]).toEqual([-1, true])
    expect(() => posix.fcntl(fd, posix.F_GETFD)).toThrow(expect.objectContaining({ code: 'EBADF' }))
  })

  it('closes no file that took the number of a descriptor that was closed behind its back', async () => {
    const { open } = await import('node:fs/promises')
    const socket = new Socket(AF_INET, SOCK_STREAM)
    const { fd } = socket
    posix.close(fd)
    await using file = await open('/dev/null')
    expect(file.fd).toBe(fd)
    socket.close()
    expect((await file.stat()).isCharacterDevice()).toBe(true)
  })

  it('inside a getter of an argument leaves other sockets alone', () => {
    const socket = new Socket(AF_INET, SOCK_STREAM)
    const others: Socket<'AF_INET'>[] = []
    const address = {
      get address(): string {
        socket.close()
        others.push(own(new Socket(AF_INET, SOCK_STREAM)))
        return '127.0.0.1'
      },
    }
    expect(() => socket.bind(address)).toThrow(expect.objectContaining({ code: 'EBADF' }))
    expect(others.map(other => other.getsockname().port)).toEqual([0])
  })

  it('is what `using` does', () => {
    let kept: Socket
    {
      using socket = new Socket(AF_INET, SOCK_STREAM)
      kept = socket
      expect(kept.closed).toBe(false)
    }
    expect(kept.closed).toBe(true)
  })

  it('makes every later call fail with EBADF, of no system call', async () => {
    const socket = new Socket(AF_INET, SOCK_DGRAM)
    socket.close()
    const closed = expect.objectContaining({ code: 'EBADF', syscall: undefined })
    for (const call of [
      () => socket.bind({}),
      () => socket.getsockname(),
      () => socket.listen(),
      () => socket.tryRecv(1),
    ])
      expect(call).toThrow(closed)
    for (const promise of [socket.recv(1), socket.send(Buffer.alloc(1)), socket.readable(), socket.accept()])
      await expect(promise).rejects.toEqual(closed)
    for await (const _ of socket.datagrams()) throw new Error('nothing comes from a closed socket')
  })
})

describe('a subclass', () => {
  it('may have any names of its own', () => {
    class Connection extends Socket<'AF_INET'> {
      handle = 1
      constructor() {
        super(AF_INET, SOCK_STREAM)
      }
      openFd(): string {
        return 'mine'
      }
    }
    const connection = own(new Connection())
    expect([connection.handle, connection.openFd(), connection.bind({}).getsockname().family]).toEqual([
      1,
      'mine',
      AF_INET,
    ])
  })
})

describe('what is not a whole Socket', () => {
  it('can be printed, and calls on it are refused', () => {
    expect(inspect(Socket.prototype)).toContain('Socket')
    expect(inspect(Object.create(Socket.prototype))).toBe('Socket {}')
    expect(() => Socket.prototype.bind.call(Object.create(Socket.prototype), {})).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    )
  })

  it('becomes plain JSON', () => {
    const { domain, type, protocol } = own(new Socket(AF_INET, SOCK_STREAM))
    expect(JSON.parse(JSON.stringify(own(new Socket(AF_INET, SOCK_STREAM))))).toEqual({ domain, type, protocol })
  })
})
