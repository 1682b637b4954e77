import { isIPv4, isIPv6 } from 'node:net'
import { endianness } from 'node:os'
import * as main from 'bsd-sockets'
import { htonl, htons, inet_addr, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs } from 'bsd-sockets/posix'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'

const anyBytes = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(bytes => Buffer.from(bytes))
const likeAnAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom('0', '1', '9', 'f', '.', ':', '::', '255'), maxLength: 16 }),
  fc.string({ unit: 'binary' }),
)

describe('inet_pton', () => {
  it('gives the bytes in network order', () => {
    expect(inet_pton('AF_INET', '1.2.3.4')).toEqual(Buffer.of(1, 2, 3, 4))
    expect(inet_pton('AF_INET6', '::1.2.3.4')).toEqual(Buffer.concat([Buffer.alloc(12), Buffer.of(1, 2, 3, 4)]))
  })

  it('gives null for what is no address, as Node judges it', () => {
    fc.assert(
      fc.property(likeAnAddress, text => {
        expect(inet_pton('AF_INET', text) !== null).toBe(isIPv4(text))
        expect(inet_pton('AF_INET6', text) !== null).toBe(isIPv6(text) && !text.includes('%'))
      }),
      { numRuns: 5000 },
    )
    for (const text of ['', '127.1', '0x7f.0.0.1', '01.2.3.4', '1.2.3.4 ', '1.2.3.4\0', '::1%lo', 'localhost'])
      for (const family of ['AF_INET', 'AF_INET6'] as const) expect(inet_pton(family, text)).toBeNull()
  })

  it('is the same function in both entry points', () => {
    expect(main.inet_pton).toBe(inet_pton)
    expect(main.inet_ntop).toBe(inet_ntop)
  })

  it('refuses what is no family, and what is no text', () => {
    for (const family of ['AF_UNIX', 'AF_INET4', 'inet', '', 2, undefined, Symbol('x')])
      expect(() => Reflect.apply(inet_pton, undefined, [family, '::'])).toThrow(
        failure(expect.stringMatching(/^ERR_INVALID_ARG_/)),
      )
    expect(() => Reflect.apply(inet_pton, undefined, ['AF_INET', 5])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})

describe('inet_ntop', () => {
  it.each([
    ['AF_INET', 4],
    ['AF_INET6', 16],
  ] as const)('writes what inet_pton reads back: %s', (family, length) => {
    fc.assert(
      fc.property(anyBytes(length), bytes => {
        expect(inet_pton(family, inet_ntop(family, bytes))).toEqual(bytes)
      }),
      { numRuns: 2000 },
    )
  })

  it('writes the shortest text', () => {
    expect(inet_ntop('AF_INET6', Buffer.alloc(16))).toBe('::')
    expect(inet_ntop('AF_INET6', Buffer.from('20010db8000000000001000000000001', 'hex'))).toBe('2001:db8::1:0:0:1')
    expect(inet_ntop('AF_INET6', Buffer.from('00000000000000000000ffff01020304', 'hex'))).toBe('::ffff:1.2.3.4')
  })

  it('reads any view', () => {
    expect(inet_ntop('AF_INET', new DataView(Uint8Array.of(9, 1, 2, 3, 4).buffer, 1))).toBe('1.2.3.4')
  })

  it('refuses bytes of another length', () => {
    for (const length of [0, 3, 5, 16])
      expect(() => inet_ntop('AF_INET', Buffer.alloc(length))).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    expect(() => inet_ntop('AF_INET6', Buffer.alloc(4))).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    expect(() => Reflect.apply(inet_ntop, undefined, ['AF_INET', '1234'])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})

describe('inet_addr and inet_ntoa', () => {
  it('use network order, as in C', () => {
    expect(inet_addr('127.0.0.1')).toBe(htonl(0x7f000001))
    expect(inet_ntoa(htonl(0x7f000001))).toBe('127.0.0.1')
  })

  it('are each the other backwards', () => {
    fc.assert(
      fc.property(fc.ipV4(), text => {
        expect(inet_ntoa(inet_addr(text))).toBe(text)
      }),
    )
  })

  it('take the short and the odd forms of C', () => {
    expect(inet_ntoa(inet_addr('127.1'))).toBe('127.0.0.1')
    expect(inet_ntoa(inet_addr('0x7f.0.0.1'))).toBe('127.0.0.1')
    expect(inet_ntoa(inet_addr('010.0.0.1'))).toBe('8.0.0.1')
  })

  it('answer INADDR_NONE for what is no address', () => {
    for (const text of ['', 'localhost', '256.0.0.1', '1.2.3.4.5', '127.0.0.1\0junk'])
      expect(inet_addr(text), JSON.stringify(text)).toBe(0xffffffff)
  })

  it('refuse what is no in_addr_t, and what is no text', () => {
    for (const number of [-1, 2 ** 32, 0.5]) expect(() => inet_ntoa(number)).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(() => Reflect.apply(inet_addr, undefined, [0x7f000001])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})

describe('htons, ntohs, htonl and ntohl', () => {
  it('are each the other backwards', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.integer({ min: 0, max: 0xffffffff }), (short, long) => {
        expect(ntohs(htons(short))).toBe(short)
        expect(ntohl(htonl(long))).toBe(long)
      }),
    )
  })

  it.runIf(endianness() === 'LE')('turn the bytes around on a little-endian machine', () => {
    expect(htons(0x1234)).toBe(0x3412)
    expect(htonl(0x12345678)).toBe(0x78563412)
    expect(htonl(0xff)).toBe(0xff000000)
  })

  it('refuse what does not fit', () => {
    for (const convert of [htons, ntohs]) expect(() => convert(0x10000)).toThrow(failure('ERR_OUT_OF_RANGE'))
    for (const convert of [htonl, ntohl]) expect(() => convert(2 ** 32)).toThrow(failure('ERR_OUT_OF_RANGE'))
    for (const convert of [htons, ntohs, htonl, ntohl]) {
      expect(() => convert(-1)).toThrow(failure('ERR_OUT_OF_RANGE'))
      expect(() => Reflect.apply(convert, undefined, ['1'])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    }
  })
})
