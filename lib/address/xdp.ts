// AF_XDP: struct sockaddr_xdp.
import { uint16, uint32 } from '../codec/arguments.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { sockaddrXdp } from '../tables/structs.js'
import { blank, type Family, type Given, numberOfDomain, property } from './family.js'
import type { SockaddrXdp } from './types.js'

const { size, at } = sockaddrXdp

function encode(given: Given): NonSharedBuffer {
  const bytes = blank(numberOfDomain('AF_XDP'), size)
  const view = viewOf(bytes)
  view.setUint16(at.sxdp_flags, property(given, 'flags', uint16, 0), littleEndian)
  view.setUint32(at.sxdp_ifindex, property(given, 'ifindex', uint32), littleEndian)
  view.setUint32(at.sxdp_queue_id, property(given, 'queueId', uint32), littleEndian)
  view.setUint32(at.sxdp_shared_umem_fd, property(given, 'sharedUmemFd', uint32, 0), littleEndian)
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrXdp | undefined {
  if (bytes.length !== size) return undefined
  const view = viewOf(bytes)
  return {
    family: 'AF_XDP',
    flags: view.getUint16(at.sxdp_flags, littleEndian),
    ifindex: view.getUint32(at.sxdp_ifindex, littleEndian),
    queueId: view.getUint32(at.sxdp_queue_id, littleEndian),
    sharedUmemFd: view.getUint32(at.sxdp_shared_umem_fd, littleEndian),
  }
}

export const xdp: Family<SockaddrXdp> = {
  encode,
  decode,
  format: ({ ifindex, queueId }) => `xdp:%${ifindex}/${queueId}`,
}
