import { readFileSync } from 'node:fs'
import {
  accept,
  accept4,
  bind,
  close,
  connect,
  dup,
  dup2,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  FIONREAD,
  fcntl,
  getpeername,
  getsockname,
  getsockopt,
  ioctl,
  listen,
  O_NONBLOCK,
  recv,
  recvfrom,
  SIOCOUTQ,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_NONBLOCK,
  send,
  sendto,
  setsockopt,
  shutdown,
  sockatmark,
  socket,
  socketpair,
} from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { bound, closeNow, closeOpened, connected, opened, pair } from '../support/descriptors.js'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

afterEach(closeOpened)

const O_CLOEXEC = 0o2000000

function isCloseOnExec(fd: number): boolean {
  const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? ''
  return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0
}

describe.runIf(needs('linux'))('every new descriptor', () => {
  it('is close-on-exec', () => {
    const { fd: listener, address } = bound('SOCK_STREAM')
    listen(listener)
    const clients = [0, 1, 2].map(() => opened(socket('AF_INET', 'SOCK_STREAM')))
    for (const client of clients) connect(client, address)
    const [one = -1] = clients
    const made = {
      socket: [listener, ...clients, opened(socket('AF_INET', 'SOCK_DGRAM', 0, SOCK_NONBLOCK))],
      socketpair: [...pair('SOCK_STREAM'), ...socketpair('AF_UNIX', 'SOCK_DGRAM', 0, SOCK_NONBLOCK).map(opened)],
      accept: [
        opened(accept(listener).fd),
        opened(accept4(listener, 0).fd),
        opened(accept4(listener, SOCK_NONBLOCK).fd),
      ],
      dup: [opened(dup(one)), opened(dup2(one, opened(dup(one)))), opened(fcntl(one, F_DUPFD_CLOEXEC, 100))],
    }
    for (const [name, fds] of Object.entries(made)) expect(fds.map(isCloseOnExec), name).toEqual(fds.map(() => true))
  })
})

describe('close', () => {
  it('ends a descriptor, once', () => {
    const [one, other] = socketpair('AF_UNIX', 'SOCK_STREAM')
    close(one)
    expect(recv(other, Buffer.alloc(1))).toBe(0)
    expect(() => close(one)).toThrow(failure('EBADF', { errno: -9, syscall: 'close', message: 'close EBADF' }))
    close(other)
  })
})

describe('a descriptor that is not open', () => {
  const address = { family: 'AF_INET', address: '127.0.0.1', port: 9 } as const
  const byte = Buffer.alloc(1)
  const calls: Record<string, (fd: number) => unknown> = {
    bind: fd => bind(fd, address),
    listen: fd => listen(fd),
    accept,
    accept4: fd => accept4(fd, 0),
    connect: fd => connect(fd, address),
    send: fd => send(fd, byte),
    sendto: fd => sendto(fd, byte, 0, address),
    recv: fd => recv(fd, byte),
    recvfrom: fd => recvfrom(fd, byte),
    shutdown: fd => shutdown(fd, 2),
    close,
    getsockname,
    getpeername,
    getsockopt: fd => getsockopt(fd, SO_TYPE),
    'getsockopt of bytes': fd => getsockopt(fd, 1, 3, 4),
    setsockopt: fd => setsockopt(fd, SO_REUSEADDR, true),
    'setsockopt of an int': fd => setsockopt(fd, 1, 2, 1),
    sockatmark,
    fcntl: fd => fcntl(fd, F_GETFL),
    dup,
    dup2: fd => dup2(fd, 1_000_001),
    'dup2 onto itself': fd => dup2(fd, fd),
    ioctl: fd => ioctl(fd, FIONREAD, new Int32Array(1)),
  }
  it.each(Object.entries(calls))('is EBADF, a negative one too: %s', (name, call) => {
    const [closed, other] = socketpair('AF_UNIX', 'SOCK_STREAM')
    opened(other)
    close(closed)
    const syscall = expect.stringContaining(name.replace(/4$| .*/, ''))
    for (const fd of [-1, -(2 ** 31), 1_000_000, 2 ** 31 - 1, closed])
      expect(() => call(fd), `${fd}`).toThrow(failure('EBADF', { errno: -9, syscall }))
  })

  it.each(Object.entries(calls))('is refused where it is no descriptor at all: %s', (_name, call) => {
    for (const fd of [2 ** 31, 1.5, Number.NaN]) expect(() => call(fd)).toThrow(failure('ERR_OUT_OF_RANGE'))
  })
})

describe('dup and dup2', () => {
  it('give another descriptor of the same open file', () => {
    const [one, other] = pair('SOCK_STREAM')
    const copy = opened(dup(one))
    expect(copy).not.toBe(one)
    fcntl(one, F_SETFL, fcntl(one, F_GETFL) | O_NONBLOCK)
    expect(fcntl(copy, F_GETFL) & O_NONBLOCK).toBe(O_NONBLOCK)
    closeNow(one)
    send(copy, Buffer.from('x'))
    expect(recv(other, Buffer.alloc(9))).toBe(1)
  })

  it('replace a target, which is closed before', () => {
    const [one, other] = pair('SOCK_STREAM')
    const [target, peer] = pair('SOCK_STREAM')
    expect(dup2(one, target)).toBe(target)
    expect(recv(peer, Buffer.alloc(1))).toBe(0)
    send(target, Buffer.from('x'))
    expect(recv(other, Buffer.alloc(9))).toBe(1)
  })

  it('leave a descriptor that is its own target as it is', () => {
    const [one] = pair('SOCK_STREAM')
    fcntl(one, F_SETFD, 0)
    expect(dup2(one, one)).toBe(one)
    expect(fcntl(one, F_GETFD)).toBe(0)
  })

  it('throw on a target that cannot be', () => {
    const [one] = pair('SOCK_STREAM')
    expect(() => dup2(one, -1)).toThrow(failure('EBADF', { syscall: 'dup2' }))
    expect(() => dup2(one, 2 ** 31 - 1)).toThrow(failure('EBADF', { syscall: 'dup2' }))
    expect(() => dup2(one, 0.5)).toThrow(failure('ERR_OUT_OF_RANGE', { message: expect.stringContaining('"target"') }))
  })
})

describe('fcntl', () => {
  it('reads and sets the flags of the open file', () => {
    const [one] = pair('SOCK_STREAM')
    fcntl(one, F_SETFL, fcntl(one, F_GETFL) | O_NONBLOCK)
    expect(fcntl(one, F_GETFL) & O_NONBLOCK).toBe(O_NONBLOCK)
    fcntl(one, F_SETFL, fcntl(one, F_GETFL) & ~O_NONBLOCK)
    expect(fcntl(one, F_GETFL) & O_NONBLOCK).toBe(0)
  })

  it('reads and sets the flags of the descriptor', () => {
    const [one] = pair('SOCK_STREAM')
    expect(fcntl(one, F_GETFD)).toBe(FD_CLOEXEC)
    fcntl(one, F_SETFD, 0)
    expect(fcntl(one, F_GETFD)).toBe(0)
  })

  it('duplicates to the lowest free descriptor from a number on', () => {
    const [one] = pair('SOCK_STREAM')
    const first = opened(fcntl(one, F_DUPFD_CLOEXEC, 500))
    expect(first).toBeGreaterThanOrEqual(500)
    expect(opened(fcntl(one, F_DUPFD_CLOEXEC, first))).toBeGreaterThan(first)
    expect(() => fcntl(one, F_DUPFD_CLOEXEC, 2 ** 31 - 1)).toThrow(failure('EINVAL', { syscall: 'fcntl' }))
  })

  it('refuses other commands, and a missing argument', () => {
    const [one] = pair('SOCK_STREAM')
    for (const command of ['F_SETLK', 'f_getfl', '', 3, undefined, Symbol('x')])
      expect(() => Reflect.apply(fcntl, undefined, [one, command, 0])).toThrow(
        failure(expect.stringMatching(/^ERR_INVALID_ARG_/), { message: expect.stringContaining('"command"') }),
      )
    for (const command of [F_SETFL, F_SETFD, F_DUPFD_CLOEXEC])
      expect(() => Reflect.apply(fcntl, undefined, [one, command])).toThrow(
        failure('ERR_INVALID_ARG_TYPE', { message: expect.stringContaining('"argument"') }),
      )
  })
})

describe('ioctl', () => {
  it('fills a view in place: FIONREAD', () => {
    const [one, other] = pair('SOCK_STREAM')
    send(one, Buffer.from('hello'))
    const waiting = new Int32Array(1)
    expect(ioctl(other, FIONREAD, waiting)).toBe(0)
    expect(waiting[0]).toBe(5)
    const bytes = Buffer.alloc(8, 0xaa)
    ioctl(other, FIONREAD, new DataView(bytes.buffer, bytes.byteOffset + 2, 4))
    expect(bytes.toString('hex')).toBe('aaaa05000000aaaa')
  })

  it.runIf(needs('linux'))('tells how much is not acknowledged yet: SIOCOUTQ', () => {
    const [one, other] = pair('SOCK_STREAM')
    const unsent = new Int32Array(1)
    send(one, Buffer.alloc(100))
    ioctl(one, SIOCOUTQ, unsent)
    expect(unsent[0]).toBeGreaterThan(0)
    recv(other, Buffer.alloc(100))
    ioctl(one, SIOCOUTQ, unsent)
    expect(unsent[0]).toBe(0)
    expect(ioctl(connected().client, SIOCOUTQ, unsent)).toBe(0)
  })

  it('never writes past a view that is too small', () => {
    const [one, other] = pair('SOCK_STREAM')
    send(one, Buffer.alloc(0x0203))
    const bytes = Buffer.alloc(4, 0xaa)
    ioctl(other, FIONREAD, bytes.subarray(1, 2))
    expect(bytes).toEqual(Buffer.of(0xaa, 0x03, 0xaa, 0xaa))
    expect(ioctl(other, FIONREAD, Buffer.alloc(0))).toBe(0)
  })

  it('throws where a request is unknown, or its pointer no pointer', () => {
    const [one] = pair('SOCK_STREAM')
    expect(() => ioctl(one, 0x12345678, Buffer.alloc(4))).toThrow(failure('ENOTTY', { syscall: 'ioctl' }))
    expect(() => ioctl(one, FIONREAD, 0)).toThrow(failure('EFAULT', { syscall: 'ioctl' }))
    expect(() => ioctl(one, 2 ** 32)).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(() => Reflect.apply(ioctl, undefined, [one, FIONREAD, 'x'])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})
