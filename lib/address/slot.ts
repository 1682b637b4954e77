// Where system calls write addresses: one slot a thread, read right after the call.
import type { Domain } from '../tables/families.js'
import { receivedAddress } from './received.js'
import type { Sockaddr } from './types.js'

const head = 8
const room = 256

/** 4 bytes of length, 4 unused, then the address. */
export const slot = Buffer.alloc(head + room)
const words = new Int32Array(slot.buffer, slot.byteOffset, slot.length / 4)

/** The address that the last system call wrote; undefined where it wrote none. */
export function takeAddress(domain?: Domain): Sockaddr | undefined {
  return receivedAddress(words, head, Math.min(words[0] ?? 0, room), domain)
}
