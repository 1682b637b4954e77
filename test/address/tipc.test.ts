import { decodeSockaddr, encodeSockaddr, Socket, TIPC_CLUSTER_SCOPE, TIPC_NODE_SCOPE } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

const family = 'AF_TIPC'
const service = { family, addrtype: 'TIPC_SERVICE_ADDR', scope: 2, type: 0x11121314, instance: 5, domain: 6 } as const

describe('AF_TIPC', () => {
  it.each([
    [
      { family, addrtype: 'TIPC_SERVICE_RANGE', scope: 3, type: 0x11121314, lower: 5, upper: 6 } as const,
      [1, 3, 0x14, 0x13, 0x12, 0x11, 5, 0, 0, 0, 6, 0, 0, 0],
    ],
    [service, [2, 2, 0x14, 0x13, 0x12, 0x11, 5, 0, 0, 0, 6, 0, 0, 0]],
    [
      { family, addrtype: 'TIPC_SOCKET_ADDR', scope: -2, ref: 0x11121314, node: 5 } as const,
      [3, 254, 0x14, 0x13, 0x12, 0x11, 5, 0, 0, 0, 0, 0, 0, 0],
    ],
  ])('is struct sockaddr_tipc, in host order: %j', (address, rest) => {
    const bytes = Buffer.from([30, 0, ...rest])
    expect(encodeSockaddr(address)).toEqual(bytes)
    expect(decodeSockaddr(bytes)).toEqual(address)
  })

  it('is of any scope and node where none are given', () => {
    const { scope: _, domain: __, ...rest } = service
    expect(decodeSockaddr(encodeSockaddr(rest))).toEqual({ ...service, scope: 0, domain: 0 })
    expect([TIPC_CLUSTER_SCOPE, TIPC_NODE_SCOPE]).toEqual([2, 3])
  })

  it.each([
    [{ addrtype: undefined }, 'ERR_INVALID_ARG_VALUE', 'address.addrtype'],
    [{ addrtype: 'TIPC_ADDR_NAME' }, 'ERR_INVALID_ARG_VALUE', 'address.addrtype'],
    [{ scope: 128 }, 'ERR_OUT_OF_RANGE', 'address.scope'],
    [{ type: -1 }, 'ERR_OUT_OF_RANGE', 'address.type'],
    [{ instance: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.instance'],
    [{ domain: 2 ** 32 }, 'ERR_OUT_OF_RANGE', 'address.domain'],
  ])('refuses %j', (wrong, code, name) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ ...service, ...wrong }])).toThrow(
      failure(code, { message: expect.stringContaining(`"${name}"`) }),
    )
  })

  it.runIf(needs('tipc'))('reaches a service by its name, and tells which socket sent', async () => {
    using receiver = new Socket('AF_TIPC', 'SOCK_RDM')
    using sender = new Socket('AF_TIPC', 'SOCK_RDM')
    const name = { addrtype: 'TIPC_SERVICE_ADDR', type: 18_888, instance: process.pid } as const
    receiver.bind({ ...name, scope: TIPC_NODE_SCOPE })
    await sender.sendto(Buffer.from('x'), name)
    const { address } = await receiver.recvfrom(10, { timeout: 5000 })
    expect(address).toMatchObject({ family, addrtype: 'TIPC_SOCKET_ADDR' })
  })
})
