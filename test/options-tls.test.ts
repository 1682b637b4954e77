// The keys of the kernel's TLS. No kernel here has it: they are shown by their bytes.
import type { TlsCipher } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { canMirror, turned } from './support/mirror.js'

/** Bytes of iv, key, salt and recSeq: linux/tls.h. */
const ciphers: Readonly<Record<TlsCipher, readonly [iv: number, key: number, salt: number, recSeq: number]>> = {
  TLS_CIPHER_AES_GCM_128: [8, 16, 4, 8],
  TLS_CIPHER_AES_GCM_256: [8, 32, 4, 8],
  TLS_CIPHER_AES_CCM_128: [8, 16, 4, 8],
  TLS_CIPHER_CHACHA20_POLY1305: [12, 32, 0, 8],
  TLS_CIPHER_SM4_GCM: [8, 16, 4, 8],
  TLS_CIPHER_SM4_CCM: [8, 16, 4, 8],
  TLS_CIPHER_ARIA_GCM_128: [8, 16, 4, 8],
  TLS_CIPHER_ARIA_GCM_256: [8, 32, 4, 8],
}

const keysOf = ([cipher, [iv, key, salt, recSeq]]: readonly [string, readonly number[]]): unknown => ({
  ...{ version: 'TLS_1_3_VERSION', cipher, iv: Buffer.alloc(iv ?? 0, 1), key: Buffer.alloc(key ?? 0, 2) },
  ...{ salt: Buffer.alloc(salt ?? 0, 3), recSeq: Buffer.alloc(recSeq ?? 0, 4) },
})

describe.runIf(canMirror)('TLS_TX and TLS_RX', () => {
  it('are set, and read back, with the keys of every cipher', async () => {
    const values = Object.entries(ciphers).map(keysOf)
    const asked = ['TLS_TX', 'TLS_RX'].flatMap(option => values.map(value => ({ option, value })))
    expect(await turned(asked)).toEqual([...values, ...values])
  })
})
