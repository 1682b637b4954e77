// Values of socket options, one codec a C type: from bytes as the kernel writes them, and back.
import { boolean, int32, integer } from './arguments.js'
import { littleEndian, viewOf } from './struct.js'

/** How a value looks in C. `size` is the room that a read offers. */
export interface Codec<Get, Set = Get> {
  readonly size: number
  decode(bytes: NonSharedBuffer): Get
  encode(value: unknown, name: string): NonSharedBuffer
  /** For the compiler alone: the type that `encode` accepts. */
  readonly accepts?: (value: Set) => void
}

export function int(...values: readonly number[]): NonSharedBuffer {
  const bytes = Buffer.alloc(4 * values.length)
  const view = viewOf(bytes)
  for (const [i, value] of values.entries()) view.setInt32(4 * i, value, littleEndian)
  return bytes
}

/** The int at `index`; a kernel that answers fewer bytes (IP_TTL may be one) gives an unsigned one. */
export function intAt(bytes: NonSharedBuffer, index = 0): number {
  if (bytes.length >= 4 * (index + 1)) return viewOf(bytes).getInt32(4 * index, littleEndian)
  return bytes.length === 0 ? 0 : bytes.readUInt8(0)
}

/** int, a switch: 1 or 0. */
export const boolCodec: Codec<boolean> = {
  size: 4,
  decode: bytes => intAt(bytes) !== 0,
  encode: (value, name) => int(boolean(value, name) ? 1 : 0),
}

/** int */
export const intCodec: Codec<number> = {
  size: 4,
  decode: intAt,
  encode: (value, name) => int(int32(value, name)),
}

/** struct linger: seconds, or null where it is off. */
export const lingerCodec: Codec<number | null> = {
  size: 8,
  decode: bytes => (intAt(bytes) === 0 ? null : intAt(bytes, 1)),
  encode: (value, name) => (value === null ? int(0, 0) : int(1, integer(value, name, 0, 0xffff))),
}
