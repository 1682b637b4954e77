import { CAN_J1939, CAN_RAW, decodeSockaddr, encodeSockaddr, J1939_NO_ADDR, J1939_NO_PGN, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

const family = 'AF_CAN'
const head = [29, 0, 0, 0, 4, 3, 2, 1]
const ifindex = 0x01020304
const name = 0x0807060504030201n

describe('AF_CAN', () => {
  it.each([
    ['an interface', { family, ifindex } as const, []],
    [
      'identifiers of a transport protocol',
      { family, ifindex, tp: { rxId: 0x123, txId: 0x9abcdef0 } } as const,
      [0x23, 1, 0, 0, 0xf0, 0xde, 0xbc, 0x9a],
    ],
    [
      'those of J1939',
      { family, ifindex, j1939: { name, pgn: 0x12345, addr: 0x80 } } as const,
      [1, 2, 3, 4, 5, 6, 7, 8, 0x45, 0x23, 1, 0, 0x80, 0, 0, 0],
    ],
  ])('is struct sockaddr_can as far as it is used, in host order: %s', (_what, address, rest) => {
    const bytes = Buffer.from([...head, ...rest])
    expect(encodeSockaddr(address)).toEqual(bytes)
    expect(decodeSockaddr(bytes)).toEqual(address)
  })

  it.each([
    [{ ifindex: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.ifindex'],
    [{ ifindex: 2 ** 31 }, 'ERR_OUT_OF_RANGE', 'address.ifindex'],
    [{ tp: 1 }, 'ERR_INVALID_ARG_TYPE', 'address.tp'],
    [{ tp: { rxId: 1 } }, 'ERR_INVALID_ARG_TYPE', 'address.tp.txId'],
    [{ tp: { rxId: -1, txId: 1 } }, 'ERR_OUT_OF_RANGE', 'address.tp.rxId'],
    [{ j1939: { name: 1, pgn: 1, addr: 1 } }, 'ERR_INVALID_ARG_TYPE', 'address.j1939.name'],
    [{ j1939: { name: -1n, pgn: 1, addr: 1 } }, 'ERR_OUT_OF_RANGE', 'address.j1939.name'],
    [{ j1939: { name: 2n ** 64n, pgn: 1, addr: 1 } }, 'ERR_OUT_OF_RANGE', 'address.j1939.name'],
    [{ j1939: { name: 0n, pgn: 1 } }, 'ERR_INVALID_ARG_TYPE', 'address.j1939.addr'],
    [{ j1939: { name: 0n, pgn: 1, addr: 256 } }, 'ERR_OUT_OF_RANGE', 'address.j1939.addr'],
    [{ tp: { rxId: 1, txId: 1 }, j1939: { name, pgn: 1, addr: 1 } }, 'ERR_INVALID_ARG_VALUE', 'address.j1939'],
  ])('refuses %o', (wrong, code, property) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ family, ifindex, ...wrong }])).toThrow(
      failure(code, { message: expect.stringContaining(`"${property}"`) }),
    )
  })

  it.runIf(needs('can'))('is every interface where bind is told none', () => {
    using socket = new Socket('AF_CAN', 'SOCK_RAW', CAN_RAW)
    expect(socket.bind({}).getsockname()).toEqual({ family, ifindex: 0 })
  })

  it.runIf(needs('can'))('is no name, group and address of J1939 before bind', () => {
    using socket = new Socket('AF_CAN', 'SOCK_DGRAM', CAN_J1939)
    const j1939 = { name: 0n, pgn: J1939_NO_PGN, addr: J1939_NO_ADDR }
    expect(socket.getsockname()).toEqual({ family, ifindex: 0, j1939 })
  })
})
