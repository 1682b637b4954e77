import { decodeSockaddr, encodeSockaddr, Socket, VMADDR_CID_ANY, VMADDR_PORT_ANY } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

describe('AF_VSOCK', () => {
  it('is struct sockaddr_vm, in host order', () => {
    const address = { family: 'AF_VSOCK', cid: 0x01020304, port: 0x05060708, flags: 1 } as const
    const bytes = encodeSockaddr(address)
    expect(bytes).toEqual(Buffer.of(40, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0))
    expect(decodeSockaddr(bytes)).toEqual(address)
  })

  it('has flags of zero where none are given', () => {
    expect(decodeSockaddr(encodeSockaddr({ family: 'AF_VSOCK', cid: 2, port: 80 }))).toEqual({
      family: 'AF_VSOCK',
      cid: 2,
      port: 80,
      flags: 0,
    })
  })

  it.each([{ cid: -1 }, { cid: 2 ** 32 }, { port: 2 ** 32 }, { flags: 256 }, { port: Number.NaN }])(
    'refuses %o',
    wrong => {
      expect(() => encodeSockaddr({ family: 'AF_VSOCK', cid: 2, port: 80, ...wrong })).toThrow(
        failure('ERR_OUT_OF_RANGE'),
      )
    },
  )

  it('has to be whole for a destination', () => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ family: 'AF_VSOCK', cid: 2 }])).toThrow(
      failure('ERR_INVALID_ARG_TYPE', { message: expect.stringContaining('"address.port"') }),
    )
  })

  it.runIf(needs('vsock'))('is any context and a port of the kernel where bind is told nothing', () => {
    using socket = new Socket('AF_VSOCK', 'SOCK_STREAM')
    const { cid, port } = socket.bind({}).getsockname()
    expect(cid).toBe(VMADDR_CID_ANY)
    expect(port).not.toBe(VMADDR_PORT_ANY)
    using other = new Socket('AF_VSOCK', 'SOCK_STREAM')
    expect(() => other.bind({ port })).toThrow(failure('EADDRINUSE'))
  })
})
