// Internet addresses as numbers and as text: inet_pton(3), inet(3), byteorder(3).
import { bytes, invalidValue, string, uint16, uint32 } from '../codec/arguments.js'
import { littleEndian } from '../codec/struct.js'
import { native } from '../native.js'
import { numberOfDomain } from './family.js'

/** @inline */
type InternetFamily = 'AF_INET' | 'AF_INET6'

function internet(family: unknown): { number: number; size: number } {
  if (family === 'AF_INET') return { number: numberOfDomain(family), size: 4 }
  if (family === 'AF_INET6') return { number: numberOfDomain(family), size: 16 }
  throw invalidValue('family', "'AF_INET' or 'AF_INET6'", family)
}

/**
 * The bytes of a numeric address, in network order; null where the text is none: inet_pton(3).
 * @example inet_pton(AF_INET6, '::1') // 16 bytes; null for 'localhost'
 */
export function inet_pton(family: InternetFamily, text: string): NonSharedBuffer | null {
  const { number, size } = internet(family)
  const into = Buffer.alloc(size)
  return native.inet_pton(number, string(text, 'text'), into) === 1 ? into : null
}

/**
 * The shortest text of an address of 4 or 16 bytes, in network order: inet_ntop(3).
 * @example inet_ntop(AF_INET, Buffer.from([127, 0, 0, 1])) // 127.0.0.1
 */
export function inet_ntop(family: InternetFamily, address: NodeJS.ArrayBufferView): string {
  const { number, size } = internet(family)
  const given = bytes(address, 'address')
  const text = given.length === size ? native.inet_ntop(number, given) : undefined
  if (text === undefined) throw invalidValue('address', `${size} bytes`, address)
  return text
}

/**
 * An IPv4 address as in_addr_t, in network order; 0xffffffff where the text is none: inet_addr(3).
 * @example inet_addr('127.0.0.1') === htonl(0x7f000001)
 */
export function inet_addr(text: string): number {
  return native.inet_addr(string(text, 'text')) >>> 0
}

/**
 * The text of an in_addr_t, which is in network order: inet_ntoa(3).
 * @example inet_ntoa(htonl(0x7f000001)) // 127.0.0.1
 */
export function inet_ntoa(address: number): string {
  const quad = Buffer.alloc(4)
  quad.writeUInt32BE(htonl(uint32(address, 'address')))
  return quad.join('.')
}

/**
 * Host order to network order, 16 bits: htons(3).
 * @example htons(0x1234) // 0x3412 where the least byte comes first
 */
export function htons(n: number): number {
  const value = uint16(n, 'n')
  return littleEndian ? ((value & 0xff) << 8) | (value >>> 8) : value
}

/**
 * Network order to host order, 16 bits: ntohs(3).
 * @example ntohs(htons(80)) // 80
 */
export function ntohs(n: number): number {
  return htons(n)
}

/**
 * Host order to network order, 32 bits: htonl(3).
 * @example htonl(0x12345678) // 0x78563412 where the least byte comes first
 */
export function htonl(n: number): number {
  const value = uint32(n, 'n')
  if (!littleEndian) return value
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0
}

/**
 * Network order to host order, 32 bits: ntohl(3).
 * @example ntohl(htonl(1)) // 1
 */
export function ntohl(n: number): number {
  return htonl(n)
}
