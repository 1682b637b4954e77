// AF_INET: struct sockaddr_in.
import { invalidValue, string, uint16 } from '../codec/arguments.js'
import { isZero } from '../codec/struct.js'
import { native } from '../native.js'
import { sockaddrIn } from '../tables/structs.js'
import { blank, type Family, type Given, numberOfDomain, property } from './family.js'
import type { SockaddrIn } from './types.js'

const { size, at } = sockaddrIn

/** Why a text is no address, with the way to make one of a host name. */
export function notAnAddress(family: string, text: string): TypeError {
  const example = family === 'AF_INET' ? "'127.0.0.1'" : "'::1'"
  return invalidValue(
    'address.address',
    `a numeric ${family} address such as ${example} (getaddrinfo resolves host names)`,
    text,
  )
}

function encode(given: Given, complete: boolean): NonSharedBuffer {
  const family = numberOfDomain('AF_INET')
  const text = property(given, 'address', string, complete ? undefined : '0.0.0.0')
  const port = property(given, 'port', uint16, complete ? undefined : 0)
  const bytes = blank(family, size)
  bytes.writeUInt16BE(port, at.sin_port)
  if (native.inet_pton(family, text, bytes.subarray(at.sin_addr, at.sin_addr + 4)) !== 1)
    throw notAnAddress('AF_INET', text)
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrIn | undefined {
  if (bytes.length !== size || !isZero(bytes.subarray(at.sin_zero, at.sin_zero + 8))) return undefined
  const quad = at.sin_addr
  const address = `${bytes[quad]}.${bytes[quad + 1]}.${bytes[quad + 2]}.${bytes[quad + 3]}`
  return { family: 'AF_INET', address, port: bytes.readUInt16BE(at.sin_port) }
}

export const inet: Family<SockaddrIn> = { encode, decode, format: ({ address, port }) => `${address}:${port}` }
