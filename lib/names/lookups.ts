// The lookups of codec/lookups.ts, as the system answers them. Imported for that effect.
import { networkInterfaces } from 'node:os'
import { inet_ntop, inet_pton } from '../address/numeric.js'
import { decodeSockaddr, encodeSockaddr } from '../address/sockaddr.js'
import { provideLookups } from '../codec/lookups.js'
import { ownError } from '../errors.js'
import { provideSockaddrs } from '../tables/options/sockaddr.js'
import { if_indextoname, if_nametoindex } from './interfaces.js'

provideSockaddrs({ encode: encodeSockaddr, decode: decodeSockaddr })

provideLookups({
  parse: (family, text) => inet_pton(family, text) ?? undefined,
  format: inet_ntop,
  sockaddr(address, port) {
    if (inet_pton('AF_INET', address) !== null) return encodeSockaddr({ family: 'AF_INET', address, port })
    const [plain = ''] = address.split('%')
    if (inet_pton('AF_INET6', plain) !== null) return encodeSockaddr({ family: 'AF_INET6', address, port })
    return undefined
  },
  addressIn(bytes) {
    const decoded = decodeSockaddr(bytes)
    return 'address' in decoded && decoded.address !== undefined ? decoded.address : ''
  },
  interfaceIndex: if_nametoindex,
  interfaceAddress(given) {
    const name = typeof given === 'number' ? if_indextoname(given) : given
    const found = networkInterfaces()[name]?.find(({ family }) => family === 'IPv4')
    if (found !== undefined) return found.address
    if_nametoindex(name)
    throw ownError('EADDRNOTAVAIL', `the interface ${name} has no IPv4 address, by which this option names it`)
  },
})
