import { BTPROTO_L2CAP, decodeSockaddr, encodeSockaddr, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

const bdaddr = '00:1a:7d:da:71:13'
const backwards = [0x13, 0x71, 0xda, 0x7d, 0x1a, 0]
const family = 'AF_BLUETOOTH'
const l2cap = { family, protocol: 'BTPROTO_L2CAP', bdaddr, psm: 0x1001, cid: 0x0203, bdaddrType: 2 } as const

describe('AF_BLUETOOTH', () => {
  it.each([
    [l2cap, [0x01, 0x10, ...backwards, 0x03, 0x02, 2, 0]],
    [{ family, protocol: 'BTPROTO_RFCOMM', bdaddr, channel: 30 } as const, [...backwards, 30, 0]],
    [{ family, protocol: 'BTPROTO_SCO', bdaddr } as const, backwards],
    [{ family, protocol: 'BTPROTO_HCI', dev: 0x0102, channel: 3 } as const, [2, 1, 3, 0]],
  ])('is the struct of its protocol, with the address backwards: %j', (address, rest) => {
    const bytes = Buffer.from([31, 0, ...rest])
    expect(encodeSockaddr(address)).toEqual(bytes)
    expect(decodeSockaddr(bytes)).toEqual(address)
  })

  it('has a channel identifier and a type of address of zero where none are given', () => {
    const { cid: _, bdaddrType: __, ...rest } = l2cap
    expect(decodeSockaddr(encodeSockaddr(rest))).toEqual({ ...l2cap, cid: 0, bdaddrType: 0 })
  })

  it.each([
    [{ protocol: undefined }, 'ERR_INVALID_ARG_VALUE', 'address.protocol'],
    [{ protocol: 'BTPROTO_ISO' }, 'ERR_INVALID_ARG_VALUE', 'address.protocol'],
    [{ protocol: 'toString' }, 'ERR_INVALID_ARG_VALUE', 'address.protocol'],
    [{ bdaddr: '00:1a:7d:da:71' }, 'ERR_INVALID_ARG_VALUE', 'address.bdaddr'],
    [{ bdaddr: '00:1a:7d:da:71:13:00' }, 'ERR_INVALID_ARG_VALUE', 'address.bdaddr'],
    [{ bdaddr: undefined }, 'ERR_INVALID_ARG_VALUE', 'address.bdaddr'],
    [{ psm: 65536 }, 'ERR_OUT_OF_RANGE', 'address.psm'],
    [{ psm: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.psm'],
    [{ cid: -1 }, 'ERR_OUT_OF_RANGE', 'address.cid'],
    [{ bdaddrType: 256 }, 'ERR_OUT_OF_RANGE', 'address.bdaddrType'],
  ])('refuses %j', (wrong, code, name) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ ...l2cap, ...wrong }])).toThrow(
      failure(code, { message: expect.stringContaining(`"${name}"`) }),
    )
  })

  it.runIf(needs('bluetooth'))('is any controller, where bind is told a PSM alone', () => {
    using socket = new Socket('AF_BLUETOOTH', 'SOCK_SEQPACKET', BTPROTO_L2CAP)
    socket.bind({ protocol: 'BTPROTO_L2CAP', psm: 0x1001 })
    expect(socket.getsockname()).toMatchObject({ protocol: 'BTPROTO_L2CAP', bdaddr: '00:00:00:00:00:00', psm: 0x1001 })
  })
})
