// AF_VSOCK: struct sockaddr_vm.
import { uint8, uint32 } from '../codec/arguments.js'
import { isZero, littleEndian, viewOf } from '../codec/struct.js'
import { VMADDR_CID_ANY, VMADDR_PORT_ANY } from '../tables/flags.js'
import { sockaddrVm } from '../tables/structs.js'
import { blank, type Family, type Given, numberOfDomain, property } from './family.js'
import type { SockaddrVm } from './types.js'

const { size, at } = sockaddrVm

function encode(given: Given, complete: boolean): NonSharedBuffer {
  const bytes = blank(numberOfDomain('AF_VSOCK'), size)
  const view = viewOf(bytes)
  view.setUint32(at.svm_port, property(given, 'port', uint32, complete ? undefined : VMADDR_PORT_ANY), littleEndian)
  view.setUint32(at.svm_cid, property(given, 'cid', uint32, complete ? undefined : VMADDR_CID_ANY), littleEndian)
  view.setUint8(at.svm_flags, property(given, 'flags', uint8, 0))
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrVm | undefined {
  const view = viewOf(bytes)
  if (bytes.length !== size || view.getUint16(at.svm_reserved1) !== 0 || !isZero(bytes.subarray(at.svm_zero)))
    return undefined
  return {
    family: 'AF_VSOCK',
    cid: view.getUint32(at.svm_cid, littleEndian),
    port: view.getUint32(at.svm_port, littleEndian),
    flags: view.getUint8(at.svm_flags),
  }
}

export const vsock: Family<SockaddrVm> = { encode, decode, format: ({ cid, port }) => `vsock:${cid}:${port}` }
