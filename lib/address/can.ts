// AF_CAN: struct sockaddr_can. How long an address is says what it holds: the interface alone (CAN_RAW, CAN_BCM), the
// identifiers of a transport protocol too (CAN_ISOTP), or those of J1939.
import { int32, invalidValue, object, uint8, uint32, uint64 } from '../codec/arguments.js'
import { isZero, littleEndian, viewOf } from '../codec/struct.js'
import { J1939_NO_ADDR, J1939_NO_PGN } from '../tables/flags.js'
import { sockaddrCan } from '../tables/structs.js'
import { blank, type Family, type Given, HEAD, numberOfDomain, property } from './family.js'
import type { SockaddrCan } from './types.js'

const { size, at } = sockaddrCan
const interfaceEnd = at.can_addr
const tpEnd = at['can_addr.tp.tx_id'] + 4
const j1939End = at['can_addr.j1939.addr'] + 1

function encode(given: Given, complete: boolean): NonSharedBuffer {
  const family = numberOfDomain('AF_CAN')
  const { tp, j1939 } = given
  if (tp !== undefined && j1939 !== undefined)
    throw invalidValue('address.j1939', 'left out where the address has tp', j1939)
  const bytes = blank(family, tp === undefined ? (j1939 === undefined ? interfaceEnd : size) : tpEnd)
  const view = viewOf(bytes)
  view.setInt32(at.can_ifindex, property(given, 'ifindex', int32, complete ? undefined : 0), littleEndian)
  if (tp !== undefined) setTp(view, object(tp, 'address.tp'))
  if (j1939 !== undefined) setJ1939(view, object(j1939, 'address.j1939'), complete)
  return bytes
}

function setTp(view: DataView, { rxId, txId }: Given): void {
  view.setUint32(at['can_addr.tp.rx_id'], uint32(rxId, 'address.tp.rxId'), littleEndian)
  view.setUint32(at['can_addr.tp.tx_id'], uint32(txId, 'address.tp.txId'), littleEndian)
}

function setJ1939(view: DataView, given: Given, complete: boolean): void {
  const none = complete ? {} : { name: 0n, pgn: J1939_NO_PGN, addr: J1939_NO_ADDR }
  const { name = none.name, pgn = none.pgn, addr = none.addr } = given
  view.setBigUint64(at['can_addr.j1939.name'], uint64(name, 'address.j1939.name'), littleEndian)
  view.setUint32(at['can_addr.j1939.pgn'], uint32(pgn, 'address.j1939.pgn'), littleEndian)
  view.setUint8(at['can_addr.j1939.addr'], uint8(addr, 'address.j1939.addr'))
}

function decode(bytes: NonSharedBuffer): SockaddrCan | undefined {
  const view = viewOf(bytes)
  if (![interfaceEnd, tpEnd, size].includes(bytes.length) || !isZero(bytes.subarray(HEAD, at.can_ifindex)))
    return undefined
  const ifindex = view.getInt32(at.can_ifindex, littleEndian)
  if (bytes.length === interfaceEnd) return { family: 'AF_CAN', ifindex }
  if (bytes.length === tpEnd) {
    const rxId = view.getUint32(at['can_addr.tp.rx_id'], littleEndian)
    return { family: 'AF_CAN', ifindex, tp: { rxId, txId: view.getUint32(at['can_addr.tp.tx_id'], littleEndian) } }
  }
  if (!isZero(bytes.subarray(j1939End))) return undefined
  const name = view.getBigUint64(at['can_addr.j1939.name'], littleEndian)
  const pgn = view.getUint32(at['can_addr.j1939.pgn'], littleEndian)
  return { family: 'AF_CAN', ifindex, j1939: { name, pgn, addr: view.getUint8(at['can_addr.j1939.addr']) } }
}

const hex = (value: number | bigint): string => `0x${value.toString(16)}`

function format({ ifindex, tp, j1939 }: SockaddrCan): string {
  if (tp !== undefined) return `can:%${ifindex}/rx=${hex(tp.rxId)},tx=${hex(tp.txId)}`
  if (j1939 === undefined) return `can:%${ifindex}`
  return `can:%${ifindex}/name=${hex(j1939.name)},pgn=${hex(j1939.pgn)},addr=${hex(j1939.addr)}`
}

export const can: Family<SockaddrCan> = { encode, decode, format }
