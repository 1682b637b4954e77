import { decodeSockaddr, encodeSockaddr, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

const address = { family: 'AF_ALG', type: 'skcipher', name: 'cbc(aes)', feat: 0x01020304, mask: 5 } as const

describe('AF_ALG', () => {
  it('is struct sockaddr_alg, in host order', () => {
    const bytes = encodeSockaddr(address)
    expect(bytes).toHaveLength(88)
    expect(bytes.subarray(0, 2)).toEqual(Buffer.of(38, 0))
    expect(bytes.subarray(2, 16).toString()).toBe('skcipher'.padEnd(14, '\0'))
    expect(bytes.subarray(16, 24)).toEqual(Buffer.of(4, 3, 2, 1, 5, 0, 0, 0))
    expect(bytes.subarray(24).toString()).toBe('cbc(aes)'.padEnd(64, '\0'))
  })

  it('has features and mask of zero where none are given', () => {
    const { type, name } = address
    expect(decodeSockaddr(encodeSockaddr({ family: 'AF_ALG', type, name }))).toEqual({ ...address, feat: 0, mask: 0 })
  })

  it.each([63, 64, 103])('takes a name of %i bytes, with the NUL behind it', length => {
    const long = { ...address, name: 'n'.repeat(length) }
    const bytes = encodeSockaddr(long)
    expect(bytes).toHaveLength(Math.max(88, 24 + length + 1))
    expect(bytes.at(-1)).toBe(0)
    expect(decodeSockaddr(bytes)).toEqual(long)
  })

  it.each([
    [{ type: 'fourteen-bytes' }, 'ERR_INVALID_ARG_VALUE', 'address.type'],
    [{ type: 'a\0b' }, 'ERR_INVALID_ARG_VALUE', 'address.type'],
    [{ name: 'n'.repeat(104) }, 'ERR_INVALID_ARG_VALUE', 'address.name'],
    [{ name: '\ud800' }, 'ERR_INVALID_ARG_VALUE', 'address.name'],
    [{ name: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.name'],
    [{ feat: 2 ** 32 }, 'ERR_OUT_OF_RANGE', 'address.feat'],
    [{ mask: -1 }, 'ERR_OUT_OF_RANGE', 'address.mask'],
  ])('refuses %j', (wrong, code, name) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ ...address, ...wrong }])).toThrow(
      failure(code, { message: expect.stringContaining(`"${name}"`) }),
    )
  })

  it.runIf(needs('alg'))('names an algorithm that the kernel has, or not', () => {
    using socket = new Socket('AF_ALG', 'SOCK_SEQPACKET')
    expect(() => socket.bind({ type: 'hash', name: 'no-such-hash' })).toThrow(failure('ENOENT', { syscall: 'bind' }))
    socket.bind({ type: 'hash', name: 'sha256' })
  })
})
