// Options whose value is a struct sockaddr. names/lookups.ts provides how it is read and written.
import type { Sockaddr } from '../../address/types.js'
import { object } from '../../codec/arguments.js'
import { type Codec, unwritten } from '../../codec/scalar.js'

interface Sockaddrs {
  encode(address: Sockaddr): NonSharedBuffer
  decode(bytes: NonSharedBuffer): Sockaddr
}

let provided: Sockaddrs | undefined

/** Called once, by names/lookups.ts. */
export function provideSockaddrs(sockaddrs: Sockaddrs): void {
  provided = sockaddrs
}

function sockaddrs(): Sockaddrs {
  if (provided === undefined) throw new Error('addresses are used before they are there')
  return provided
}

/** struct sockaddr of any family. */
export const sockaddrCodec: Codec<Sockaddr> = {
  type: 'Sockaddr',
  size: 128,
  decode: bytes => sockaddrs().decode(bytes),
  encode: (value, name) => sockaddrs().encode(object(value, name) as unknown as Sockaddr),
}

/** struct sockaddr, for which Linux wants no more room than the address has. */
export const peerNameCodec: Codec<Sockaddr, never> = { ...sockaddrCodec, size: 112, exact: true, encode: unwritten }
