// What a socket is: domain, type and protocol, from arguments or read back from the kernel.
import { htons } from '../address/numeric.js'
import { slot, takeAddress } from '../address/slot.js'
import { INT_MAX, integer, invalidType, invalidValue, uint16 } from '../codec/arguments.js'
import { checked, ownError } from '../errors.js'
import { native } from '../native.js'
import {
  type Domain,
  domains,
  isDomainName,
  isSocketTypeName,
  type SocketType,
  socketTypes,
} from '../tables/families.js'
import { SO_DOMAIN, SO_PROTOCOL, SO_TYPE } from '../tables/options/socket.js'
import type { Kind } from './handle.js'
import { getOption } from './options.js'

/** The arguments of socket(2): as names, and as the numbers that the kernel takes. */
export interface Asked {
  readonly kind: Kind
  readonly numbers: { readonly domain: number; readonly type: number; readonly protocol: number }
}

// Above the types come SOCK_NONBLOCK and SOCK_CLOEXEC, which belong into flags.
const mostType = 15

export function domainOf(value: unknown, argument = 'domain'): { name: Domain; number: number } {
  if (typeof value === 'number') return { name: domains.nameOf(integer(value, argument, 0, 0xffff)), number: value }
  if (typeof value !== 'string') throw invalidType(argument, "a name such as 'AF_INET', or a number", value)
  if (!isDomainName(value)) throw invalidValue(argument, "a name such as 'AF_INET', or a number", value)
  const number = domains.numberOf(value)
  if (number === undefined) throw ownError('EAFNOSUPPORT', `this system lacks ${value}`)
  return { name: value, number }
}

function typeOf(value: unknown): { name: SocketType; number: number } {
  if (typeof value === 'number') return { name: socketTypes.nameOf(integer(value, 'type', 0, mostType)), number: value }
  if (typeof value !== 'string') throw invalidType('type', "a name such as 'SOCK_STREAM', or a number", value)
  if (!isSocketTypeName(value)) throw invalidValue('type', "a name such as 'SOCK_STREAM', or a number", value)
  const number = socketTypes.numberOf(value)
  if (number === undefined) throw ownError('ESOCKTNOSUPPORT', `this system lacks ${value}`)
  return { name: value, number }
}

/** ETH_P_* are in network order where AF_PACKET takes them; nowhere here. */
function protocolNumber(domain: Domain, protocol: number): number {
  return domain === 'AF_PACKET' ? htons(uint16(protocol, 'protocol')) : protocol
}

export function askedKind(domain: unknown, type: unknown, protocol: unknown): Asked {
  const asked = { domain: domainOf(domain), type: typeOf(type), protocol: integer(protocol, 'protocol', 0, INT_MAX) }
  const kind = { domain: asked.domain.name, type: asked.type.name, protocol: asked.protocol }
  const number = protocolNumber(kind.domain, kind.protocol)
  return { kind, numbers: { domain: asked.domain.number, type: asked.type.number, protocol: number } }
}

/** The domain of a descriptor; where the kernel does not tell it, that of its local address. */
export function domainOfDescriptor(fd: number): Domain {
  if (SO_DOMAIN.supported) return getOption(() => fd, SO_DOMAIN)
  checked(native.getsockname(fd, slot), 'getsockname')
  return takeAddress()?.family ?? 0
}

/** What an open descriptor is. Throws EBADF, ENOTSOCK. */
export function kindOf(fd: number): Kind {
  const type = getOption(() => fd, SO_TYPE)
  const domain = domainOfDescriptor(fd)
  const protocol = SO_PROTOCOL.supported ? getOption(() => fd, SO_PROTOCOL) : 0
  return { domain, type, protocol: protocolNumber(domain, protocol) }
}

/** Whether a descriptor is that of a socket. */
export function isSocket(fd: number): boolean {
  return SO_TYPE.number !== undefined && native.getsockopt(fd, SO_TYPE.level, SO_TYPE.number, Buffer.alloc(4)) >= 0
}
