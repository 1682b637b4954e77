// C structs: where their fields are on this platform. Sizes and offsets come from the system's headers.
import { endianness } from 'node:os'
import { number } from './numbers.js'

export const littleEndian = endianness() === 'LE'

export interface Struct<Field extends string> {
  readonly size: number
  readonly at: Readonly<Record<Field, number>>
}

/** The layout of `struct name`; of size 0 where this system lacks it. `needs` is the macro that it comes with. */
export function struct<Field extends string>(name: string, fields: readonly Field[], needs?: string): Struct<Field> {
  const size = number(name, needs) ?? 0
  const at = Object.fromEntries(fields.map(field => [field, number(`${name}.${field}`, needs) ?? 0]))
  return { size, at: at as Record<Field, number> }
}

/** The same bytes as a DataView. */
export function viewOf(bytes: NodeJS.ArrayBufferView): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0)
}
