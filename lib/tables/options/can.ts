// Options of SOL_CAN_RAW: raw sockets of AF_CAN. Linux.
import { boolCodec, bytesCodec, u32Codec } from '../../codec/scalar.js'
import { option } from './option.js'
import { canFiltersCodec } from './values.js'

const can = 'SOL_CAN_RAW'

/** The error classes that are received: CAN_ERR_*, or-ed. Linux. */
export const CAN_RAW_ERR_FILTER = option(can, 'CAN_RAW_ERR_FILTER', u32Codec, 2)
/** Take and send CAN FD frames. Linux. */
export const CAN_RAW_FD_FRAMES = option(can, 'CAN_RAW_FD_FRAMES', boolCodec, 5)
/** The identifiers that are received; [] for none. Linux. */
export const CAN_RAW_FILTER = option(can, 'CAN_RAW_FILTER', canFiltersCodec, 1)
/** A frame has to pass all filters. Linux. */
export const CAN_RAW_JOIN_FILTERS = option(can, 'CAN_RAW_JOIN_FILTERS', boolCodec, 6)
/** Whether other sockets of this host receive what is sent. Linux. */
export const CAN_RAW_LOOPBACK = option(can, 'CAN_RAW_LOOPBACK', boolCodec, 3)
/** Receive what this socket sent. Linux. */
export const CAN_RAW_RECV_OWN_MSGS = option(can, 'CAN_RAW_RECV_OWN_MSGS', boolCodec, 4)
/** Take and send CAN XL frames. Linux. */
export const CAN_RAW_XL_FRAMES = option(can, 'CAN_RAW_XL_FRAMES', boolCodec, 7)
/** struct can_raw_vcid_options, as bytes. Linux. */
export const CAN_RAW_XL_VCID_OPTS = option(can, 'CAN_RAW_XL_VCID_OPTS', bytesCodec(4), 8)
