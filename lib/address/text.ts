// Addresses as one line of text: '127.0.0.1:80', '[fe80::1%eth0]:80', 'unix:/run/x.sock', 'unix:@abstract'.
import { isIP } from 'node:net'
import { invalidValue, string } from '../codec/arguments.js'
import { decodeSockaddr, encodeSockaddr, families, isInternetAddress } from './sockaddr.js'
import type { Sockaddr, SockaddrIn, SockaddrIn6, SockaddrUn } from './types.js'
import { parseUnix } from './unix.js'

const inetText = /^(?<address>[^:[\]]+):(?<port>\d{1,5})$/
const inet6Text = /^\[(?<address>[^[\]]+)\]:(?<port>\d{1,5})(\?flowinfo=(?<flowinfo>\d{1,10}))?$/

/**
 * The address that a text names; the reverse of `formatSockaddr`. A host name is refused: see getaddrinfo(3).
 * In 'unix:…' a leading '@' is the NUL of an abstract name, and %XX a byte.
 * @example parseSockaddr('[::1]:80') // { family: 'AF_INET6', address: '::1', port: 80, flowinfo: 0, scopeId: 0 }
 * @throws TypeError ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE; SocketError ENAMETOOLONG
 */
export function parseSockaddr(text: string): SockaddrIn | SockaddrIn6 | SockaddrUn {
  const given = string(text, 'text')
  if (given.startsWith('unix:')) return parseUnix(given.slice('unix:'.length))
  const found = inet6Text.exec(given) ?? inetText.exec(given)
  const { address = '', port, flowinfo = '0' } = found?.groups ?? {}
  if (port === undefined) throw invalidValue('text', "'address:port', '[address]:port' or 'unix:path'", text)
  // Node knows fewer names of interfaces than the kernel.
  if (isIP(address.replace(/%.*/, '')) === 0)
    throw invalidValue('text', 'with a numeric address: getaddrinfo(3) finds those of a name', text)
  const named: Sockaddr = given.startsWith('[')
    ? { family: 'AF_INET6', address, port: Number(port), flowinfo: Number(flowinfo) }
    : { family: 'AF_INET', address, port: Number(port) }
  const canonical = decodeSockaddr(encodeSockaddr(named))
  if (isInternetAddress(canonical)) return canonical
  throw invalidValue('text', 'an internet address', text)
}

/**
 * An address as one line of text, for logs: '127.0.0.1:80', '[fe80::1%2]:80', 'unix:/run/x.sock', 'unix:@abstract'.
 * `parseSockaddr` takes the first three families back.
 * @example console.log(formatSockaddr({ family: AF_UNIX, path: '\0name' })) // unix:@name
 * @throws TypeError, RangeError where it is no address
 */
export function formatSockaddr(address: Sockaddr): string {
  const canonical = decodeSockaddr(encodeSockaddr(address))
  switch (canonical.family) {
    case 'AF_UNIX':
      return families.AF_UNIX.format(canonical)
    case 'AF_INET':
      return families.AF_INET.format(canonical)
    case 'AF_INET6':
      return families.AF_INET6.format(canonical)
    case 'AF_PACKET':
      return families.AF_PACKET.format(canonical)
    case 'AF_NETLINK':
      return families.AF_NETLINK.format(canonical)
    case 'AF_VSOCK':
      return families.AF_VSOCK.format(canonical)
    case 'AF_ALG':
      return families.AF_ALG.format(canonical)
    case 'AF_BLUETOOTH':
      return families.AF_BLUETOOTH.format(canonical)
    case 'AF_CAN':
      return families.AF_CAN.format(canonical)
    case 'AF_QIPCRTR':
      return families.AF_QIPCRTR.format(canonical)
    case 'AF_TIPC':
      return families.AF_TIPC.format(canonical)
    case 'AF_XDP':
      return families.AF_XDP.format(canonical)
    default:
      return `family ${canonical.family}: ${canonical.data.toString('hex')}`
  }
}
