import { decodeSockaddr, encodeSockaddr, Socket } from 'bsd-sockets'
import { bind, connect, getpeername, getsockname, recvfrom, sendto } from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { bound, closeOpened, connected, opened } from '../support/descriptors.js'
import { failure } from '../support/failure.js'

afterEach(closeOpened)

describe('AF_INET', () => {
  it('is struct sockaddr_in, with port and address in network order', () => {
    const bytes = encodeSockaddr({ family: 'AF_INET', address: '1.2.3.4', port: 0x1234 })
    expect(bytes).toEqual(Buffer.of(2, 0, 0x12, 0x34, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0))
    expect(decodeSockaddr(bytes)).toEqual({ family: 'AF_INET', address: '1.2.3.4', port: 0x1234 })
  })

  it('is what the kernel tells of both ends of a connection', () => {
    const { client, server } = connected()
    expect(getsockname(client)).toEqual(getpeername(server))
    expect(getpeername(client)).toEqual(getsockname(server))
    expect(getsockname(client)).toEqual({ family: 'AF_INET', address: '127.0.0.1', port: expect.any(Number) })
  })

  it('is what a datagram comes from', () => {
    const [from, to] = [bound('SOCK_DGRAM'), bound('SOCK_DGRAM')]
    sendto(from.fd, Buffer.from('x'), 0, to.address)
    expect(recvfrom(to.fd, Buffer.alloc(9))).toEqual({ length: 1, address: from.address })
  })

  it('is taken as bytes too', () => {
    const to = bound('SOCK_DGRAM')
    const from = bound('SOCK_DGRAM')
    connect(from.fd, { family: 2, data: encodeSockaddr(to.address).subarray(2) })
    expect(getpeername(from.fd)).toEqual(to.address)
  })

  it('is any address and any port where bind is told nothing', () => {
    using socket = new Socket('AF_INET', 'SOCK_DGRAM')
    expect(socket.bind({}).getsockname()).toEqual({ family: 'AF_INET', address: '0.0.0.0', port: expect.any(Number) })
    expect(socket.getsockname().port).toBeGreaterThan(0)
  })

  it('has to be whole for a destination', () => {
    using socket = new Socket('AF_INET', 'SOCK_DGRAM')
    const missing = (name: string): unknown =>
      failure('ERR_INVALID_ARG_TYPE', { message: expect.stringContaining(`"address.${name}"`) })
    const send = (address: unknown) => () => Reflect.apply(socket.trySendto, socket, [Buffer.alloc(1), address])
    expect(send({ address: '127.0.0.1' })).toThrow(missing('port'))
    expect(send({ port: 9 })).toThrow(missing('address'))
    expect(send({})).toThrow(missing('address'))
  })

  it('is refused on a socket of another family', () => {
    using socket = new Socket('AF_INET6', 'SOCK_DGRAM')
    const address = { family: 'AF_INET', address: '127.0.0.1', port: 0 }
    expect(() => Reflect.apply(socket.bind, socket, [address])).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })

  it.each(['localhost', '', '127.0.0.1\0', '::1', '0x7f.0.0.1', '127.1', '1.2.3.4.5', ' 1.2.3.4', '127.0.0.1%lo'])(
    'is refused with the address %j, before any system call',
    address => {
      const { fd } = bound('SOCK_DGRAM')
      expect(() => bind(fd, { family: 'AF_INET', address, port: 0 })).toThrow(
        failure('ERR_INVALID_ARG_VALUE', { message: expect.stringContaining('"address.address"') }),
      )
    },
  )

  it.each([-1, 65536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('is refused with the port %d', port => {
    expect(() => encodeSockaddr({ family: 'AF_INET', address: '127.0.0.1', port })).toThrow(
      failure('ERR_OUT_OF_RANGE', { message: expect.stringContaining('"address.port"') }),
    )
  })

  it('answers EADDRINUSE with the address that is in use', () => {
    const { address } = bound('SOCK_DGRAM')
    using socket = new Socket('AF_INET', 'SOCK_DGRAM')
    expect(() => socket.bind(address)).toThrow(
      failure('EADDRINUSE', { syscall: 'bind', address: '127.0.0.1', port: address.port }),
    )
    expect(() => bind(opened(socket.dup().detach()), { ...address, address: '192.0.2.1' })).toThrow(
      failure('EADDRNOTAVAIL', { message: `bind EADDRNOTAVAIL 192.0.2.1:${address.port}` }),
    )
  })
})
