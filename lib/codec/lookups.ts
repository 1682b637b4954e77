// What codecs ask the system: addresses as text, and interfaces by name. names/lookups.ts provides the answers.
import { integer, invalidType, invalidValue, UINT_MAX } from './arguments.js'

type InternetFamily = 'AF_INET' | 'AF_INET6'

export interface Lookups {
  /** The bytes of a numeric address; undefined where the text is none. */
  parse(family: InternetFamily, text: string): NonSharedBuffer | undefined
  format(family: InternetFamily, bytes: Uint8Array): string
  /** struct sockaddr_in or sockaddr_in6, by what the address looks like; undefined where it is none. */
  sockaddr(address: string, port: number): NonSharedBuffer | undefined
  /** The address in a struct sockaddr_in or sockaddr_in6. */
  addressIn(bytes: NonSharedBuffer): string
  interfaceIndex(name: string): number
  /** The first IPv4 address of an interface. */
  interfaceAddress(interface_: string | number): string
}

let provided: Lookups | undefined

/** Called once, by names/lookups.ts. */
export function provideLookups(lookups: Lookups): void {
  provided = lookups
}

export function lookups(): Lookups {
  if (provided === undefined) throw new Error('lookups are used before they are there')
  return provided
}

/** The bytes of a numeric address of the family. */
export function addressBytes(family: InternetFamily, value: unknown, name: string): NonSharedBuffer {
  if (typeof value !== 'string') throw invalidType(name, `a numeric ${family} address`, value)
  const bytes = lookups().parse(family, value)
  if (bytes === undefined) throw invalidValue(name, `a numeric ${family} address`, value)
  return bytes
}

/** A numeric address of either family, as struct sockaddr_in or sockaddr_in6. */
export function sockaddrBytes(value: unknown, name: string, port = 0): NonSharedBuffer {
  if (typeof value !== 'string') throw invalidType(name, 'a numeric address', value)
  const bytes = lookups().sockaddr(value, port)
  if (bytes === undefined) throw invalidValue(name, 'a numeric IPv4 or IPv6 address', value)
  return bytes
}

/** An interface's index, given by name or index; 0, the system's choice, where none is given. */
export function interfaceIndex(value: unknown, name: string): number {
  if (value === undefined) return 0
  if (typeof value === 'number') return integer(value, name, 0, UINT_MAX)
  if (typeof value !== 'string') throw invalidType(name, 'the name or index of an interface', value)
  return lookups().interfaceIndex(value)
}
