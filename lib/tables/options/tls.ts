// Options of SOL_TLS: the kernel's TLS, after TCP_ULP was set to 'tls'. Linux.
import { boolCodec, intCodec } from '../../codec/scalar.js'
import { tlsCodec } from '../../codec/tls.js'
import { option } from './option.js'

const tls = 'SOL_TLS'

/** The keys of what is received. Linux. */
export const TLS_RX = option(tls, 'TLS_RX', tlsCodec)
/** Expect records without padding: TLS 1.3. Linux. */
export const TLS_RX_EXPECT_NO_PAD = option(tls, 'TLS_RX_EXPECT_NO_PAD', boolCodec, 4)
/** The keys of what is sent. Linux. */
export const TLS_TX = option(tls, 'TLS_TX', tlsCodec)
/** The most bytes of a record. Linux. */
export const TLS_TX_MAX_PAYLOAD_LEN = option(tls, 'TLS_TX_MAX_PAYLOAD_LEN', intCodec, 5)
/** Let sendfile to a device that encrypts do so without copying. Linux. */
export const TLS_TX_ZEROCOPY_RO = option(tls, 'TLS_TX_ZEROCOPY_RO', boolCodec, 3)
