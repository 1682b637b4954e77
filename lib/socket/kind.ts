// What a socket is: domain, type and protocol, from arguments or read back from the kernel.
import { INT_MAX, integer, invalidType, invalidValue } from '../codec/arguments.js'
import { ownError } from '../errors.js'
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
  readonly numbers: { readonly domain: number; readonly type: number }
}

// Above the types come SOCK_NONBLOCK and SOCK_CLOEXEC, which belong into flags.
const mostType = 15

export function domainOf(value: unknown): { name: Domain; number: number } {
  if (typeof value === 'number') return { name: domains.nameOf(integer(value, 'domain', 0, 0xffff)), number: value }
  if (typeof value !== 'string') throw invalidType('domain', "a name such as 'AF_INET', or a number", value)
  if (!isDomainName(value)) throw invalidValue('domain', "a name such as 'AF_INET', or a number", value)
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

export function askedKind(domain: unknown, type: unknown, protocol: unknown): Asked {
  const asked = { domain: domainOf(domain), type: typeOf(type) }
  return {
    kind: { domain: asked.domain.name, type: asked.type.name, protocol: integer(protocol, 'protocol', 0, INT_MAX) },
    numbers: { domain: asked.domain.number, type: asked.type.number },
  }
}

/** What an open descriptor is. Throws EBADF, ENOTSOCK. */
export function kindOf(fd: number): Kind {
  const type = getOption(fd, SO_TYPE)
  return { domain: getOption(fd, SO_DOMAIN), type, protocol: getOption(fd, SO_PROTOCOL) }
}
