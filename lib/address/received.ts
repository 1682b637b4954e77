// Addresses that the kernel wrote. Those of the internet families repeat, and are kept.
import type { Domain } from '../tables/families.js'
import { sockaddrIn, sockaddrIn6 } from '../tables/structs.js'
import { Recent } from './recent.js'
import { decodeReceived, isInternetAddress } from './sockaddr.js'
import type { Sockaddr, SockaddrIn, SockaddrIn6 } from './types.js'

const recent = new Recent<SockaddrIn | SockaddrIn6>(sockaddrIn6.size / 4)

/** The `length` bytes at `offset` as an address; undefined where there are none. Each call makes a new object. */
export function receivedAddress(
  words: Int32Array<ArrayBuffer>,
  offset: number,
  length: number,
  domain: Domain | undefined,
): Sockaddr | undefined {
  const mayRepeat = length === sockaddrIn.size || length === sockaddrIn6.size
  const known = mayRepeat ? recent.find(words, offset / 4, length / 4) : undefined
  if (known !== undefined) return { ...known }
  const address = decodeReceived(Buffer.from(words.buffer, words.byteOffset + offset, length), domain)
  if (mayRepeat && address !== undefined && isInternetAddress(address))
    recent.keep(words, offset / 4, length / 4, { ...address })
  return address
}
