import { networkInterfaces } from 'node:os'
import { decodeSockaddr, encodeSockaddr, Socket } from 'bsd-sockets'
import { bind, connect, getpeername, getsockname, if_nametoindex, recvfrom, sendto, socket } from 'bsd-sockets/posix'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { sockaddrIn6 } from '../support/addresses.js'
import { closeOpened, opened } from '../support/descriptors.js'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

afterEach(closeOpened)

const loopback = { family: 'AF_INET6', address: '::1', port: 0 } as const

function boundTo(address: string): number {
  const fd = opened(socket('AF_INET6', 'SOCK_DGRAM'))
  bind(fd, { family: 'AF_INET6', address, port: 0 })
  return fd
}

describe('AF_INET6', () => {
  it('is struct sockaddr_in6, with flow information in network order and the scope in host order', () => {
    const address = '102:304:506:708:90a:b0c:d0e:f10'
    const bytes = encodeSockaddr({ family: 'AF_INET6', address, port: 0x1234, flowinfo: 0x56789, scopeId: 3 })
    const expected = [10, 0, 0x12, 0x34, 0, 5, 0x67, 0x89, ...Array.from({ length: 16 }, (_, i) => i + 1), 3, 0, 0, 0]
    expect([...bytes]).toEqual(expected)
  })

  it('always has flow information and scope when it is read', () => {
    expect(decodeSockaddr(encodeSockaddr(loopback))).toEqual({ ...loopback, flowinfo: 0, scopeId: 0 })
  })

  it('has the shortest text, that of the URL standard but for IPv4 inside', () => {
    fc.assert(
      fc.property(sockaddrIn6, given => {
        const address = decodeSockaddr(encodeSockaddr(given))
        if (address.family !== 'AF_INET6' || address.address.includes('.')) return
        expect(`[${address.address}]`).toBe(new URL(`http://[${given.address}]`).hostname)
      }),
    )
    expect(decodeSockaddr(encodeSockaddr({ ...loopback, address: '::FFFF:102:304' }))).toMatchObject({
      address: '::ffff:1.2.3.4',
    })
  })

  it('refuses a zone that is no interface, and one that the scope contradicts', () => {
    const encode = (address: string, scopeId?: number) => () =>
      encodeSockaddr({ ...loopback, address, ...(scopeId !== undefined && { scopeId }) })
    for (const zone of ['', 'nosuchinterface', '-1', '4294967296', 'lo\0x', '1%1'])
      expect(encode(`fe80::1%${zone}`), zone).toThrow(
        failure('ERR_INVALID_ARG_VALUE', { message: expect.stringContaining('"address.address"') }),
      )
    expect(encode('fe80::1%1', 2)).toThrow(
      failure('ERR_INVALID_ARG_VALUE', { message: expect.stringContaining('"address.scopeId"') }),
    )
    expect(encode('fe80::1%2', 2)()).toEqual(encode('fe80::1', 2)())
  })

  it('refuses numbers out of range', () => {
    for (const wrong of [
      { port: 65536 },
      { flowinfo: 2 ** 32 },
      { flowinfo: -1 },
      { scopeId: 2 ** 32 },
      { scopeId: 0.5 },
    ])
      expect(() => encodeSockaddr({ ...loopback, ...wrong })).toThrow(failure('ERR_OUT_OF_RANGE'))
  })
})

describe.runIf(needs('ipv6'))('AF_INET6 in the kernel', () => {
  it('names both ends', () => {
    const [one, other] = [boundTo('::1'), boundTo('::1')]
    sendto(one, Buffer.from('x'), 0, Object.assign(getsockname(other), loopback, { port: portOf(other) }))
    expect(recvfrom(other, Buffer.alloc(9))).toEqual({
      length: 1,
      address: { ...loopback, port: portOf(one), flowinfo: 0, scopeId: 0 },
    })
  })

  it('takes a zone by name and gives it back as scope', () => {
    expect(getsockname(boundTo('ff02::1234%lo'))).toEqual({
      family: 'AF_INET6',
      address: 'ff02::1234',
      port: expect.any(Number),
      flowinfo: 0,
      scopeId: if_nametoindex('lo'),
    })
  })

  it('keeps the scope of a link-local address', context => {
    const local = Object.entries(networkInterfaces())
      .flatMap(([name, all]) => (all ?? []).map(one => ({ name, ...one })))
      .find(one => one.family === 'IPv6' && one.address.startsWith('fe80:'))
    if (local === undefined) return context.skip('no interface has a link-local address')
    const [one, other] = [boundTo(`${local.address}%${local.name}`), boundTo(`${local.address}%${local.name}`)]
    connect(one, { ...loopback, address: `${local.address}%${local.name}`, port: portOf(other) })
    expect(getpeername(one)).toEqual({
      family: 'AF_INET6',
      address: local.address,
      port: portOf(other),
      flowinfo: 0,
      scopeId: if_nametoindex(local.name),
    })
  })

  it('shows an IPv4 peer mapped', () => {
    using server = new Socket('AF_INET6', 'SOCK_DGRAM')
    server.bind({})
    using client = new Socket('AF_INET', 'SOCK_DGRAM')
    client.trySendto(Buffer.from('x'), { address: '127.0.0.1', port: server.getsockname().port })
    expect(server.tryRecvfrom(9)?.address.address).toBe('::ffff:127.0.0.1')
  })

  it('is any address and any port where bind is told nothing', () => {
    using unbound = new Socket('AF_INET6', 'SOCK_DGRAM')
    expect(unbound.bind({}).getsockname()).toMatchObject({ address: '::', port: expect.any(Number) })
  })
})

function portOf(fd: number): number {
  const address = getsockname(fd)
  return address.family === 'AF_INET6' ? address.port : Number.NaN
}
