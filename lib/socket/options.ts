// getsockopt and setsockopt on a descriptor: by token, or by level and number.
import { bytes, INT_MAX, int32, integer, invalidType, invalidValue, UINT_MAX } from '../codec/arguments.js'
import { number as levelNumber } from '../codec/numbers.js'
import { int } from '../codec/scalar.js'
import { checked, ownError } from '../errors.js'
import '../names/lookups.js'
import { native } from '../native.js'
import { errno } from '../tables/errnos.js'
import {
  accessOf,
  type OptionToken,
  type QueryOption,
  type ReadableOption,
  type Row,
  rowOf,
  type WritableOption,
} from '../tables/options/option.js'

/** Asked for last: what checks the arguments may run code of the caller's that closes it. */
type Descriptor = () => number

const EINVAL = errno('EINVAL')
const mostRaw = 1 << 20

function isToken(value: unknown): value is OptionToken {
  return typeof value === 'object' && value !== null && rowOf(value) !== undefined
}

/** The row of an option that this system has. */
function supportedRow(option: unknown, verb: string): { row: Row; number: number } {
  const row = typeof option === 'object' && option !== null ? rowOf(option) : undefined
  if (row === undefined || !isToken(option))
    throw invalidType('option', 'an option such as SO_KEEPALIVE, or a level', option)
  if (option.number === undefined) throw ownError('ENOPROTOOPT', `${verb} ${option.name}: this system lacks the option`)
  return { row, number: option.number }
}

function rawName(name: unknown, verb: string): number {
  if (isToken(name))
    throw invalidType(
      'name',
      `a number (with a token, write ${verb}(${name.name}${verb === 'setsockopt' ? ', value' : ''}))`,
      name,
    )
  return int32(name, 'name')
}

function getRaw(descriptor: Descriptor, level: number, name: unknown, length: unknown): NonSharedBuffer {
  const number = rawName(name, 'getsockopt')
  const value = Buffer.alloc(integer(length, 'length', 0, mostRaw))
  const written = checked(native.getsockopt(descriptor(), int32(level, 'level'), number, value), 'getsockopt')
  return value.subarray(0, written)
}

function setRaw(descriptor: Descriptor, level: number, name: unknown, value: unknown): void {
  const number = rawName(name, 'setsockopt')
  const given =
    typeof value === 'number' ? int(integer(value, 'value', -INT_MAX - 1, UINT_MAX) | 0) : bytes(value, 'value')
  checked(native.setsockopt(descriptor(), int32(level, 'level'), number, given), 'setsockopt')
}

/** A typed option's value. */
export function getOption<Get>(descriptor: Descriptor, option: ReadableOption<Get>): Get
/** A typed option's value, for what is asked. */
export function getOption<Query, Get>(descriptor: Descriptor, option: QueryOption<Query, Get>, query: Query): Get
/** The bytes of any option. */
export function getOption(descriptor: Descriptor, level: number, name: number, length: number): NonSharedBuffer
export function getOption(descriptor: Descriptor, option: unknown, name?: unknown, length?: unknown): unknown {
  if (typeof option === 'number') return getRaw(descriptor, option, name, length)
  const { row, number } = supportedRow(option, 'getsockopt')
  if (accessOf(row) === 'write-only' || !isToken(option))
    throw invalidValue('option', 'an option that can be read', option)
  const { codec } = row
  const value = codec.query?.(name, `query of ${option.name}`) ?? Buffer.alloc(codec.size)
  const level = levelFor(option, row, value)
  let written = native.getsockopt(descriptor(), level, number, value)
  for (let room = codec.size - 1; codec.exact === true && written === EINVAL && room > 1; room--)
    written = native.getsockopt(descriptor(), level, number, value.subarray(0, room))
  checked(written, 'getsockopt', { subject: option.name })
  return codec.decode(value.subarray(0, written))
}

/** Sets a typed option. */
export function setOption<Set>(descriptor: Descriptor, option: WritableOption<Set>, value: Set): void
/** Sets any option to an int, or to bytes. */
export function setOption(
  descriptor: Descriptor,
  level: number,
  name: number,
  value: number | NodeJS.ArrayBufferView,
): void
export function setOption(descriptor: Descriptor, option: unknown, name?: unknown, value?: unknown): void {
  if (typeof option === 'number') setRaw(descriptor, option, name, value)
  else setTyped(descriptor, option, name)
}

const IPPROTO_IPV6 = levelNumber('IPPROTO_IPV6')

/** The level of the option; IPPROTO_IPV6 where the value is for that. */
function levelFor(option: OptionToken, row: Row, encoded: NonSharedBuffer): number {
  return row.codec.isIPv6?.(encoded) === true ? (IPPROTO_IPV6 ?? option.level) : option.level
}

function setTyped(descriptor: Descriptor, option: unknown, value: unknown): void {
  const { row, number } = supportedRow(option, 'setsockopt')
  if (accessOf(row) === 'read-only' || !isToken(option))
    throw invalidValue('option', 'an option that can be set', option)
  const encoded = row.codec.encode(value, `value of ${option.name}`)
  const level = levelFor(option, row, encoded)
  const count = row.codec.instructions?.(encoded)
  const result =
    count === undefined
      ? native.setsockopt(descriptor(), level, number, encoded)
      : native.setsockoptProgram(descriptor(), level, number, encoded, count)
  checked(result, 'setsockopt', { subject: option.name })
}
