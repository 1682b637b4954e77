// Options of SOL_SOCKET: socket(7).
import { invalidValue } from '../../codec/arguments.js'
import { boolCodec, type Codec, intAt, intCodec, lingerCodec } from '../../codec/scalar.js'
import { errnos } from '../errnos.js'
import { type Domain, domains, type SocketType, socketTypes } from '../families.js'
import { option, readOnly } from './option.js'

function named<Name extends string | number | null>(nameOf: (value: number) => Name): Codec<Name, never> {
  return {
    size: 4,
    decode: bytes => nameOf(intAt(bytes)),
    encode: (value, name) => {
      throw invalidValue(name, 'left alone: the option is read-only', value)
    },
  }
}

const sol = 'SOL_SOCKET'

/** Whether `listen` was called. socket(7). Linux, macOS, BSD. */
export const SO_ACCEPTCONN = readOnly(sol, 'SO_ACCEPTCONN', boolCodec)
/** Allow sending to broadcast addresses. socket(7). Linux, macOS, BSD. */
export const SO_BROADCAST = option(sol, 'SO_BROADCAST', boolCodec)
/** The domain, as socket(2) was called with it. socket(7). Linux. */
export const SO_DOMAIN = readOnly<Domain>(
  sol,
  'SO_DOMAIN',
  named(value => domains.nameOf(value)),
)
/** The pending error's name, or null; reading clears it. socket(7). Linux, macOS, BSD. */
export const SO_ERROR = readOnly<string | null>(
  sol,
  'SO_ERROR',
  named(value => (value === 0 ? null : String(errnos.nameOf(value)))),
)
/** Probe an idle connection; see TCP_KEEPIDLE. socket(7). Linux, macOS, BSD. */
export const SO_KEEPALIVE = option(sol, 'SO_KEEPALIVE', boolCodec)
/**
 * How long close(2) waits for unsent data: seconds (0 resets the connection), or null: it does not wait. socket(7).
 * On Linux `close()` blocks the thread for that long. Linux, macOS, BSD.
 */
export const SO_LINGER = option(sol, 'SO_LINGER', lingerCodec)
/** Leave out-of-band data in the stream. socket(7). Linux, macOS, BSD. */
export const SO_OOBINLINE = option(sol, 'SO_OOBINLINE', boolCodec)
/** The protocol, as socket(2) chose it. socket(7). Linux. */
export const SO_PROTOCOL = readOnly<number>(sol, 'SO_PROTOCOL', intCodec)
/** The receive buffer in bytes; Linux doubles what is set and reads back the double. socket(7). Linux, macOS, BSD. */
export const SO_RCVBUF = option(sol, 'SO_RCVBUF', intCodec)
/** Let `bind` take an address that old connections still use. socket(7). Linux, macOS, BSD. */
export const SO_REUSEADDR = option(sol, 'SO_REUSEADDR', boolCodec)
/** Let several sockets bind the same address and share what arrives. socket(7). Linux, macOS, BSD. */
export const SO_REUSEPORT = option(sol, 'SO_REUSEPORT', boolCodec)
/** The send buffer in bytes; Linux doubles what is set and reads back the double. socket(7). Linux, macOS, BSD. */
export const SO_SNDBUF = option(sol, 'SO_SNDBUF', intCodec)
/** The socket's type. socket(7). Linux, macOS, BSD. */
export const SO_TYPE = readOnly<SocketType>(
  sol,
  'SO_TYPE',
  named(value => socketTypes.nameOf(value)),
)
