// SocketError: what a failed system call, and a cancelled operation, become.
import { integer, isAttached, object, string } from './codec/arguments.js'
import { eais } from './tables/eai.js'
import { errno, errnos } from './tables/errnos.js'
import { type Failure, hintFor } from './tables/hints.js'

/** What an error tells besides its code. */
export interface SocketErrorDetails {
  readonly address?: string | undefined
  readonly port?: number | undefined
  readonly path?: string | undefined
  readonly dest?: string | undefined
  readonly bytesSent?: number | undefined
  readonly bytesReceived?: number | undefined
  readonly messagesSent?: number | undefined
  readonly data?: NonSharedBuffer | undefined
  readonly hostname?: string | undefined
}

const mostErrno = 4095

/**
 * A failed system call, or an operation that the library ended itself (then `syscall` is undefined): errno(3).
 * Tell them apart by `code`, the C name: `if (error.code === 'ECONNREFUSED')`.
 * @example
 * try {
 *   await socket.connect({ address: '127.0.0.1', port: 9 }, { timeout: 1000 })
 * } catch (error) {
 *   if (!(error instanceof SocketError)) throw error
 *   console.log(error.code, error.syscall, error.address, error.port) // ECONNREFUSED connect 127.0.0.1 9
 * }
 */
export class SocketError extends Error {
  /** The C name: 'ECONNREFUSED'. */
  readonly code: string
  /** The number, negative as Node's. */
  readonly errno: number
  /** The system call that failed; undefined for the library's own ETIMEDOUT, ECANCELED, EBADF and ENAMETOOLONG. */
  readonly syscall: string | undefined
  /** The internet address of a bind, connect or sendto. */
  declare readonly address?: string
  /** The port of a bind, connect or sendto. */
  declare readonly port?: number
  /** The path of an AF_UNIX bind, connect or sendto; an abstract name starts with NUL. */
  declare readonly path?: string
  /** The second path of a call that has two. */
  declare readonly dest?: string
  /** How much of a `sendall` had been handed to the kernel. */
  declare readonly bytesSent?: number
  /** How much of a MSG_WAITALL had been received. */
  declare readonly bytesReceived?: number
  /** How many messages of a batch had been sent. */
  declare readonly messagesSent?: number
  /** What a MSG_WAITALL had received, in the form that takes a size. */
  declare readonly data?: NonSharedBuffer
  /** The host name that did not resolve. */
  declare readonly hostname?: string

  /** @internal */
  constructor(code: string, errno: number, syscall: string | undefined, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.errno = errno
    this.syscall = syscall
  }

  /**
   * The error of a negative errno, as the library would throw it: strerrorname_np(3).
   * @example console.log(SocketError.fromErrno(-111, 'connect').message) // connect ECONNREFUSED
   */
  static fromErrno(errno: number, syscall?: string): SocketError {
    const call = syscall === undefined ? undefined : string(syscall, 'syscall')
    return systemError(integer(errno, 'errno', -mostErrno, -1), call)
  }
}
Object.defineProperty(SocketError.prototype, 'name', { value: 'SocketError', configurable: true, writable: true })

/** Where a call was going to: an address as it was given. */
export type Target = object

interface Context extends SocketErrorDetails {
  readonly domain?: string | number | undefined
  readonly type?: string | number | undefined
  readonly protocol?: number | undefined
  readonly target?: Target | undefined
  /** What the call was about, where that is no address. */
  readonly subject?: string | undefined
}

function pathOf(path: unknown): string | undefined {
  if (!ArrayBuffer.isView(path)) return typeof path === 'string' ? path : undefined
  return isAttached(path) ? Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString() : undefined
}

function namesOf(target: Target): SocketErrorDetails {
  const { address, port, path } = object(target, 'address')
  return {
    ...(typeof address === 'string' && { address }),
    ...(typeof port === 'number' && { port }),
    path: pathOf(path),
  }
}

function placeOf({ address, port, path }: SocketErrorDetails): string {
  if (path) return ` ${path.replaceAll('\0', '@')}`
  if (address === undefined) return ''
  const host = address.includes(':') ? `[${address}]` : address
  return port === undefined ? ` ${address}` : ` ${host}:${port}`
}

/** The error of a system call that answered `-errno`. */
export function systemError(errno: number, syscall: string | undefined, context: Context = {}): SocketError {
  const name = errnos.nameOf(-errno)
  return failed(typeof name === 'string' ? name : `Unknown system error ${errno}`, errno, syscall, context)
}

/** The error of a resolver that answered an EAI_* number; `errno` (positive) counts where that is EAI_SYSTEM. */
export function resolverError(eai: number, errno: number, syscall: string, context: Context): SocketError {
  const name = eais.nameOf(eai)
  if (name === 'EAI_SYSTEM' && errno > 0) return systemError(-errno, syscall, context)
  return failed(typeof name === 'string' ? name : `Unknown resolver error ${eai}`, -Math.abs(eai), syscall, context)
}

function failed(code: string, errno: number, syscall: string | undefined, context: Context): SocketError {
  const { domain, type, protocol, target, subject, ...details } = context
  const names = target === undefined ? {} : namesOf(target)
  const failure: Failure = { code, syscall: syscall ?? '', domain, type, protocol, port: names.port }
  const hint = hintFor(failure)
  const message = `${syscall === undefined ? '' : `${syscall} `}${code}${subject === undefined ? placeOf(names) : ` ${subject}`}${hint === undefined ? '' : `: ${hint}`}`
  return withDetails(new SocketError(code, errno, syscall, message), { ...names, ...details })
}

function withDetails(error: SocketError, details: SocketErrorDetails): SocketError {
  for (const [name, value] of Object.entries(details)) if (value !== undefined) Object.assign(error, { [name]: value })
  return error
}

/** An error of the library's own: no system call made it. */
export function ownError(
  code: string,
  text: string,
  details: SocketErrorDetails = {},
  options?: ErrorOptions,
): SocketError {
  const errno = -(errnos.numberOf(code) ?? 0)
  return withDetails(new SocketError(code, errno, undefined, `${code}: ${text}`, options), details)
}

/** The answer of a system call, or its error thrown. */
export function checked(result: number, syscall: string, context?: Context): number {
  if (result < 0) throw systemError(result, syscall, context)
  return result
}

const EAGAIN = errno('EAGAIN')

/**
 * The error of a transfer that answered `-errno`, to be thrown right where it was called. Who polls descriptors meets
 * EAGAIN all the time and looks only at its code: so that one has no stack, which costs ten times the system call.
 */
export function transferError(errno: number, syscall: string, target?: Target): SocketError {
  if (errno !== EAGAIN) return systemError(errno, syscall, { target })
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const error = new SocketError('EAGAIN', EAGAIN, syscall, `${syscall} EAGAIN`)
  Error.stackTraceLimit = limit
  return error
}
