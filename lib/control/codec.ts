// What a codec of an ancillary message's value is, and how those of socket options become one.
import type { Codec } from '../codec/scalar.js'

export type Given = Readonly<Record<string, unknown>>

export interface ControlCodec {
  encode?(given: Given, name: string): NonSharedBuffer
  /** Undefined: bytes that are none of its own. */
  decode?(data: NonSharedBuffer): object | undefined
}

/** A message that is one value, as a socket option has it. */
export function single(codec: Codec<unknown, never>): ControlCodec {
  return {
    encode: (given, name) => codec.encode(given['value'], `${name}.value`),
    decode: data => ({ value: codec.decode(data) }),
  }
}

/** A message whose properties are the fields of a struct. */
export function fields(codec: Codec<object, never>): ControlCodec {
  return {
    encode: (given, name) => codec.encode(given, name),
    decode: data => (data.length === codec.size ? codec.decode(data) : undefined),
  }
}
