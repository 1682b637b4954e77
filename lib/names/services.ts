// The databases of services and protocols, getservent(3) and getprotoent(3), and the host's name. The calls block while
// the files are read.
import { int32, name, uint16 } from '../codec/arguments.js'
import { checked, systemError } from '../errors.js'
import { native, type ProtocolRow, type ServiceRow } from '../native.js'

/** struct servent. `port` in host order. */
export interface Service {
  name: string
  aliases: string[]
  port: number
  /** As getprotobyname(3) takes it: 'tcp'. */
  protocol: string
}

/** struct protoent. `number` is what socket(2) takes. */
export interface Protocol {
  name: string
  aliases: string[]
  number: number
}

function serviceOf(row: ServiceRow | number, syscall: string): Service | null {
  if (typeof row === 'number') return none(row, syscall)
  const [name, port, protocol, ...aliases] = row
  return { name, aliases, port, protocol }
}

function protocolOf(row: ProtocolRow | number, syscall: string): Protocol | null {
  if (typeof row === 'number') return none(row, syscall)
  const [name, number, ...aliases] = row
  return { name, aliases, number }
}

function none(result: number, syscall: string): null {
  if (result < 0) throw systemError(result, syscall)
  return null
}

function protocolName(value: unknown): string | null {
  return value === undefined ? null : name(value, 'protocol')
}

/**
 * A service by its name or an alias, of any protocol where none is named: getservbyname(3). Null where there is none.
 * @example getservbyname('http', 'tcp') // { name: 'http', aliases: ['www'], port: 80, protocol: 'tcp' }
 */
export function getservbyname(service: string, protocol?: string): Service | null {
  return serviceOf(native.getserv(name(service, 'name'), protocolName(protocol)), 'getservbyname')
}

/**
 * A service by its port, in host order: getservbyport(3). Null where there is none.
 * @example getservbyport(443, 'tcp')?.name // https
 */
export function getservbyport(port: number, protocol?: string): Service | null {
  return serviceOf(native.getserv(uint16(port, 'port'), protocolName(protocol)), 'getservbyport')
}

/**
 * A protocol by its name or an alias: getprotobyname(3). Null where there is none.
 * @example getprotobyname('icmp')?.number // 1
 */
export function getprotobyname(protocol: string): Protocol | null {
  return protocolOf(native.getproto(name(protocol, 'name')), 'getprotobyname')
}

/**
 * A protocol by its number: getprotobynumber(3). Null where there is none.
 * @example getprotobynumber(6)?.name // tcp
 */
export function getprotobynumber(number: number): Protocol | null {
  return protocolOf(native.getproto(int32(number, 'number')), 'getprotobynumber')
}

const longestHostName = 256

/**
 * The name of this host: gethostname(2).
 * @example console.log(gethostname())
 */
export function gethostname(): string {
  const into = Buffer.alloc(longestHostName)
  const length = checked(native.gethostname(into), 'gethostname')
  return into.toString('utf8', 0, length)
}
