// AF_TIPC: struct sockaddr_tipc, of which addrtype says what is in its union.
import { integer, invalidValue, uint32 } from '../codec/arguments.js'
import { isZero, littleEndian, viewOf } from '../codec/struct.js'
import { type TipcAddressType, tipcAddressTypes } from '../tables/families.js'
import { sockaddrTipc } from '../tables/structs.js'
import { blank, type Family, type Given, numberOfDomain, property } from './family.js'
import type { SockaddrTipc } from './types.js'

const { size, at } = sockaddrTipc

/** What each type holds, and where: numbers of four bytes. */
const fieldsOf: { readonly [Type in TipcAddressType]: readonly (readonly [name: string, offset: number])[] } = {
  TIPC_SERVICE_RANGE: [
    ['type', at['addr.nameseq.type']],
    ['lower', at['addr.nameseq.lower']],
    ['upper', at['addr.nameseq.upper']],
  ],
  TIPC_SERVICE_ADDR: [
    ['type', at['addr.name.name.type']],
    ['instance', at['addr.name.name.instance']],
    ['domain', at['addr.name.domain']],
  ],
  TIPC_SOCKET_ADDR: [
    ['ref', at['addr.id.ref']],
    ['node', at['addr.id.node']],
  ],
}

function isType(value: unknown): value is TipcAddressType {
  return typeof value === 'string' && Object.hasOwn(fieldsOf, value)
}

const int8 = (value: unknown, name: string): number => integer(value, name, -0x80, 0x7f)

function encode(given: Given): NonSharedBuffer {
  const bytes = blank(numberOfDomain('AF_TIPC'), size)
  const view = viewOf(bytes)
  const { addrtype } = given
  if (!isType(addrtype)) throw invalidValue('address.addrtype', Object.keys(fieldsOf).join(', '), addrtype)
  view.setUint8(at.addrtype, tipcAddressTypes.numberOf(addrtype) ?? 0)
  view.setInt8(at.scope, property(given, 'scope', int8, 0))
  for (const [name, offset] of fieldsOf[addrtype])
    view.setUint32(offset, property(given, name, uint32, name === 'domain' ? 0 : undefined), littleEndian)
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrTipc | undefined {
  if (bytes.length !== size) return undefined
  const view = viewOf(bytes)
  const addrtype = tipcAddressTypes.nameOf(view.getUint8(at.addrtype))
  if (typeof addrtype === 'number') return undefined
  const fields = fieldsOf[addrtype]
  if (!isZero(bytes.subarray(at.addr + 4 * fields.length))) return undefined
  const numbers = fields.map(([name, offset]) => [name, view.getUint32(offset, littleEndian)])
  const head = { family: 'AF_TIPC', addrtype, scope: view.getInt8(at.scope) }
  return { ...head, ...Object.fromEntries(numbers) } as SockaddrTipc
}

function format(address: SockaddrTipc): string {
  switch (address.addrtype) {
    case 'TIPC_SERVICE_RANGE':
      return `tipc:${address.type}:${address.lower}-${address.upper}`
    case 'TIPC_SERVICE_ADDR':
      return `tipc:${address.type}:${address.instance}`
    case 'TIPC_SOCKET_ADDR':
      return `tipc:${address.ref}@${address.node}`
  }
}

export const tipc: Family<SockaddrTipc> = { encode, decode, format }
