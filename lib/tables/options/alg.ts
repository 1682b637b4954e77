// Options of SOL_ALG: the kernel's ciphers and hashes, AF_ALG. Linux.
import { bytesCodec, intCodec } from '../../codec/scalar.js'
import { writeOnly } from './option.js'
import { authSizeCodec } from './values.js'

const alg = 'SOL_ALG'

/** The length of the authentication tag, in bytes. Linux. */
export const ALG_SET_AEAD_AUTHSIZE = writeOnly(alg, 'ALG_SET_AEAD_AUTHSIZE', authSizeCodec)
/** The entropy of a random generator under test. Linux. */
export const ALG_SET_DRBG_ENTROPY = writeOnly(alg, 'ALG_SET_DRBG_ENTROPY', bytesCodec(4096))
/** The key. Linux. */
export const ALG_SET_KEY = writeOnly(alg, 'ALG_SET_KEY', bytesCodec(4096))
/** The key, by its serial number in the kernel's keyring. Linux. */
export const ALG_SET_KEY_BY_KEY_SERIAL = writeOnly(alg, 'ALG_SET_KEY_BY_KEY_SERIAL', intCodec, 7)
