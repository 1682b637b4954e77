// AF_ALG: struct sockaddr_alg, whose name may be longer than the struct has room for (sockaddr_alg_new).
import { isUtf8 } from 'node:buffer'
import { invalidValue, name as nameOf, uint32 } from '../codec/arguments.js'
import { isZero, littleEndian, viewOf } from '../codec/struct.js'
import { sockaddrAlg } from '../tables/structs.js'
import { blank, type Family, type Given, HEAD, numberOfDomain, property } from './family.js'
import type { SockaddrAlg } from './types.js'
import { printable } from './unix.js'

const { size, at } = sockaddrAlg
const longestType = at.salg_feat - HEAD - 1
// sizeof(struct sockaddr_storage): the kernel takes no longer address.
const longestName = 128 - at.salg_name - 1

/** A text for C of at most so many bytes. */
const text = (longest: number) => (value: unknown, argument: string) => {
  const given = nameOf(value, argument, longest)
  if (!given.isWellFormed()) throw invalidValue(argument, 'a well-formed string', value)
  return Buffer.from(given)
}

function encode(given: Given): NonSharedBuffer {
  const family = numberOfDomain('AF_ALG')
  const name = property(given, 'name', text(longestName))
  const bytes = blank(family, Math.max(size, at.salg_name + name.length + 1))
  const view = viewOf(bytes)
  bytes.set(property(given, 'type', text(longestType)), HEAD)
  bytes.set(name, at.salg_name)
  view.setUint32(at.salg_feat, property(given, 'feat', uint32, 0), littleEndian)
  view.setUint32(at.salg_mask, property(given, 'mask', uint32, 0), littleEndian)
  return bytes
}

/** What stands before the first NUL; undefined where there is none, or more behind it than zeros. */
function textIn(bytes: NonSharedBuffer): string | undefined {
  const end = bytes.indexOf(0)
  const found = bytes.subarray(0, Math.max(end, 0))
  return end !== -1 && isZero(bytes.subarray(end)) && isUtf8(found) ? found.toString() : undefined
}

function decode(bytes: NonSharedBuffer): SockaddrAlg | undefined {
  if (bytes.length < size) return undefined
  const type = textIn(bytes.subarray(HEAD, at.salg_feat))
  const name = textIn(bytes.subarray(at.salg_name))
  if (type === undefined || name === undefined) return undefined
  const length = Buffer.byteLength(name)
  if (length > longestName || bytes.length !== Math.max(size, at.salg_name + length + 1)) return undefined
  const view = viewOf(bytes)
  const feat = view.getUint32(at.salg_feat, littleEndian)
  return { family: 'AF_ALG', type, name, feat, mask: view.getUint32(at.salg_mask, littleEndian) }
}

export const alg: Family<SockaddrAlg> = {
  encode,
  decode,
  format: ({ type, name }) => `alg:${printable(type)}/${printable(name)}`,
}
