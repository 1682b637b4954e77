// Options of SOL_NETLINK: netlink(7). Linux.
import { boolCodec, intCodec, intsCodec } from '../../codec/scalar.js'
import { option, readOnly, writeOnly } from './option.js'

const netlink = 'SOL_NETLINK'

/** Joins a group. netlink(7). Linux. */
export const NETLINK_ADD_MEMBERSHIP = writeOnly(netlink, 'NETLINK_ADD_MEMBERSHIP', intCodec)
/** Let a broadcast tell that this socket missed it. netlink(7). Linux. */
export const NETLINK_BROADCAST_ERROR = option(netlink, 'NETLINK_BROADCAST_ERROR', boolCodec)
/** Leave the request out of the acknowledgement. netlink(7). Linux. */
export const NETLINK_CAP_ACK = option(netlink, 'NETLINK_CAP_ACK', boolCodec)
/** Leaves a group. netlink(7). Linux. */
export const NETLINK_DROP_MEMBERSHIP = writeOnly(netlink, 'NETLINK_DROP_MEMBERSHIP', intCodec)
/** Let acknowledgements say more than a number. netlink(7). Linux. */
export const NETLINK_EXT_ACK = option(netlink, 'NETLINK_EXT_ACK', boolCodec)
/** Let the kernel check the header of dump requests. netlink(7). Linux. */
export const NETLINK_GET_STRICT_CHK = option(netlink, 'NETLINK_GET_STRICT_CHK', boolCodec)
/** Receive from all network namespaces that have an id here. Needs CAP_NET_BROADCAST. netlink(7). Linux. */
export const NETLINK_LISTEN_ALL_NSID = option(netlink, 'NETLINK_LISTEN_ALL_NSID', boolCodec)
/** The groups that were joined, as bits in words. netlink(7). Linux. */
export const NETLINK_LIST_MEMBERSHIPS = readOnly(netlink, 'NETLINK_LIST_MEMBERSHIPS', intsCodec)
/** Drop silently where the buffer is full. netlink(7). Linux. */
export const NETLINK_NO_ENOBUFS = option(netlink, 'NETLINK_NO_ENOBUFS', boolCodec)
/** Receive NETLINK_PKTINFO, the group, with each message. netlink(7). Linux. */
export const NETLINK_PKTINFO = option(netlink, 'NETLINK_PKTINFO', boolCodec)
