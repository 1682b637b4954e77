// AF_QIPCRTR: struct sockaddr_qrtr.
import { uint32 } from '../codec/arguments.js'
import { isZero, littleEndian, viewOf } from '../codec/struct.js'
import { sockaddrQrtr } from '../tables/structs.js'
import { blank, type Family, type Given, HEAD, numberOfDomain, property } from './family.js'
import type { SockaddrQrtr } from './types.js'

const { size, at } = sockaddrQrtr

function encode(given: Given, complete: boolean): NonSharedBuffer {
  const bytes = blank(numberOfDomain('AF_QIPCRTR'), size)
  const view = viewOf(bytes)
  view.setUint32(at.sq_node, property(given, 'node', uint32), littleEndian)
  view.setUint32(at.sq_port, property(given, 'port', uint32, complete ? undefined : 0), littleEndian)
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrQrtr | undefined {
  if (bytes.length !== size || !isZero(bytes.subarray(HEAD, at.sq_node))) return undefined
  const view = viewOf(bytes)
  const node = view.getUint32(at.sq_node, littleEndian)
  return { family: 'AF_QIPCRTR', node, port: view.getUint32(at.sq_port, littleEndian) }
}

export const qipcrtr: Family<SockaddrQrtr> = {
  encode,
  decode,
  format: ({ node, port }) => `qipcrtr:${node}:${port}`,
}
