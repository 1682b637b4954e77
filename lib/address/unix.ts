// AF_UNIX: struct sockaddr_un. '' is unnamed, a leading NUL abstract, everything else a path in the file system.
import { isUtf8 } from 'node:buffer'
import { copyOf, invalidType, invalidValue } from '../codec/arguments.js'
import { ownError } from '../errors.js'
import { sockaddrUn } from '../tables/structs.js'
import { blank, type Family, type Given, HEAD, numberOfDomain } from './family.js'
import type { SockaddrUn } from './types.js'

const { size, at } = sockaddrUn
const longest = size - at.sun_path

function nameOf(path: unknown): NonSharedBuffer {
  if (typeof path === 'string') {
    if (!path.isWellFormed()) throw invalidValue('address.path', 'a well-formed string, or bytes', path)
    return Buffer.from(path)
  }
  if (!ArrayBuffer.isView(path)) throw invalidType('address.path', 'a string, Buffer, TypedArray or DataView', path)
  return copyOf(path, 'address.path')
}

function encode(given: Given): NonSharedBuffer {
  const family = numberOfDomain('AF_UNIX')
  const name = nameOf(given['path'])
  const isPath = name.length > 0 && name[0] !== 0
  if (isPath && name.includes(0))
    throw invalidValue('address.path', 'a path without NUL (abstract names begin with one)', given['path'])
  if (name.length > longest)
    throw ownError('ENAMETOOLONG', `a path has ${longest} bytes at most, this one ${name.length}`, {
      path: name.toString(),
    })
  const terminated = isPath && name.length < longest ? 1 : 0
  const bytes = blank(family, name.length === 0 ? HEAD : at.sun_path + name.length + terminated)
  bytes.set(name, at.sun_path)
  return bytes
}

function textOf(name: NonSharedBuffer): string | NonSharedBuffer {
  return isUtf8(name) ? name.toString() : Buffer.from(name)
}

function decode(bytes: NonSharedBuffer): SockaddrUn | undefined {
  const name = bytes.subarray(at.sun_path)
  if (name.length === 0 || name[0] === 0)
    return name.length > longest ? undefined : { family: 'AF_UNIX', path: textOf(name) }
  // Linux returns a path of 108 bytes, which has no room for its NUL, with one all the same.
  const end = name.indexOf(0)
  if (end === -1) return name.length === longest ? { family: 'AF_UNIX', path: textOf(name) } : undefined
  if (end !== name.length - 1 || end > longest) return undefined
  return { family: 'AF_UNIX', path: textOf(name.subarray(0, end)) }
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const unprintable = /[\x00-\x1f\x7f%]/g

/** A text on one line: what would break it is %XX. */
export function printable(text: string): string {
  return text.replace(unprintable, c => escapeByte(c.charCodeAt(0)))
}

/** 'unix:/run/x.sock', 'unix:@abstract'; %XX is a byte. */
function format({ path }: SockaddrUn): string {
  const name = nameOf(path)
  const abstract = name[0] === 0
  const rest = abstract ? name.subarray(1) : name
  const text = isUtf8(rest)
    ? printable(rest.toString())
    : Array.from(rest, byte =>
        byte > 0x20 && byte < 0x7f && byte !== 0x25 ? String.fromCharCode(byte) : escapeByte(byte),
      ).join('')
  const escaped = !abstract && text.startsWith('@') ? `%40${text.slice(1)}` : text
  return `unix:${abstract ? '@' : ''}${escaped}`
}

/** The address of what follows 'unix:'. */
export function parseUnix(text: string): SockaddrUn {
  const abstract = text.startsWith('@')
  const rest = abstract ? text.slice(1) : text
  if (!text.isWellFormed()) throw invalidValue('text', 'a well-formed string', text)
  if (/%(?![0-9a-fA-F]{2})/.test(rest))
    throw invalidValue('text', "a path in which '%' is followed by two hex digits", text)
  const parts = rest.split(/(%[0-9a-fA-F]{2})/)
  const name = parts.map(part =>
    part.startsWith('%') ? Buffer.of(Number.parseInt(part.slice(1), 16)) : Buffer.from(part),
  )
  const address: SockaddrUn = {
    family: 'AF_UNIX',
    path: textOf(Buffer.concat(abstract ? [Buffer.of(0), ...name] : name)),
  }
  encode({ path: address.path })
  return address
}

export const unix: Family<SockaddrUn> = { encode, decode, format }
