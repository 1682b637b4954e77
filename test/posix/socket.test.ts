import { openSync } from 'node:fs'
import {
  accept,
  accept4,
  bind,
  close,
  connect,
  F_GETFL,
  fcntl,
  getpeername,
  getsockname,
  getsockopt,
  listen,
  O_NONBLOCK,
  recv,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_TYPE,
  SOCK_NONBLOCK,
  SOMAXCONN,
  send,
  sendto,
  shutdown,
  socket,
  socketpair,
} from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { bound, closeOpened, connected, opened, pair } from '../support/descriptors.js'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

afterEach(closeOpened)

const isNonblocking = (fd: number): boolean => (fcntl(fd, F_GETFL) & O_NONBLOCK) !== 0

describe('socket', () => {
  it('makes the socket that it was asked for', () => {
    const fd = opened(socket('AF_INET', 'SOCK_DGRAM'))
    expect([SO_DOMAIN, SO_TYPE].map(option => getsockopt<unknown>(fd, option))).toEqual(['AF_INET', 'SOCK_DGRAM'])
    expect(getsockopt(fd, SO_PROTOCOL)).toBe(17)
  })

  it('takes numbers in the place of names', () => {
    const fd = opened(socket(1, 5))
    expect([SO_DOMAIN, SO_TYPE].map(option => getsockopt<unknown>(fd, option))).toEqual(['AF_UNIX', 'SOCK_SEQPACKET'])
  })

  it('blocks unless its flags have SOCK_NONBLOCK', () => {
    expect(isNonblocking(opened(socket('AF_UNIX', 'SOCK_STREAM')))).toBe(false)
    expect(isNonblocking(opened(socket('AF_UNIX', 'SOCK_STREAM', 0, SOCK_NONBLOCK)))).toBe(true)
  })

  it('throws what the kernel says of a family, a type or a protocol', () => {
    expect(() => socket(255, 'SOCK_STREAM')).toThrow(failure('EAFNOSUPPORT', { syscall: 'socket' }))
    expect(() => socket('AF_INET', 'SOCK_SEQPACKET')).toThrow(failure(expect.stringMatching(/^E.*NOSUPPORT$/)))
    expect(() => socket('AF_INET', 'SOCK_STREAM', 17)).toThrow(failure('EPROTONOSUPPORT'))
  })

  it('refuses flags in the type, and other flags', () => {
    expect(() => socket('AF_INET', 1 | SOCK_NONBLOCK)).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(() => socket('AF_INET', 'SOCK_STREAM', 0, 1)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    expect(() => socket('AF_INET', 'SOCK_STREAM', -1)).toThrow(failure('ERR_OUT_OF_RANGE'))
  })

  it('refuses names that are none, AF_UNSPEC too', () => {
    for (const domain of ['AF_UNSPEC', 'AF_INET4', 'inet', ''])
      expect(() => Reflect.apply(socket, undefined, [domain, 'SOCK_STREAM'])).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    for (const type of ['SOCK_NONBLOCK', 'stream', ''])
      expect(() => Reflect.apply(socket, undefined, ['AF_INET', type])).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })
})

describe('socketpair', () => {
  it.each(['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_SEQPACKET'] as const)('makes two ends: %s', type => {
    const [one, other] = pair(type)
    expect(send(one, Buffer.from('ab'))).toBe(2)
    expect(recv(other, Buffer.alloc(9))).toBe(2)
    expect(send(other, Buffer.from('abc'))).toBe(3)
    expect(recv(one, Buffer.alloc(9))).toBe(3)
  })

  it('gives both ends its flags', () => {
    expect(socketpair('AF_UNIX', 'SOCK_STREAM', 0, SOCK_NONBLOCK).map(opened).map(isNonblocking)).toEqual([true, true])
    expect(pair('SOCK_STREAM').map(isNonblocking)).toEqual([false, false])
  })

  it('throws where a family has none', () => {
    expect(() => socketpair('AF_INET', 'SOCK_STREAM')).toThrow(failure('EOPNOTSUPP', { syscall: 'socketpair' }))
  })
})

describe('bind', () => {
  it('needs an address that names its family', () => {
    const fd = opened(socket('AF_INET', 'SOCK_STREAM'))
    for (const address of [{}, { address: '127.0.0.1', port: 0 }])
      expect(() => bind(fd, address)).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })

  it('throws what the kernel says of an address of another family', () => {
    const fd = opened(socket('AF_INET', 'SOCK_STREAM'))
    expect(() => bind(fd, { family: 'AF_UNIX', path: '' })).toThrow(failure('EINVAL', { syscall: 'bind', path: '' }))
    expect(() => bind(fd, { family: 'AF_INET6', address: '::1' })).toThrow(failure('EAFNOSUPPORT', { address: '::1' }))
  })
})

describe('listen, accept and accept4', () => {
  it('take a connection with the address that it comes from', () => {
    const { fd, address } = bound('SOCK_STREAM')
    listen(fd)
    const client = opened(socket('AF_INET', 'SOCK_STREAM'))
    connect(client, address)
    const accepted = accept(fd)
    expect(accepted).toEqual({ fd: opened(accepted.fd), address: getsockname(client) })
    expect(getpeername(accepted.fd)).toEqual(getsockname(client))
  })

  it('make the connection block, unless accept4 is told SOCK_NONBLOCK', () => {
    const { fd, address } = bound('SOCK_STREAM')
    listen(fd, SOMAXCONN)
    const next = (): void => connect(opened(socket('AF_INET', 'SOCK_STREAM')), address)
    next()
    expect(isNonblocking(opened(accept(fd).fd))).toBe(false)
    next()
    expect(isNonblocking(opened(accept4(fd, 0).fd))).toBe(false)
    next()
    expect(isNonblocking(opened(accept4(fd, SOCK_NONBLOCK).fd))).toBe(true)
    expect(() => accept4(fd, 1)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })

  it('give an unnamed AF_UNIX client an empty path', () => {
    const listener = opened(socket('AF_UNIX', 'SOCK_SEQPACKET'))
    bind(listener, { family: 'AF_UNIX', path: '' })
    listen(listener, 1)
    const name = getsockname(listener)
    if (name.family !== 'AF_UNIX') throw new Error('not AF_UNIX')
    connect(opened(socket('AF_UNIX', 'SOCK_SEQPACKET')), name)
    const { fd, address } = accept(listener)
    opened(fd)
    expect(address).toEqual({ family: 'AF_UNIX', path: '' })
  })

  it('throw on what does not listen', () => {
    const { fd } = bound('SOCK_DGRAM')
    expect(() => listen(fd)).toThrow(failure('EOPNOTSUPP', { syscall: 'listen' }))
    expect(() => accept(fd)).toThrow(failure('EOPNOTSUPP', { syscall: 'accept' }))
    expect(() => accept(bound('SOCK_STREAM').fd)).toThrow(failure('EINVAL', { syscall: 'accept' }))
  })
})

describe('connect', () => {
  it('throws what the peer says, with its address', () => {
    const { address } = bound('SOCK_STREAM')
    const { port } = address
    expect(() => connect(opened(socket('AF_INET', 'SOCK_STREAM')), address)).toThrow(
      failure('ECONNREFUSED', { address: '127.0.0.1', port, message: `connect ECONNREFUSED 127.0.0.1:${port}` }),
    )
  })

  it('throws ENOENT with the path where there is no socket', () => {
    const fd = opened(socket('AF_UNIX', 'SOCK_STREAM'))
    expect(() => connect(fd, { family: 'AF_UNIX', path: '/nonexistent/x.sock' })).toThrow(
      failure('ENOENT', { path: '/nonexistent/x.sock', message: 'connect ENOENT /nonexistent/x.sock' }),
    )
  })

  it('sets the peer of datagrams, changes it, and with AF_UNSPEC dissolves it', () => {
    const [from, to, third] = [bound('SOCK_DGRAM'), bound('SOCK_DGRAM'), bound('SOCK_DGRAM')]
    connect(from.fd, to.address)
    expect(getpeername(from.fd)).toEqual(to.address)
    connect(from.fd, third.address)
    expect(getpeername(from.fd)).toEqual(third.address)
    connect(from.fd, { family: 'AF_UNSPEC' })
    expect(() => getpeername(from.fd)).toThrow(failure('ENOTCONN', { syscall: 'getpeername' }))
    expect(() => send(from.fd, Buffer.from('x'))).toThrow(failure('EDESTADDRREQ', { syscall: 'send' }))
    expect(sendto(from.fd, Buffer.from('x'), 0, to.address)).toBe(1)
  })

  it('needs a whole destination', () => {
    const fd = opened(socket('AF_INET', 'SOCK_STREAM'))
    for (const address of [{ family: 'AF_INET' }, { family: 'AF_INET', port: 9 }, { family: 'AF_INET', address: '::' }])
      expect(() => Reflect.apply(connect, undefined, [fd, address])).toThrow(
        failure(expect.stringMatching(/^ERR_INVALID_ARG_/)),
      )
  })
})

describe('shutdown', () => {
  it('ends sending, and the peer reads to the end', () => {
    const { client, server } = connected()
    send(client, Buffer.from('last'))
    shutdown(client, SHUT_WR)
    expect([recv(server, Buffer.alloc(9)), recv(server, Buffer.alloc(9))]).toEqual([4, 0])
    expect(() => send(client, Buffer.from('x'))).toThrow(failure('EPIPE', { syscall: 'send' }))
    expect(send(server, Buffer.from('x'))).toBe(1)
  })

  it('ends receiving, or both', () => {
    const [one, other] = pair('SOCK_STREAM')
    shutdown(one, SHUT_RD)
    expect(recv(one, Buffer.alloc(1))).toBe(0)
    shutdown(one, SHUT_RDWR)
    expect(recv(other, Buffer.alloc(1))).toBe(0)
  })

  it('throws on what is not connected, and refuses what is no direction', () => {
    const { fd } = bound('SOCK_STREAM')
    expect(() => shutdown(fd, SHUT_WR)).toThrow(failure('ENOTCONN', { syscall: 'shutdown' }))
    for (const how of [-1, 3, 0.5])
      expect(() => Reflect.apply(shutdown, undefined, [fd, how])).toThrow(failure('ERR_OUT_OF_RANGE'))
  })
})

describe.runIf(needs('linux'))('a descriptor that is no socket', () => {
  it('is ENOTSOCK', () => {
    const fd = openSync('/dev/null', 'r+')
    const calls: [string, () => unknown][] = [
      ['bind', () => bind(fd, { family: 'AF_UNIX', path: '' })],
      ['listen', () => listen(fd)],
      ['accept', () => accept(fd)],
      ['connect', () => connect(fd, { family: 'AF_UNSPEC' })],
      ['send', () => send(fd, Buffer.alloc(1))],
      ['recv', () => recv(fd, Buffer.alloc(1))],
      ['shutdown', () => shutdown(fd, SHUT_WR)],
      ['getsockname', () => getsockname(fd)],
      ['getpeername', () => getpeername(fd)],
      ['getsockopt', () => getsockopt(fd, SO_TYPE)],
    ]
    for (const [syscall, call] of calls) expect(call).toThrow(failure('ENOTSOCK', { errno: -88, syscall }))
    close(fd)
  })
})
