// Network interfaces: their names, if_nametoindex(3) and its kin, and their addresses, getifaddrs(3).
import { decodeSockaddr } from '../address/sockaddr.js'
import type { SockaddrIn, SockaddrIn6 } from '../address/types.js'
import { string, uint32 } from '../codec/arguments.js'
import { checked, systemError } from '../errors.js'
import { type InterfaceRow, native } from '../native.js'
import { IFF_BROADCAST, IFF_POINTOPOINT } from '../tables/flags.js'
import { decodeInternet } from './resolver.js'

/**
 * The index of an interface: if_nametoindex(3).
 * @example if_nametoindex('lo') // 1
 * @throws SocketError ENODEV
 */
export function if_nametoindex(name: string): number {
  return checked(native.if_nametoindex(string(name, 'name')), 'if_nametoindex')
}

const longest = 64

/**
 * The name of an interface: if_indextoname(3).
 * @example if_indextoname(1) // lo
 * @throws SocketError ENXIO
 */
export function if_indextoname(index: number): string {
  const name = Buffer.alloc(longest)
  const length = checked(native.if_indextoname(uint32(index, 'index'), name), 'if_indextoname')
  return name.toString('utf8', 0, length)
}

/**
 * All interfaces: if_nameindex(3).
 * @example for (const { index, name } of if_nameindex()) console.log(index, name)
 */
export function if_nameindex(): { index: number; name: string }[] {
  const flat = native.if_nameindex()
  if (typeof flat === 'number') throw systemError(flat, 'if_nameindex')
  const found: { index: number; name: string }[] = []
  for (let i = 0; i < flat.length; i += 2) found.push({ index: Number(flat[i]), name: String(flat[i + 1]) })
  return found
}

/** getifaddrs(3): one address of an interface; without `address` for an interface that has none. */
export interface InterfaceAddress {
  name: string
  index: number
  /** IFF_* */
  flags: number
  /** The hardware address. Linux. */
  mac?: string
  address?: SockaddrIn | SockaddrIn6
  netmask?: SockaddrIn | SockaddrIn6
  broadcast?: SockaddrIn | SockaddrIn6
  /** The other end of a point-to-point link. */
  destination?: SockaddrIn | SockaddrIn6
}

interface Hardware {
  readonly index: number
  readonly mac: string | undefined
}

function hardwareOf([, , bytes]: InterfaceRow): Hardware | undefined {
  const address = bytes === null ? undefined : decodeSockaddr(bytes)
  return address?.family === 'AF_PACKET' ? { index: address.ifindex, mac: address.address } : undefined
}

/** The third address of a row is one of two, and on Linux may also be the interface's own. */
function otherOf([, flags, own, netmask, other]: InterfaceRow): Pick<InterfaceAddress, 'broadcast' | 'destination'> {
  const address = decodeInternet(other)
  if (address === undefined || (own !== null && other?.equals(own))) return {}
  const single = decodeInternet(netmask)?.address === '255.255.255.255'
  if (single || address.family === 'AF_INET6' || (flags & IFF_POINTOPOINT) !== 0) return { destination: address }
  return (flags & IFF_BROADCAST) !== 0 ? { broadcast: address } : {}
}

/**
 * The internet addresses of all interfaces, each with its interface's index, flags (IFF_*) and hardware address; and
 * the interfaces that have no address: getifaddrs(3).
 * @example
 * for (const { name, address, flags } of getifaddrs())
 *   if (address !== undefined && (flags & IFF_UP) !== 0) console.log(name, address.address)
 */
export function getifaddrs(): InterfaceAddress[] {
  const rows = native.getifaddrs()
  if (typeof rows === 'number') throw systemError(rows, 'getifaddrs')
  const hardware = new Map<string, Hardware>()
  for (const row of rows) {
    const found = hardwareOf(row)
    if (found !== undefined) hardware.set(row[0], found)
  }
  const addressed = new Set<string>()
  const found: InterfaceAddress[] = []
  const add = (row: InterfaceRow, addresses: Partial<InterfaceAddress>): void => {
    const [name, flags] = row
    // A name may be an address's label: that is its interface's, and after a colon its own.
    const [device = name] = name.split(':')
    const { index = native.if_nametoindex(device), mac } = hardware.get(device) ?? {}
    addressed.add(device)
    found.push({ name, index: Math.max(index, 0), flags, ...(mac !== undefined && { mac }), ...addresses })
  }
  for (const row of rows) {
    const address = decodeInternet(row[2])
    const netmask = decodeInternet(row[3])
    if (address !== undefined) add(row, { address, ...(netmask !== undefined && { netmask }), ...otherOf(row) })
  }
  for (const row of rows) if (!addressed.has(row[0]) && decodeInternet(row[2]) === undefined) add(row, {})
  return found
}
