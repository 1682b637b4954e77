// Any address, to bytes and back: the families side by side, and every other one as bytes.
import { bytes as bytesOf, copyOf, integer, invalidType, invalidValue, object } from '../codec/arguments.js'
import { type Domain, type DomainName, domains, isDomainName, isInternet } from '../tables/families.js'
import { alg } from './alg.js'
import { bluetooth } from './bluetooth.js'
import { can } from './can.js'
import { blank, type Family, familyOf, type Given, HEAD, numberOfDomain } from './family.js'
import { inet } from './inet.js'
import { inet6 } from './inet6.js'
import { netlink } from './netlink.js'
import { packet } from './packet.js'
import { qipcrtr } from './qipcrtr.js'
import { tipc } from './tipc.js'
import type { AddressOf, Sockaddr, SockaddrIn, SockaddrIn6 } from './types.js'
import { unix } from './unix.js'
import { vsock } from './vsock.js'
import { xdp } from './xdp.js'

export const families: { readonly [Name in DomainName]: Family<AddressOf<Name>> } = {
  AF_UNIX: unix,
  AF_INET: inet,
  AF_INET6: inet6,
  AF_PACKET: packet,
  AF_NETLINK: netlink,
  AF_VSOCK: vsock,
  AF_ALG: alg,
  AF_BLUETOOTH: bluetooth,
  AF_CAN: can,
  AF_QIPCRTR: qipcrtr,
  AF_TIPC: tipc,
  AF_XDP: xdp,
}

function other(family: number, data: unknown): NonSharedBuffer {
  const content = bytesOf(data, 'address.data')
  const bytes = blank(family, HEAD + content.length)
  bytes.set(content, HEAD)
  return bytes
}

/** The family that an address names; else the socket's own, where there is one. */
function familyNamed(given: Given, own: Domain | undefined): Domain {
  const { family = own } = given
  if (typeof family === 'number') return integer(family, 'address.family', 0, 0xffff)
  if (isDomainName(family)) return family
  if (family === undefined) throw invalidType('address.family', 'the name of a family: nothing else says it', family)
  throw invalidValue('address.family', 'the name of a family, or a number', family)
}

/** `complete`: a destination, of which nothing essential may be left out. */
export function encodeAs(address: unknown, own: Domain | undefined, complete: boolean): NonSharedBuffer {
  const given = object(address, 'address')
  const named = familyNamed(given, own)
  if (typeof named === 'number' && 'data' in given) return other(named, given['data'])
  const family = typeof named === 'number' ? domains.nameOf(named) : named
  if (typeof family === 'number') return other(family, given['data'])
  if (own !== undefined && family !== own) throw invalidValue('address.family', `${own}, as the socket's`, family)
  if (given['path'] !== undefined && family !== 'AF_UNIX')
    throw invalidValue('address.path', `left out in an address of ${family}`, given['path'])
  return families[family].encode(given, complete)
}

/** What bind takes: an address of which much may be left out. */
export function encodeLocal(address: unknown, own?: Domain): NonSharedBuffer {
  return encodeAs(address, own, false)
}

/** What connect takes: a destination, or { family: 'AF_UNSPEC' }. */
export function encodePeer(address: unknown, own?: Domain): NonSharedBuffer {
  const unspecified =
    typeof address === 'object' && address !== null && 'family' in address && address.family === 'AF_UNSPEC'
  return unspecified ? blank(0, 16) : encodeAs(address, own, true)
}

/**
 * An address as the kernel takes it: struct sockaddr(3type).
 * @example const bytes = encodeSockaddr({ family: AF_INET, address: '127.0.0.1', port: 80 }) // 16 bytes
 * @throws TypeError ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE (a host name, say), RangeError ERR_OUT_OF_RANGE,
 * SocketError ENAMETOOLONG for a path of more than 108 bytes (Linux)
 */
export function encodeSockaddr(address: Sockaddr): NonSharedBuffer {
  return encodeAs(address, undefined, true)
}

/**
 * The address that bytes of the kernel hold: struct sockaddr(3type). Canonical: the family by name, the shortest text,
 * every field. Bytes that the typed form could not give back decode to `{ family: number, data }`.
 * @example
 * const bytes = encodeSockaddr({ family: AF_INET6, address: 'FE80::1%lo', port: 80 })
 * console.log(decodeSockaddr(bytes)) // { family: 'AF_INET6', address: 'fe80::1', port: 80, flowinfo: 0, scopeId: 1 }
 * @throws TypeError for fewer than two bytes
 */
export function decodeSockaddr(bytes: NodeJS.ArrayBufferView): Sockaddr {
  const given = copyOf(bytes, 'bytes')
  if (given.length < HEAD) throw invalidValue('bytes', 'at least the two bytes of sa_family', bytes)
  return decode(given)
}

function decode(bytes: NonSharedBuffer): Sockaddr {
  const number = familyOf(bytes)
  const name = domains.nameOf(number)
  const typed = typeof name === 'number' ? undefined : families[name].decode(bytes)
  return typed ?? { family: number, data: Buffer.from(bytes.subarray(HEAD)) }
}

/** What a system call wrote as address; undefined where it wrote none. On AF_UNIX that is an unnamed peer. */
export function decodeReceived(bytes: NonSharedBuffer, domain: Domain | undefined): Sockaddr | undefined {
  if (bytes.length >= HEAD) return decode(bytes)
  return domain === 'AF_UNIX' ? { family: 'AF_UNIX', path: '' } : undefined
}

/** An address that is nobody's: the wildcard, or an unnamed one. */
export function nobodyOf(domain: Domain): Sockaddr | undefined {
  return isInternet(domain) ? decode(encodeLocal({}, domain)) : decodeReceived(Buffer.alloc(0), domain)
}

export function isInternetAddress(address: Sockaddr): address is SockaddrIn | SockaddrIn6 {
  return isInternet(address.family)
}

/** Whether an address is one that a socket of domain D returns: the kernel never returns another. */
function isOf<D extends Domain>(address: Sockaddr, domain: D): address is AddressOf<D> {
  return address.family === domain || typeof address.family === 'number' || typeof domain === 'number'
}

/** The address that a socket of `domain` got; one of another family as bytes. */
export function addressOf<D extends Domain>(address: Sockaddr | undefined, domain: D): AddressOf<D> {
  if (address !== undefined && isOf(address, domain)) return address
  const bytes =
    address === undefined
      ? blank(typeof domain === 'number' ? domain : numberOfDomain(domain), HEAD)
      : encodeSockaddr(address)
  const other: Sockaddr = { family: familyOf(bytes), data: Buffer.from(bytes.subarray(HEAD)) }
  return other as AddressOf<D>
}
