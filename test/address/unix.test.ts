import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSockaddr, encodeSockaddr, Socket } from 'bsd-sockets'
import { bind, connect, getpeername, getsockname, recvfrom, send, sendto, socket, socketpair } from 'bsd-sockets/posix'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeOpened, opened, pair } from '../support/descriptors.js'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(closeOpened)

const family = 'AF_UNIX'
let names = 0
const abstractName = (): string => `\0bsd-sockets-${process.pid}-${names++}`

function boundTo(path: string | Buffer): number {
  const fd = opened(socket(family, 'SOCK_DGRAM'))
  bind(fd, { family, path })
  return fd
}

/** A path in the test's folder of exactly `length` bytes. */
function pathOf(length: number): string {
  return join(folder, 'p'.repeat(length - folder.length - 1))
}

describe('AF_UNIX', () => {
  it('is struct sockaddr_un: a path with its NUL, an abstract name without', () => {
    expect(encodeSockaddr({ family, path: '/a' })).toEqual(Buffer.from('\x01\0/a\0'))
    expect(encodeSockaddr({ family, path: '\0a' })).toEqual(Buffer.from('\x01\0\0a'))
    expect(encodeSockaddr({ family, path: '' })).toEqual(Buffer.of(1, 0))
  })

  it('is bytes where it is not UTF-8, and text where it is', () => {
    for (const path of [Buffer.of(0x2f, 0xff), Buffer.of(0, 0xc3)])
      expect(decodeSockaddr(encodeSockaddr({ family, path }))).toEqual({ family, path })
    expect(decodeSockaddr(encodeSockaddr({ family, path: Buffer.from('/é') }))).toEqual({ family, path: '/é' })
  })

  it('has 108 bytes of path at most, and never cuts one', () => {
    const longest = 'x'.repeat(108)
    expect(encodeSockaddr({ family, path: longest })).toHaveLength(110)
    expect(encodeSockaddr({ family, path: longest.slice(1) })).toHaveLength(110)
    for (const path of [`${longest}x`, `\0${longest}`, Buffer.alloc(109, 1), 'é'.repeat(55)])
      expect(() => encodeSockaddr({ family, path })).toThrow(
        failure('ENAMETOOLONG', { name: 'SocketError', syscall: undefined, errno: -36 }),
      )
  })

  it('of 111 bytes, as Linux returns the longest path, is that path', () => {
    const bytes = Buffer.concat([Buffer.of(1, 0), Buffer.alloc(108, 0x78), Buffer.of(0)])
    expect(decodeSockaddr(bytes)).toEqual({ family, path: 'x'.repeat(108) })
  })

  it.each([
    ['a NUL inside a path', 'a\0b', 'ERR_INVALID_ARG_VALUE'],
    ['a lone surrogate', '/\ud800', 'ERR_INVALID_ARG_VALUE'],
    ['no path', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['null', null, 'ERR_INVALID_ARG_TYPE'],
    ['a number', 5, 'ERR_INVALID_ARG_TYPE'],
    ['a bare ArrayBuffer', new ArrayBuffer(3), 'ERR_INVALID_ARG_TYPE'],
  ])('refuses %s', (_what, path, code) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ family, path }])).toThrow(
      failure(code, { message: expect.stringContaining('"address.path"') }),
    )
  })
})

describe('AF_UNIX in the kernel', () => {
  it('binds a path, and tells it to both ends', () => {
    const [here, there] = [join(folder, 'here'), join(folder, 'there')]
    const [one, other] = [boundTo(here), boundTo(there)]
    expect(getsockname(one)).toEqual({ family, path: here })
    connect(one, { family, path: there })
    expect(getpeername(one)).toEqual({ family, path: there })
    send(one, Buffer.from('x'))
    expect(recvfrom(other, Buffer.alloc(9))).toEqual({ length: 1, address: { family, path: here } })
  })

  it.each([107, 108])('binds, names and reaches a path of %i bytes', length => {
    const path = pathOf(length)
    const fd = boundTo(path)
    expect(getsockname(fd)).toEqual({ family, path })
    expect(statSync(path).isSocket()).toBe(true)
    const sender = opened(socket(family, 'SOCK_DGRAM'))
    connect(sender, { family, path })
    expect(getpeername(sender)).toEqual({ family, path })
    const back = boundTo(join(folder, `back-${length}`))
    sendto(fd, Buffer.from('x'), 0, { family, path: join(folder, `back-${length}`) })
    expect(recvfrom(back, Buffer.alloc(9)).address).toEqual({ family, path })
  })

  it('makes no file for a path of 109 bytes', () => {
    const before = readdirSync(folder)
    expect(() => boundTo(pathOf(109))).toThrow(failure('ENAMETOOLONG', { path: pathOf(109) }))
    expect(readdirSync(folder)).toEqual(before)
  })

  it.runIf(needs('linux'))('binds a path that is not UTF-8, byte for byte', () => {
    const name = Buffer.of(0x66, 0xff, 0xfe)
    const path = Buffer.concat([Buffer.from(`${folder}/`), name])
    expect(getsockname(boundTo(path))).toEqual({ family, path })
    expect(readdirSync(folder, { encoding: 'buffer' })).toContainEqual(name)
  })

  it('leaves the path where it is when the socket is closed', () => {
    const path = join(folder, 'stays')
    new Socket(family, 'SOCK_DGRAM').bind({ path }).close()
    expect(statSync(path).isSocket()).toBe(true)
    using next = new Socket(family, 'SOCK_DGRAM')
    expect(() => next.bind({ path })).toThrow(failure('EADDRINUSE', { path, message: `bind EADDRINUSE ${path}` }))
  })

  it('has an empty path where it has no name', () => {
    const [one, other] = pair('SOCK_DGRAM')
    expect(getsockname(one)).toEqual({ family, path: '' })
    expect(getpeername(one)).toEqual({ family, path: '' })
    send(one, Buffer.from('x'))
    expect(recvfrom(other, Buffer.alloc(9)).address).toEqual({ family, path: '' })
  })

  describe.runIf(needs('linux'))('abstract', () => {
    it('has exactly the length that it was given', () => {
      const name = abstractName()
      const all = [name, `${name}\0`, `${name}\0\0`, `${name}\0/x`]
      for (const path of all) expect(getsockname(boundTo(path))).toEqual({ family, path })
      expect(() => boundTo(name)).toThrow(failure('EADDRINUSE', { path: name }))
    })

    it('may fill the whole of sun_path', () => {
      const path = abstractName().padEnd(108, 'x')
      expect(getsockname(boundTo(path))).toEqual({ family, path })
    })

    it('may be any bytes', () => {
      const path = Buffer.concat([Buffer.from(abstractName()), Buffer.of(0xff, 0, 0x80)])
      const fd = boundTo(path)
      expect(getsockname(fd)).toEqual({ family, path })
      const [sender] = socketpair(family, 'SOCK_DGRAM').map(opened)
      expect(sendto(sender ?? -1, Buffer.from('x'), 0, { family, path })).toBe(1)
      expect(recvfrom(fd, Buffer.alloc(1)).length).toBe(1)
    })

    it('is chosen by the kernel for an empty path, a different one each time', () => {
      const chosen = [boundTo(''), boundTo('')].map(getsockname)
      for (const address of chosen) expect(address).toEqual({ family, path: expect.stringMatching(/^\0[0-9a-f]{5}$/) })
      expect(chosen[0]).not.toEqual(chosen[1])
    })
  })
})
