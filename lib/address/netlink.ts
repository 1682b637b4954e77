// AF_NETLINK: struct sockaddr_nl.
import { uint32 } from '../codec/arguments.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { sockaddrNl } from '../tables/structs.js'
import { blank, type Family, type Given, numberOfDomain, property } from './family.js'
import type { SockaddrNl } from './types.js'

const { size, at } = sockaddrNl

function encode(given: Given): NonSharedBuffer {
  const bytes = blank(numberOfDomain('AF_NETLINK'), size)
  const view = viewOf(bytes)
  view.setUint32(at.nl_pid, property(given, 'pid', uint32, 0), littleEndian)
  view.setUint32(at.nl_groups, property(given, 'groups', uint32, 0), littleEndian)
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrNl | undefined {
  const view = viewOf(bytes)
  if (bytes.length !== size || view.getUint16(at.nl_pad) !== 0) return undefined
  return {
    family: 'AF_NETLINK',
    pid: view.getUint32(at.nl_pid, littleEndian),
    groups: view.getUint32(at.nl_groups, littleEndian),
  }
}

export const netlink: Family<SockaddrNl> = {
  encode,
  decode,
  format: ({ pid, groups }) => `netlink:${pid}/0x${groups.toString(16)}`,
}
