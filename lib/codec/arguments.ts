// Checks of arguments, made before any system call. Errors are Node's: TypeError ERR_INVALID_ARG_TYPE, RangeError
// ERR_OUT_OF_RANGE, TypeError ERR_INVALID_ARG_VALUE, each with the argument's name.
import { inspect } from 'node:util'

type Code = 'ERR_INVALID_ARG_TYPE' | 'ERR_OUT_OF_RANGE' | 'ERR_INVALID_ARG_VALUE'

function coded<E extends Error>(error: E, code: Code): E {
  return Object.assign(error, { code })
}

function shown(value: unknown): string {
  const text = described(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** Some values cannot be inspected: detached views, proxies of built-in objects. */
function described(value: unknown): string {
  try {
    return inspect(value, { depth: 0 })
  } catch {
    return `what cannot be shown (${typeof value})`
  }
}

export function invalidType(name: string, expected: string, value: unknown): TypeError {
  return coded(new TypeError(`"${name}" must be ${expected}; it is ${shown(value)}`), 'ERR_INVALID_ARG_TYPE')
}

export function outOfRange(name: string, expected: string, value: unknown): RangeError {
  return coded(new RangeError(`"${name}" must be ${expected}; it is ${shown(value)}`), 'ERR_OUT_OF_RANGE')
}

export function invalidValue(name: string, expected: string, value: unknown): TypeError {
  return coded(new TypeError(`"${name}" must be ${expected}; it is ${shown(value)}`), 'ERR_INVALID_ARG_VALUE')
}

export const INT_MAX = 0x7fffffff
export const UINT_MAX = 0xffffffff

export function integer(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') throw invalidType(name, 'a number', value)
  if (!Number.isInteger(value) || value < least || value > most)
    throw outOfRange(name, `an integer from ${least} to ${most}`, value)
  return value
}

export const uint8 = (value: unknown, name: string): number => integer(value, name, 0, 0xff)
export const uint16 = (value: unknown, name: string): number => integer(value, name, 0, 0xffff)
export const uint32 = (value: unknown, name: string): number => integer(value, name, 0, UINT_MAX)
export const int32 = (value: unknown, name: string): number => integer(value, name, -INT_MAX - 1, INT_MAX)

export function uint64(value: unknown, name: string): bigint {
  if (typeof value !== 'bigint') throw invalidType(name, 'a bigint', value)
  if (value < 0n || value >= 2n ** 64n) throw outOfRange(name, 'from 0n to 2n ** 64n - 1n', value)
  return value
}

/** A descriptor's number. A negative one passes: the kernel says EBADF. */
export function descriptor(value: unknown, name = 'fd'): number {
  return int32(value, name)
}

export function boolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalidType(name, 'a boolean', value)
  return value
}

export function string(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalidType(name, 'a string', value)
  return value
}

/** A text for C, where NUL would end it. No name that C knows is longer than `longest` bytes. */
export function name(value: unknown, argument: string, longest = 1024): string {
  const text = string(value, argument)
  if (text.includes('\0')) throw invalidValue(argument, 'a text without NUL', value)
  if (Buffer.byteLength(text) > longest) throw invalidValue(argument, `a text of at most ${longest} bytes`, value)
  return text
}

/** An object to read properties from, and no view. */
export function object(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (!isObject(value) || ArrayBuffer.isView(value)) throw invalidType(name, 'an object', value)
  return value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** The bytes of a view, uncopied. They may be shared with other threads; not detached. */
export function bytes(value: unknown, name: string): Uint8Array {
  if (!isView(value)) throw invalidType(name, 'a Buffer, TypedArray or DataView', value)
  if (!isAttached(value)) throw invalidType(name, 'a view that is attached to its buffer', value)
  return value instanceof Uint8Array ? value : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

/** A copy of the bytes of a view: what is looked at more than once is not to change in between. */
export function copyOf(value: unknown, name: string): NonSharedBuffer {
  return Buffer.from(bytes(value, name))
}

function isView(value: unknown): value is NodeJS.ArrayBufferView {
  return ArrayBuffer.isView(value)
}

// Not Buffer's own, which does not look whether the bytes are there.
const { lastIndexOf } = Int8Array.prototype

/** Whether a view has its bytes: its buffer may be detached, or have been made shorter than the view. */
export function isAttached(view: ArrayBufferView): boolean {
  try {
    // A DataView throws by itself; a typed array has no length then, and only its methods tell.
    return view.byteLength > 0 || view instanceof DataView || Reflect.apply(lastIndexOf, view, [0]) === -1
  } catch {
    return false
  }
}
