// Options of SOL_XDP: AF_XDP sockets. Linux.
import { intCodec, u32Codec } from '../../codec/scalar.js'
import { readOnly, writeOnly } from './option.js'
import { mmapOffsetsCodec, umemReg, xdpStatistics } from './values.js'

const xdp = 'SOL_XDP'

/** How many descriptors one send takes in copy mode. Linux. */
export const XDP_MAX_TX_SKB_BUDGET = writeOnly(xdp, 'XDP_MAX_TX_SKB_BUDGET', intCodec, 9)
/** Where a ring has its producer, consumer, descriptors and flags. Linux. */
export const XDP_MMAP_OFFSETS = readOnly(xdp, 'XDP_MMAP_OFFSETS', mmapOffsetsCodec)
/** XDP_OPTIONS_*: 1 where the device sends and receives without copying. Linux. */
export const XDP_OPTIONS = readOnly(xdp, 'XDP_OPTIONS', u32Codec)
/** How many descriptors the receive ring has. Linux. */
export const XDP_RX_RING = writeOnly(xdp, 'XDP_RX_RING', intCodec)
/** Drops and errors. Linux. */
export const XDP_STATISTICS = readOnly(xdp, 'XDP_STATISTICS', xdpStatistics)
/** How many descriptors the transmit ring has. Linux. */
export const XDP_TX_RING = writeOnly(xdp, 'XDP_TX_RING', intCodec)
/** How many descriptors the completion ring has. Linux. */
export const XDP_UMEM_COMPLETION_RING = writeOnly(xdp, 'XDP_UMEM_COMPLETION_RING', intCodec)
/** How many descriptors the fill ring has. Linux. */
export const XDP_UMEM_FILL_RING = writeOnly(xdp, 'XDP_UMEM_FILL_RING', intCodec)
/** The memory that packets lie in. Linux. */
export const XDP_UMEM_REG = writeOnly(xdp, 'XDP_UMEM_REG', umemReg)
