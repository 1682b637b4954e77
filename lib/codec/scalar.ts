// Values of socket options that are one number, text or bytes: from what the kernel writes, and back.
import { boolean, copyOf, int32, integer, invalidType, invalidValue, string, uint32, uint64 } from './arguments.js'
import type { Names } from './numbers.js'
import { littleEndian, struct, viewOf } from './struct.js'

/** How a value looks in C. */
export interface Codec<Get, Set = Get> {
  /** The value's type, for the reference. */
  readonly type: string
  /** The room that a read offers. */
  readonly size: number
  /** The kernel says EINVAL to more room than it fills, and does not tell how much that is: try less and less. */
  readonly exact?: boolean
  decode(bytes: NonSharedBuffer): Get
  encode(value: unknown, name: string): NonSharedBuffer
  /** What a read with an argument hands to the kernel. */
  readonly query?: (query: unknown, name: string) => NonSharedBuffer
  /** Whether the value is for IPv6: then it goes to that level. */
  readonly isIPv6?: (encoded: NonSharedBuffer) => boolean
  /** The number of instructions in a BPF program. The kernel takes a pointer to them. */
  readonly instructions?: (encoded: NonSharedBuffer) => number
  /** For the compiler alone: the type that `encode` accepts. */
  readonly accepts?: (value: Set) => void
}

/** What encodes nothing: the option can only be read. */
export function unwritten(value: unknown, name: string): never {
  throw invalidValue(name, 'left alone: the option is read-only', value)
}

/** What decodes nothing: the option can only be written. */
export function unread(): never {
  throw invalidValue('option', 'an option that can be read', 'write-only')
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
  type: 'boolean',
  size: 4,
  decode: bytes => intAt(bytes) !== 0,
  encode: (value, name) => int(boolean(value, name) ? 1 : 0),
}

/** int, or a byte where the kernel says so */
export const intCodec: Codec<number> = {
  type: 'number',
  size: 4,
  decode: bytes => intAt(bytes),
  encode: (value, name) => int(int32(value, name)),
}

/** unsigned int */
export const u32Codec: Codec<number> = {
  type: 'number',
  size: 4,
  decode: bytes => intAt(bytes) >>> 0,
  encode: (value, name) => int(uint32(value, name) | 0),
}

/** An int in network order. */
export const networkIntCodec: Codec<number> = {
  type: 'number',
  size: 4,
  decode: bytes => bytes.readUInt32BE(0),
  encode(value, name) {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(uint32(value, name))
    return bytes
  },
}

/** An int, or null for -1. */
export const offsetCodec: Codec<number | null> = {
  type: 'number or null',
  size: 4,
  decode: bytes => (intAt(bytes) === -1 ? null : intAt(bytes)),
  encode: (value, name) => int(value === null ? -1 : int32(value, name)),
}

/** uint64_t; the kernel may answer an unsigned int. */
export const u64Codec: Codec<bigint> = {
  type: 'bigint',
  size: 8,
  decode: bytes => (bytes.length < 8 ? BigInt(intAt(bytes) >>> 0) : viewOf(bytes).getBigUint64(0, littleEndian)),
  encode(value, name) {
    const bytes = Buffer.alloc(8)
    viewOf(bytes).setBigUint64(0, uint64(value, name), littleEndian)
    return bytes
  },
}

/** No value: set with `true`. */
export const trueCodec: Codec<never, true> = {
  type: 'true',
  size: 0,
  decode: unread,
  encode(value, name) {
    if (value !== true) throw invalidType(name, 'true: the option has no value', value)
    return int(1)
  },
}

/** Bytes, as they are; `size` at most are read. */
export function bytesCodec(size: number): Codec<NonSharedBuffer, NodeJS.ArrayBufferView> {
  return {
    type: 'Buffer',
    size,
    decode: bytes => Buffer.from(bytes),
    encode: copyOf,
  }
}

/** Text that ends at a zero byte. */
export function stringCodec(size: number): Codec<string> {
  return {
    type: 'string',
    size,
    decode(bytes) {
      const end = bytes.indexOf(0)
      return bytes.toString('utf8', 0, end === -1 ? bytes.length : end)
    },
    encode(value, name) {
      const text = string(value, name)
      if (text.includes('\0')) throw invalidValue(name, 'a string without a zero byte', value)
      return Buffer.from(`${text}\0`)
    },
  }
}

/** An int that has a C name; one without stays a number. */
export function nameCodec<Name extends string>(names: Names<Name>, type: string): Codec<Name | number> {
  return {
    type,
    size: 4,
    decode: bytes => names.nameOf(intAt(bytes)),
    encode: (value, name) => int(numberNamed(names, value, name)),
  }
}

/** The number of a name out of `names`, or the number itself. */
export function numberNamed(names: Names<string>, value: unknown, name: string): number {
  if (typeof value === 'number') return int32(value, name)
  if (typeof value !== 'string') throw invalidType(name, 'one of the C names, or a number', value)
  const number = names.numberOf(value)
  if (number === undefined) throw invalidValue(name, 'one of the C names, or a number', value)
  return number
}

/** int[] */
export const intsCodec: Codec<number[]> = {
  type: 'number[]',
  size: 1 << 18,
  decode: bytes => Array.from({ length: bytes.length >> 2 }, (_, i) => intAt(bytes, i) >>> 0),
  encode(value, name) {
    if (!Array.isArray(value)) throw invalidType(name, 'an array of numbers', value)
    return int(...value.map((one, i) => uint32(one, `${name}[${i}]`) | 0))
  },
}

/** struct linger: seconds, or null where it is off. */
export const lingerCodec: Codec<number | null> = {
  type: 'number or null',
  size: 8,
  decode: bytes => (intAt(bytes) === 0 ? null : intAt(bytes, 1)),
  encode: (value, name) => (value === null ? int(0, 0) : int(1, integer(value, name, 0, 0xffff))),
}

const timeval = struct('timeval', ['tv_sec', 'tv_usec'])

/** struct timeval: milliseconds. */
export const timevalCodec: Codec<number> = {
  type: 'number',
  size: timeval.size,
  decode(bytes) {
    const view = viewOf(bytes)
    const { tv_sec, tv_usec } = timeval.at
    const seconds = tv_usec === 8 ? Number(view.getBigInt64(tv_sec, littleEndian)) : view.getInt32(tv_sec, littleEndian)
    return seconds * 1000 + view.getInt32(littleEndian ? tv_usec : timeval.size - 4, littleEndian) / 1000
  },
  encode(value, name) {
    const ms = integer(value, name, 0, 0x7fffffff)
    const bytes = Buffer.alloc(timeval.size)
    const view = viewOf(bytes)
    const { tv_sec, tv_usec } = timeval.at
    const seconds = Math.floor(ms / 1000)
    if (tv_usec === 8) view.setBigInt64(tv_sec, BigInt(seconds), littleEndian)
    else view.setInt32(tv_sec, seconds, littleEndian)
    view.setInt32(littleEndian ? tv_usec : timeval.size - 4, (ms % 1000) * 1000, littleEndian)
    return bytes
  },
}
