// Names of network interfaces: if_nametoindex(3) and its kin.
import { string, uint32 } from '../codec/arguments.js'
import { checked, systemError } from '../errors.js'
import { native } from '../native.js'

/**
 * The index of an interface: if_nametoindex(3).
 * @throws SocketError ENODEV
 */
export function if_nametoindex(name: string): number {
  return checked(native.if_nametoindex(string(name, 'name')), 'if_nametoindex')
}

const longest = 64

/**
 * The name of an interface: if_indextoname(3).
 * @throws SocketError ENXIO
 */
export function if_indextoname(index: number): string {
  const name = Buffer.alloc(longest)
  const length = checked(native.if_indextoname(uint32(index, 'index'), name), 'if_indextoname')
  return name.toString('utf8', 0, length)
}

/** All interfaces: if_nameindex(3). */
export function if_nameindex(): { index: number; name: string }[] {
  const flat = native.if_nameindex()
  if (typeof flat === 'number') throw systemError(flat, 'if_nameindex')
  const found: { index: number; name: string }[] = []
  for (let i = 0; i < flat.length; i += 2) found.push({ index: Number(flat[i]), name: String(flat[i + 1]) })
  return found
}
