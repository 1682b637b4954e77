// AF_PACKET: struct sockaddr_ll.
import { int32, uint8, uint16 } from '../codec/arguments.js'
import { isZero, littleEndian, viewOf } from '../codec/struct.js'
import { sockaddrLl } from '../tables/structs.js'
import { blank, type Family, type Given, numberOfDomain, property } from './family.js'
import { hardwareBytes, hardwareText } from './hardware.js'
import type { SockaddrLl } from './types.js'

const { size, at } = sockaddrLl

function encode(given: Given, complete: boolean): NonSharedBuffer {
  const bytes = blank(numberOfDomain('AF_PACKET'), size)
  const view = viewOf(bytes)
  const address = property(given, 'address', hardwareBytes, Buffer.alloc(0))
  view.setUint16(at.sll_protocol, property(given, 'protocol', uint16, 0))
  view.setInt32(at.sll_ifindex, property(given, 'ifindex', int32, complete ? undefined : 0), littleEndian)
  view.setUint16(at.sll_hatype, property(given, 'hatype', uint16, 0), littleEndian)
  view.setUint8(at.sll_pkttype, property(given, 'pkttype', uint8, 0))
  view.setUint8(at.sll_halen, address.length)
  bytes.set(address, at.sll_addr)
  return bytes
}

/** Linux also returns the struct cut after the hardware address: such bytes are typed too. */
function decode(bytes: NonSharedBuffer): SockaddrLl | undefined {
  if (bytes.length < at.sll_addr || bytes.length > size || bytes.length === size - 1) return undefined
  const view = viewOf(bytes)
  const end = at.sll_addr + view.getUint8(at.sll_halen)
  if (end > bytes.length || !isZero(bytes.subarray(end))) return undefined
  const address = hardwareText(bytes.subarray(at.sll_addr, end))
  return {
    family: 'AF_PACKET',
    protocol: view.getUint16(at.sll_protocol),
    ifindex: view.getInt32(at.sll_ifindex, littleEndian),
    hatype: view.getUint16(at.sll_hatype, littleEndian),
    pkttype: view.getUint8(at.sll_pkttype),
    ...(address !== '' && { address }),
  }
}

function format({ protocol, ifindex, address }: SockaddrLl): string {
  return `packet:${address ?? ''}%${ifindex}/0x${protocol.toString(16).padStart(4, '0')}`
}

export const packet: Family<SockaddrLl> = { encode, decode, format }
