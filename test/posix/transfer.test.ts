import {
  connect,
  FIONREAD,
  ioctl,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  POLLPRI,
  poll,
  recv,
  recvfrom,
  SHUT_WR,
  SO_OOBINLINE,
  send,
  sendto,
  setsockopt,
  shutdown,
  sockatmark,
} from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { bound, closeNow, closeOpened, connected, pair } from '../support/descriptors.js'
import { failure } from '../support/failure.js'

afterEach(closeOpened)

function resizable(length: number): ArrayBuffer {
  return Reflect.construct(ArrayBuffer, [length, { maxByteLength: 64 }])
}

const views: Record<string, (bytes: Buffer) => NodeJS.ArrayBufferView> = {
  Buffer: bytes => bytes,
  Uint8Array: bytes => new Uint8Array(bytes),
  DataView: bytes => new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  Uint16Array: bytes => new Uint16Array(new Uint8Array(bytes).buffer),
  'resizable buffer': bytes => {
    const view = new Uint8Array(resizable(bytes.length))
    view.set(bytes)
    return view
  },
}

describe('send and recv', () => {
  it.each(Object.entries(views))('take any view: %s', (_name, viewOf) => {
    const [one, other] = pair('SOCK_STREAM')
    expect(send(one, viewOf(Buffer.from('abcd')))).toBe(4)
    const into = viewOf(Buffer.alloc(4))
    expect(recv(other, into)).toBe(4)
    expect(Buffer.from(into.buffer, into.byteOffset, into.byteLength).toString()).toBe('abcd')
  })

  it('touch no byte outside of a view', () => {
    const [one, other] = pair('SOCK_DGRAM')
    send(one, Buffer.from('0123456789').subarray(2, 6))
    const room = Buffer.alloc(8, 0xaa)
    expect(recv(other, room.subarray(2, 5))).toBe(3)
    expect(room.toString('hex')).toBe('aaaa323334aaaaaa')
  })

  it('carry datagrams of no bytes', () => {
    const [one, other] = pair('SOCK_DGRAM')
    expect(send(one, Buffer.alloc(0))).toBe(0)
    send(one, Buffer.from('x'))
    expect([recv(other, Buffer.alloc(9)), recv(other, Buffer.alloc(9))]).toEqual([0, 1])
  })

  it('keep a datagram that is peeked at, and tell its length with MSG_TRUNC', () => {
    const [one, other] = pair('SOCK_DGRAM')
    send(one, Buffer.alloc(100))
    expect(recv(other, Buffer.alloc(10), MSG_PEEK)).toBe(10)
    expect(recv(other, Buffer.alloc(10), MSG_PEEK | MSG_TRUNC)).toBe(100)
    expect(recv(other, Buffer.alloc(10))).toBe(10)
    expect(() => recv(other, Buffer.alloc(10), MSG_DONTWAIT)).toThrow(failure('EAGAIN'))
  })

  it('fill a view with MSG_WAITALL, but at the end of a stream', () => {
    const [one, other] = pair('SOCK_STREAM')
    send(one, Buffer.from('ab'))
    send(one, Buffer.from('cdef'))
    shutdown(one, SHUT_WR)
    expect(recv(other, Buffer.alloc(5), MSG_WAITALL)).toBe(5)
    expect(recv(other, Buffer.alloc(5), MSG_WAITALL)).toBe(1)
  })

  it('throw EPIPE where nobody receives, and the process lives on', () => {
    const [one, other] = pair('SOCK_STREAM')
    closeNow(other)
    expect(() => send(one, Buffer.from('x'))).toThrow(failure('EPIPE', { errno: -32, syscall: 'send' }))
  })

  it('throw EMSGSIZE for a datagram that is too long, and ENOTCONN without a peer', () => {
    const [from, to] = [bound('SOCK_DGRAM'), bound('SOCK_DGRAM')]
    connect(from.fd, to.address)
    expect(() => send(from.fd, Buffer.alloc(70_000))).toThrow(failure('EMSGSIZE', { syscall: 'send' }))
    const { fd } = bound('SOCK_STREAM')
    expect(() => recv(fd, Buffer.alloc(1))).toThrow(failure('ENOTCONN', { syscall: 'recv' }))
  })

  it('refuse flags out of range', () => {
    const [one] = pair('SOCK_DGRAM')
    for (const flags of [-1, 2 ** 31, 0.5]) {
      expect(() => send(one, Buffer.alloc(1), flags)).toThrow(failure('ERR_OUT_OF_RANGE'))
      expect(() => recv(one, Buffer.alloc(1), flags)).toThrow(failure('ERR_OUT_OF_RANGE'))
    }
  })
})

describe('sendto and recvfrom', () => {
  it('carry datagrams both ways between the addresses', () => {
    const [one, other] = [bound('SOCK_DGRAM'), bound('SOCK_DGRAM')]
    expect(sendto(one.fd, Buffer.from('ping'), 0, other.address)).toBe(4)
    const buffer = Buffer.alloc(9)
    const { length, address } = recvfrom(other.fd, buffer)
    expect(buffer.toString('utf8', 0, length)).toBe('ping')
    if (address?.family !== 'AF_INET') throw new Error('not AF_INET')
    expect(sendto(other.fd, Buffer.from('pong!'), 0, address)).toBe(5)
    expect(recvfrom(one.fd, buffer)).toEqual({ length: 5, address: other.address })
  })

  it('give no address of a stream over IP', () => {
    const { client, server } = connected()
    send(client, Buffer.from('x'))
    expect(recvfrom(server, Buffer.alloc(9))).toEqual({ length: 1, address: undefined })
  })

  it('throw with the address that a datagram was for', () => {
    const { fd } = bound('SOCK_DGRAM')
    const address = { family: 'AF_INET', address: '127.0.0.1', port: 0 } as const
    expect(() => sendto(fd, Buffer.alloc(1), 0, address)).toThrow(
      failure('EINVAL', { message: 'sendto EINVAL 127.0.0.1:0', address: '127.0.0.1', port: 0 }),
    )
  })

  it('throw the pending error of a connected peer', () => {
    const [from, to] = [bound('SOCK_DGRAM'), bound('SOCK_DGRAM')]
    connect(from.fd, to.address)
    connect(to.fd, { ...to.address, port: 9 }) // and takes nothing of others
    send(from.fd, Buffer.from('x'))
    expect(() => recvfrom(from.fd, Buffer.alloc(1))).toThrow(failure('ECONNREFUSED', { syscall: 'recvfrom' }))
  })
})

describe('sockatmark', () => {
  it('tells when a stream has been read up to its urgent byte', () => {
    const { client, server } = connected()
    expect(sockatmark(server)).toBe(false)
    send(client, Buffer.from('ab'))
    send(client, Buffer.from('!'), MSG_OOB)
    send(client, Buffer.from('cd'))
    expect(poll([{ fd: server, events: POLLPRI }], 5000)).toBe(1)
    expect(sockatmark(server)).toBe(false)
    const buffer = Buffer.alloc(9)
    expect(recv(server, buffer)).toBe(2)
    expect(sockatmark(server)).toBe(true)
    expect(recv(server, buffer, MSG_OOB)).toBe(1)
    expect(buffer[0]).toBe('!'.charCodeAt(0))
    recv(server, buffer.subarray(0, 1))
    expect(sockatmark(server)).toBe(false)
  })

  it('finds the mark before an urgent byte that stays in line', () => {
    const { client, server } = connected()
    setsockopt(server, SO_OOBINLINE, true)
    send(client, Buffer.from('a'))
    send(client, Buffer.from('!'), MSG_OOB)
    expect(poll([{ fd: server, events: POLLPRI }], 5000)).toBe(1)
    const waiting = new Int32Array(1)
    ioctl(server, FIONREAD, waiting)
    const buffer = Buffer.alloc(9)
    expect(recv(server, buffer)).toBe(1)
    expect(sockatmark(server)).toBe(true)
    expect(recv(server, buffer)).toBe(1)
    expect(buffer[0]).toBe('!'.charCodeAt(0))
    expect(waiting[0]).toBeGreaterThan(0)
  })

  it('throws on datagrams', () => {
    expect(() => sockatmark(bound('SOCK_DGRAM').fd)).toThrow(
      failure(expect.stringMatching(/^E/), { syscall: 'sockatmark' }),
    )
  })
})
