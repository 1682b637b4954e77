// getaddrinfo(3) and getnameinfo(3), synchronous; and what is common with pool.ts: questions checked, answers decoded.
import { decodeSockaddr, encodeSockaddr, isInternetAddress } from '../address/sockaddr.js'
import type { Sockaddr, SockaddrIn, SockaddrIn6 } from '../address/types.js'
import { INT_MAX, int32, integer, invalidType, invalidValue, name, object, uint16 } from '../codec/arguments.js'
import { resolverError, type SocketError } from '../errors.js'
import { type AddressRow, type NameRow, native, type Outcome } from '../native.js'
import { eais } from '../tables/eai.js'
import { domains, isDomainName, isSocketTypeName, type SocketType, socketTypes } from '../tables/families.js'

/** getaddrinfo(3): which addresses are wanted; what is left out is any. */
export interface AddrinfoHints {
  /** AF_UNSPEC: both. */
  family?: 'AF_UNSPEC' | 'AF_INET' | 'AF_INET6' | undefined
  type?: SocketType | undefined
  /** IPPROTO_* */
  protocol?: number | undefined
  /** AI_* */
  flags?: number | undefined
}

/** getaddrinfo(3): one answer. `domain`, `type` and `protocol` of a socket are the first three. */
export interface Addrinfo {
  family: 'AF_INET' | 'AF_INET6'
  type: SocketType
  /** IPPROTO_* */
  protocol: number
  /** As connect and bind take it, with the port of the service. */
  address: SockaddrIn | SockaddrIn6
  /** With AI_CANONNAME, in the first answer. */
  canonname?: string
}

/** getnameinfo(3): names, or numbers where there is no name. */
export interface Nameinfo {
  host: string
  service: string
}

export interface AddressQuestion {
  readonly node: string | null
  readonly service: string | null
  readonly hints: Int32Array
}

export interface NameQuestion {
  readonly address: Sockaddr
  readonly bytes: NonSharedBuffer
  readonly flags: number
}

function familyOf(value: unknown): number {
  if (value === undefined || value === 'AF_UNSPEC') return 0
  if (typeof value === 'number') return integer(value, 'hints.family', 0, 0xffff)
  const number = isDomainName(value) ? domains.numberOf(value) : undefined
  if (number === undefined) throw invalidValue('hints.family', "'AF_UNSPEC', 'AF_INET' or 'AF_INET6'", value)
  return number
}

function typeOf(value: unknown): number {
  if (value === undefined) return 0
  if (typeof value === 'number') return integer(value, 'hints.type', 0, INT_MAX)
  const number = isSocketTypeName(value) ? socketTypes.numberOf(value) : undefined
  if (number === undefined) throw invalidValue('hints.type', "a name such as 'SOCK_STREAM', or a number", value)
  return number
}

function serviceOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'number' ? String(uint16(value, 'service')) : name(value, 'service')
}

function nodeOf(value: unknown): string | null {
  if (value !== null && typeof value !== 'string') throw invalidType('node', 'a string or null', value)
  return value === null ? null : name(value, 'node')
}

export function addressQuestion(node: unknown, service: unknown, hints: unknown): AddressQuestion {
  const { flags = 0, family, type, protocol = 0 } = object(hints, 'hints')
  const numbers = [
    integer(flags, 'hints.flags', 0, INT_MAX),
    familyOf(family),
    typeOf(type),
    integer(protocol, 'hints.protocol', 0, INT_MAX),
  ]
  return { node: nodeOf(node), service: serviceOf(service), hints: Int32Array.from(numbers) }
}

export function nameQuestion(address: Sockaddr, flags: unknown): NameQuestion {
  return { address, bytes: encodeSockaddr(address), flags: integer(flags, 'flags', 0, INT_MAX) }
}

export function addressError({ node, service }: AddressQuestion, eai: number, errno: number): SocketError {
  const details = node === null ? {} : { hostname: node }
  return resolverError(eai, errno, 'getaddrinfo', { subject: node ?? service ?? undefined, ...details })
}

/** Bytes that the system calls an internet address, if they are one. */
export function decodeInternet(bytes: NonSharedBuffer | null): SockaddrIn | SockaddrIn6 | undefined {
  const address = bytes === null ? undefined : decodeSockaddr(bytes)
  return address !== undefined && isInternetAddress(address) ? address : undefined
}

function addrinfoOf([type, protocol, bytes, canonname]: AddressRow): Addrinfo[] {
  const address = decodeInternet(bytes)
  if (address === undefined) return []
  const found = { family: address.family, type: socketTypes.nameOf(type), protocol, address }
  return [canonname === null ? found : { ...found, canonname }]
}

export function addressesOf(question: AddressQuestion, [eai, errno, ...rows]: Outcome<AddressRow>): Addrinfo[] {
  if (eai !== 0) throw addressError(question, eai, errno)
  return rows.flatMap(addrinfoOf)
}

export function namesOf({ address }: NameQuestion, [eai, errno, row]: Outcome<NameRow>): Nameinfo {
  if (eai !== 0 || row === undefined) throw resolverError(eai, errno, 'getnameinfo', { target: address })
  const [host, service] = row
  return { host, service }
}

/**
 * The addresses of a host and of a service, best first: getaddrinfo(3). Blocks while the network is asked. A `node` of
 * null is this host: its loopback addresses, or with AI_PASSIVE any address to bind to. `service` is a name, or a port.
 * Without `hints.type` each address comes once for each socket type.
 * @example const [first] = getaddrinfo('localhost', 80, { type: SOCK_STREAM })
 * @throws SocketError EAI_NONAME, EAI_AGAIN, EAI_SERVICE, EAI_FAMILY …, with `hostname`
 */
export function getaddrinfo(
  node: string | null,
  service: string | number | null = null,
  hints: AddrinfoHints = {},
): Addrinfo[] {
  const question = addressQuestion(node, service, hints)
  return addressesOf(question, native.getaddrinfo(question.node, question.service, question.hints))
}

/**
 * The names of an address and of its port: getnameinfo(3). Blocks while the network is asked. `flags` are NI_*.
 * @example const { host, service } = getnameinfo({ family: AF_INET, address: '127.0.0.1', port: 80 }, NI_NUMERICSERV)
 * @throws SocketError EAI_NONAME with NI_NAMEREQD, EAI_FAMILY for a family that has no names
 */
export function getnameinfo(address: Sockaddr, flags = 0): Nameinfo {
  const question = nameQuestion(address, flags)
  return namesOf(question, native.getnameinfo(question.bytes, question.flags))
}

const areNegative = (eais.numberOf('EAI_NONAME') ?? 0) < 0

/**
 * What an error of the resolver means: gai_strerror(3). Its `code` or `errno`.
 * @example gai_strerror('EAI_NONAME') // Name or service not known
 */
export function gai_strerror(code: string | number): string {
  if (typeof code !== 'string' && typeof code !== 'number') throw invalidType('code', 'a string or a number', code)
  const number = typeof code === 'string' ? eais.numberOf(code) : int32(code, 'code')
  if (number === undefined) throw invalidValue('code', "the name of an error such as 'EAI_NONAME'", code)
  return native.gai_strerror(areNegative ? number : Math.abs(number))
}
