import { decodeSockaddr, encodeSockaddr, QRTR_NODE_BCAST, QRTR_PORT_CTRL, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

const family = 'AF_QIPCRTR'

describe('AF_QIPCRTR', () => {
  it('is struct sockaddr_qrtr, in host order', () => {
    const address = { family, node: 0x01020304, port: 0x05060708 } as const
    const bytes = Buffer.of(42, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5)
    expect(encodeSockaddr(address)).toEqual(bytes)
    expect(decodeSockaddr(bytes)).toEqual(address)
  })

  it('has constants for all nodes and the port of control messages', () => {
    const bytes = encodeSockaddr({ family, node: QRTR_NODE_BCAST, port: QRTR_PORT_CTRL })
    expect(bytes.subarray(4)).toEqual(Buffer.of(0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff))
  })

  it.each([
    [{ node: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.node'],
    [{ node: -1 }, 'ERR_OUT_OF_RANGE', 'address.node'],
    [{ port: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.port'],
    [{ port: 2 ** 32 }, 'ERR_OUT_OF_RANGE', 'address.port'],
  ])('refuses %j', (wrong, code, name) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ family, node: 1, port: 1, ...wrong }])).toThrow(
      failure(code, { message: expect.stringContaining(`"${name}"`) }),
    )
  })

  it.runIf(needs('qipcrtr'))('gets a port of the kernel where bind is told none', () => {
    using socket = new Socket('AF_QIPCRTR', 'SOCK_DGRAM')
    const { node } = socket.getsockname()
    expect(socket.bind({ node }).getsockname()).toEqual({ family, node, port: expect.any(Number) })
  })
})
