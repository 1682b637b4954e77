// What each file of this folder provides: the codec of one family's address.
import { invalidValue } from '../codec/arguments.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { domains } from '../tables/families.js'
import { sockaddr } from '../tables/structs.js'
import type { Sockaddr } from './types.js'

/** An address as a caller gave it: any property may be missing or wrong. */
export type Given = Readonly<Record<string, unknown>>

export interface Family<A extends Sockaddr> {
  /** `complete`: a destination, of which nothing essential may be left out. */
  encode(given: Given, complete: boolean): NonSharedBuffer
  /** Undefined where `encode` could not give these bytes back. */
  decode(bytes: NonSharedBuffer): A | undefined
  /** For a person to read. */
  format(address: A): string
}

// Where sa_family is not first, sa_len is (BSD, macOS).
const hasLength = sockaddr.at.sa_family === 1
/** Where an address goes on after its family. */
export const HEAD = 2

export function familyOf(bytes: NonSharedBuffer): number {
  return hasLength ? bytes.readUInt8(1) : viewOf(bytes).getUint16(0, littleEndian)
}

/** `size` bytes of zero that begin with a family. */
export function blank(family: number, size: number): NonSharedBuffer {
  const bytes = Buffer.alloc(size)
  if (hasLength) bytes.set([size, family])
  else viewOf(bytes).setUint16(0, family, littleEndian)
  return bytes
}

export function numberOfDomain(name: string): number {
  const value = domains.numberOf(name)
  if (value === undefined) throw invalidValue('family', 'a family of this system', name)
  return value
}

/** A property, or its default where it is left out; without a default it must be there. */
export function property<T>(given: Given, name: string, check: (value: unknown, name: string) => T, otherwise?: T): T {
  const value = given[name]
  return value === undefined && otherwise !== undefined ? otherwise : check(value, `address.${name}`)
}
