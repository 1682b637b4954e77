// struct tls_crypto_info and what each cipher adds: a header of two numbers, then its four keys, which are bytes.
import { bytes as bytesOf, invalidType, invalidValue, object, string } from './arguments.js'
import { Names, number } from './numbers.js'
import type { Codec } from './scalar.js'
import { littleEndian, viewOf } from './struct.js'

const ciphers = [
  'TLS_CIPHER_AES_GCM_128',
  'TLS_CIPHER_AES_GCM_256',
  'TLS_CIPHER_AES_CCM_128',
  'TLS_CIPHER_CHACHA20_POLY1305',
  'TLS_CIPHER_SM4_GCM',
  'TLS_CIPHER_SM4_CCM',
  'TLS_CIPHER_ARIA_GCM_128',
  'TLS_CIPHER_ARIA_GCM_256',
] as const
/**
 * The ciphers of the kernel's TLS: linux/tls.h.
 * @useDeclaredType
 */
export type TlsCipher = (typeof ciphers)[number]
/** The versions of the kernel's TLS: linux/tls.h. */
export type TlsVersion = 'TLS_1_2_VERSION' | 'TLS_1_3_VERSION'
/** The keys of one direction: struct tls12_crypto_info_*, whose sizes are linux/tls.h's. */
export interface TlsCryptoInfo {
  version: TlsVersion
  cipher: TlsCipher
  iv: NodeJS.ArrayBufferView
  key: NodeJS.ArrayBufferView
  /** Empty for ChaCha20-Poly1305. */
  salt: NodeJS.ArrayBufferView
  recSeq: NodeJS.ArrayBufferView
}

const cipherNumbers = new Names<TlsCipher>(ciphers)
const versions = new Names<TlsVersion>(['TLS_1_2_VERSION', 'TLS_1_3_VERSION'])
const fields = ['iv', 'key', 'salt', 'recSeq'] as const
const macros = { iv: 'IV', key: 'KEY', salt: 'SALT', recSeq: 'REC_SEQ' } as const
const layouts = new Map<TlsCipher, readonly (readonly [(typeof fields)[number], number])[]>(
  ciphers.map(cipher => [
    cipher,
    fields.map(field => [field, number(`${cipher}_${macros[field]}_SIZE`) ?? 0] as const),
  ]),
)
const head = 4
const sizeOf = (layout: readonly (readonly [unknown, number])[]): number =>
  layout.reduce((sum, [, length]) => sum + length, head)

function numberOf(names: Names<string>, value: unknown, name: string): number {
  const found = names.numberOf(string(value, name))
  if (found === undefined) throw invalidValue(name, 'one of the C names of linux/tls.h', value)
  return found
}

function layoutOf(cipher: TlsCipher | number): readonly (readonly [(typeof fields)[number], number])[] {
  return (typeof cipher === 'number' ? undefined : layouts.get(cipher)) ?? []
}

/** struct tls12_crypto_info_* */
export const tlsCodec: Codec<TlsCryptoInfo> = {
  type: 'TlsCryptoInfo',
  size: Math.max(...Array.from(layouts.values(), sizeOf)),
  // The room has to be that of the cipher in use.
  exact: true,
  decode(bytes) {
    const view = viewOf(bytes)
    const cipher = cipherNumbers.nameOf(view.getUint16(2, littleEndian))
    let at = head
    const parts = layoutOf(cipher).map(([field, length]) => {
      at += length
      return [field, Buffer.from(bytes.subarray(at - length, at))] as const
    })
    const version = versions.nameOf(view.getUint16(0, littleEndian))
    return { version, cipher, ...Object.fromEntries(parts) } as unknown as TlsCryptoInfo
  },
  encode(value, name) {
    const given = object(value, name)
    const version = numberOf(versions, given['version'], `${name}.version`)
    const cipher = numberOf(cipherNumbers, given['cipher'], `${name}.cipher`)
    const parts = layoutOf(cipherNumbers.nameOf(cipher)).map(([field, length]) => {
      const part = bytesOf(given[field], `${name}.${field}`)
      if (part.length !== length) throw invalidValue(`${name}.${field}`, `${length} bytes`, given[field])
      return part
    })
    if (parts.length === 0) throw invalidType(`${name}.cipher`, 'a cipher that this system knows', given['cipher'])
    const bytes = Buffer.alloc(head)
    viewOf(bytes).setUint16(0, version, littleEndian)
    viewOf(bytes).setUint16(2, cipher, littleEndian)
    return Buffer.concat([bytes, ...parts])
  },
}
