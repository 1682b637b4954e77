import { decodeSockaddr, encodeSockaddr, Socket } from 'bsd-sockets'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addresses, anyAddress, familyNumbers } from '../support/addresses.js'
import { failure } from '../support/failure.js'

const { AF_UNIX, AF_INET, AF_INET6, AF_PACKET, AF_NETLINK, AF_VSOCK, AF_CAN, AF_TIPC, AF_BLUETOOTH } = familyNumbers
const { AF_ALG, AF_QIPCRTR } = familyNumbers
const hostile = (mostData: number): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(...Object.values(familyNumbers)), fc.nat(0xffff)),
      fc.oneof(
        fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(0xff)), { maxLength: 32 }),
        fc.array(fc.nat(0xff), { maxLength: mostData, size: 'max' }),
      ),
    )
    .map(([family, data]) => Buffer.from([family & 0xff, family >> 8, ...data]))

/** Where Linux returns other bytes for an address than those that it takes. */
function isCanonical(bytes: Buffer): boolean {
  const family = bytes.readUInt16LE(0)
  if (family === AF_UNIX) return bytes.length !== 111
  return family !== AF_PACKET || bytes.length < 12 || bytes.length > 18
}

describe('encodeSockaddr', () => {
  it.each(Object.entries(addresses))('writes what decodeSockaddr reads back: %s', (_name, some) => {
    fc.assert(
      fc.property(some, address => {
        expect(decodeSockaddr(encodeSockaddr(address))).toEqual(address)
      }),
      { numRuns: 1000 },
    )
  })

  it('takes a number in the place of a name', () => {
    const named = encodeSockaddr({ family: 'AF_INET', address: '127.0.0.1', port: 80 })
    expect(Reflect.apply(encodeSockaddr, undefined, [{ family: AF_INET, address: '127.0.0.1', port: 80 }])).toEqual(
      named,
    )
  })

  it('takes the bytes of a family that has a name', () => {
    expect(encodeSockaddr({ family: AF_INET, data: Buffer.of(1, 2, 3) })).toEqual(Buffer.of(AF_INET, 0, 1, 2, 3))
  })

  it('leaves it to the kernel to refuse bytes that are too many', () => {
    using socket = new Socket('AF_INET', 'SOCK_DGRAM')
    const address = { family: AF_INET, data: Buffer.alloc(1000) }
    expect(encodeSockaddr(address)).toHaveLength(1002)
    expect(() => Reflect.apply(socket.bind, socket, [address])).toThrow(failure('EINVAL', { syscall: 'bind' }))
  })

  it.each([
    ['nothing', undefined, 'ERR_INVALID_ARG_TYPE', 'address'],
    ['null', null, 'ERR_INVALID_ARG_TYPE', 'address'],
    ['text', '127.0.0.1:80', 'ERR_INVALID_ARG_TYPE', 'address'],
    ['bytes', Buffer.alloc(16), 'ERR_INVALID_ARG_TYPE', 'address'],
    ['no family', { address: '127.0.0.1', port: 80 }, 'ERR_INVALID_ARG_TYPE', 'address.family'],
    ['an unknown family', { family: 'AF_INET4' }, 'ERR_INVALID_ARG_VALUE', 'address.family'],
    ['AF_UNSPEC', { family: 'AF_UNSPEC' }, 'ERR_INVALID_ARG_VALUE', 'address.family'],
    ['a family out of range', { family: 65536, data: Buffer.alloc(0) }, 'ERR_OUT_OF_RANGE', 'address.family'],
    ['half a family', { family: 1.5, data: Buffer.alloc(0) }, 'ERR_OUT_OF_RANGE', 'address.family'],
    ['a number without data', { family: 200 }, 'ERR_INVALID_ARG_TYPE', 'address.data'],
    ['text as data', { family: 200, data: 'x' }, 'ERR_INVALID_ARG_TYPE', 'address.data'],
  ])('refuses %s', (_what, address, code, name) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [address])).toThrow(
      failure(code, { message: expect.stringContaining(`"${name}"`) }),
    )
  })
})

describe('decodeSockaddr', () => {
  it('gives back any bytes of up to the size of sockaddr_storage', () => {
    fc.assert(
      fc.property(hostile(126), bytes => {
        const address = decodeSockaddr(bytes)
        if (isCanonical(bytes)) expect(encodeSockaddr(address)).toEqual(bytes)
      }),
      { numRuns: 20_000 },
    )
  })

  it('gives back longer bytes too', () => {
    fc.assert(
      fc.property(hostile(400), bytes => {
        const address = decodeSockaddr(bytes)
        if (isCanonical(bytes)) expect(encodeSockaddr(address)).toEqual(bytes)
      }),
      { numRuns: 2000 },
    )
  })

  it('gives back the bytes of an address of which one was changed, or which was cut or made longer', () => {
    const change = fc.record({
      at: fc.nat(127),
      byte: fc.nat(0xff),
      length: fc.option(fc.integer({ min: 2, max: 160 })),
    })
    fc.assert(
      fc.property(anyAddress, change, (address, { at, byte, length }) => {
        const whole = encodeSockaddr(address)
        const bytes = Buffer.alloc(length ?? whole.length)
        whole.copy(bytes)
        if (length === null) bytes[Math.max(at % bytes.length, 2)] = byte
        if (isCanonical(bytes)) expect(encodeSockaddr(decodeSockaddr(bytes))).toEqual(bytes)
      }),
      { numRuns: 5000 },
    )
  })

  it('reads any view, at any offset', () => {
    const bytes = encodeSockaddr({ family: 'AF_INET', address: '127.0.0.1', port: 80 })
    const padded = new Uint8Array(32)
    padded.set(bytes, 3)
    const expected = { family: 'AF_INET', address: '127.0.0.1', port: 80 }
    expect(decodeSockaddr(new DataView(padded.buffer, 3, bytes.length))).toEqual(expected)
    expect(decodeSockaddr(new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 16)))).toEqual(
      expected,
    )
  })

  it.each([
    ['AF_INET of 15 bytes', Buffer.concat([Buffer.of(AF_INET, 0), Buffer.alloc(13)])],
    ['AF_INET with padding that is not zero', Buffer.concat([Buffer.of(AF_INET, 0), Buffer.alloc(13), Buffer.of(1)])],
    ['AF_INET6 of 24 bytes', Buffer.concat([Buffer.of(AF_INET6, 0), Buffer.alloc(22)])],
    ['AF_NETLINK with padding', Buffer.concat([Buffer.of(AF_NETLINK, 0, 0, 1), Buffer.alloc(8)])],
    ['AF_VSOCK with padding', Buffer.concat([Buffer.of(AF_VSOCK, 0, 1, 0), Buffer.alloc(12)])],
    ['AF_UNIX with bytes after its NUL', Buffer.of(AF_UNIX, 0, 0x61, 0, 0x62)],
    ['AF_PACKET of 11 bytes', Buffer.concat([Buffer.of(AF_PACKET, 0), Buffer.alloc(9)])],
    ['AF_UNSPEC', Buffer.alloc(16)],
    ['AF_ALG whose name does not end', Buffer.concat([Buffer.of(AF_ALG, 0), Buffer.alloc(22), Buffer.alloc(64, 'x')])],
    ['AF_ALG of 89 bytes with a short name', Buffer.concat([Buffer.of(AF_ALG, 0), Buffer.alloc(87)])],
    ['AF_BLUETOOTH with a length of no struct', Buffer.concat([Buffer.of(AF_BLUETOOTH, 0), Buffer.alloc(7)])],
    ['AF_BLUETOOTH with padding', Buffer.concat([Buffer.of(AF_BLUETOOTH, 0), Buffer.alloc(7), Buffer.of(1)])],
    ['AF_CAN with padding before the interface', Buffer.of(AF_CAN, 0, 1, 0, 0, 0, 0, 0)],
    ['AF_CAN of 12 bytes', Buffer.concat([Buffer.of(AF_CAN, 0), Buffer.alloc(10)])],
    ['AF_CAN with padding behind J1939', Buffer.concat([Buffer.of(AF_CAN, 0), Buffer.alloc(21), Buffer.of(1)])],
    ['AF_QIPCRTR with padding', Buffer.concat([Buffer.of(AF_QIPCRTR, 0, 0, 1), Buffer.alloc(8)])],
    ['AF_TIPC of a type that has no name', Buffer.concat([Buffer.of(AF_TIPC, 0, 9), Buffer.alloc(13)])],
    [
      'AF_TIPC, a socket with more behind it',
      Buffer.concat([Buffer.of(AF_TIPC, 0, 3), Buffer.alloc(12), Buffer.of(1)]),
    ],
  ])('gives what it cannot type as bytes: %s', (_what, bytes) => {
    expect(decodeSockaddr(bytes)).toEqual({ family: bytes[0], data: bytes.subarray(2) })
  })

  it('gives bytes that are its own', () => {
    const bytes = Buffer.of(200, 0, 1, 2)
    const address = decodeSockaddr(bytes)
    bytes.fill(0)
    expect(address).toEqual({ family: 200, data: Buffer.of(1, 2) })
  })

  it.each([[0], [1]])('refuses %i bytes', length => {
    expect(() => decodeSockaddr(Buffer.alloc(length))).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })

  it.each([['text'], [undefined], [new ArrayBuffer(16)], [[2, 0]]])('refuses %o', value => {
    expect(() => Reflect.apply(decodeSockaddr, undefined, [value])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})
