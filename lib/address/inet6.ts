// AF_INET6: struct sockaddr_in6.
import { invalidValue, string, uint16, uint32 } from '../codec/arguments.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { native } from '../native.js'
import { sockaddrIn6 } from '../tables/structs.js'
import { blank, type Family, type Given, numberOfDomain, property } from './family.js'
import { notAnAddress } from './inet.js'
import type { SockaddrIn6 } from './types.js'

const { size, at } = sockaddrIn6

/** The interface that a zone names: by index or by name. */
function scopeOf(zone: string, text: string): number {
  const index = /^\d{1,10}$/.test(zone) ? Number(zone) : native.if_nametoindex(zone)
  if (index < 0 || index > 0xffffffff)
    throw invalidValue('address.address', 'an address whose zone is an interface here', text)
  return index
}

function encode(given: Given, complete: boolean): NonSharedBuffer {
  const family = numberOfDomain('AF_INET6')
  const text = property(given, 'address', string, complete ? undefined : '::')
  const port = property(given, 'port', uint16, complete ? undefined : 0)
  const flowinfo = property(given, 'flowinfo', uint32, 0)
  const [numeric = '', zone, ...more] = text.split('%')
  const named = zone === undefined ? undefined : scopeOf(zone, text)
  const scopeId = property(given, 'scopeId', uint32, named ?? 0)
  if (named !== undefined && named !== scopeId)
    throw invalidValue('address.scopeId', `the zone of ${text}, ${named}`, scopeId)
  const bytes = blank(family, size)
  const view = viewOf(bytes)
  view.setUint16(at.sin6_port, port)
  view.setUint32(at.sin6_flowinfo, flowinfo)
  view.setUint32(at.sin6_scope_id, scopeId, littleEndian)
  const parsed = native.inet_pton(family, numeric, bytes.subarray(at.sin6_addr, at.sin6_addr + 16))
  if (parsed !== 1 || more.length > 0) throw notAnAddress('AF_INET6', text)
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrIn6 | undefined {
  if (bytes.length !== size) return undefined
  const view = viewOf(bytes)
  const address = native.inet_ntop(numberOfDomain('AF_INET6'), bytes.subarray(at.sin6_addr, at.sin6_addr + 16))
  if (address === undefined) return undefined
  return {
    family: 'AF_INET6',
    address,
    port: view.getUint16(at.sin6_port),
    flowinfo: view.getUint32(at.sin6_flowinfo),
    scopeId: view.getUint32(at.sin6_scope_id, littleEndian),
  }
}

function format({ address, port, flowinfo = 0, scopeId = 0 }: SockaddrIn6): string {
  const zone = scopeId === 0 || address.includes('%') ? '' : `%${scopeId}`
  return `[${address}${zone}]:${port}${flowinfo === 0 ? '' : `?flowinfo=${flowinfo}`}`
}

export const inet6: Family<SockaddrIn6> = { encode, decode, format }
