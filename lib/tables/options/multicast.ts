// Multicast options of IPPROTO_IP: ip(7). MCAST_* take IPv6 groups too, at the level of IPv6.
import {
  groupFilterCodec,
  groupReqCodec,
  groupSourceReqCodec,
  ipMreqnCodec,
  ipMreqSourceCodec,
  ipMsfilterCodec,
  type Membership,
  multicastInterfaceCodec,
  type SourceFilter,
} from '../../codec/membership.js'
import { boolCodec, intCodec } from '../../codec/scalar.js'
import { option, query, writeOnly } from './option.js'

const ip = 'IPPROTO_IP'

/** Joins a group. ip(7). Linux, macOS, BSD. */
export const IP_ADD_MEMBERSHIP = writeOnly(ip, 'IP_ADD_MEMBERSHIP', ipMreqnCodec)
/** Joins a group, as one source sends to it. ip(7). Linux, macOS, BSD. */
export const IP_ADD_SOURCE_MEMBERSHIP = writeOnly(ip, 'IP_ADD_SOURCE_MEMBERSHIP', ipMreqSourceCodec)
/** Keeps a source of a joined group out. ip(7). Linux, macOS, BSD. */
export const IP_BLOCK_SOURCE = writeOnly(ip, 'IP_BLOCK_SOURCE', ipMreqSourceCodec)
/** Leaves a group. ip(7). Linux, macOS, BSD. */
export const IP_DROP_MEMBERSHIP = writeOnly(ip, 'IP_DROP_MEMBERSHIP', ipMreqnCodec)
/** Leaves a source of a group. ip(7). Linux, macOS, BSD. */
export const IP_DROP_SOURCE_MEMBERSHIP = writeOnly(ip, 'IP_DROP_SOURCE_MEMBERSHIP', ipMreqSourceCodec)
/** The sources of a joined group: the whole filter. 64 sources are read at most. ip(7). Linux, macOS, BSD. */
export const IP_MSFILTER = query<Membership, SourceFilter>(ip, 'IP_MSFILTER', ipMsfilterCodec)
/** Receive what any socket's groups bring, not only this one's; on by default. ip(7). Linux. */
export const IP_MULTICAST_ALL = option(ip, 'IP_MULTICAST_ALL', boolCodec)
/**
 * The interface groups are sent to: set by address, name or index; reads the address, '0.0.0.0' after an index.
 * ip(7). Linux, macOS, BSD.
 */
export const IP_MULTICAST_IF = option(ip, 'IP_MULTICAST_IF', multicastInterfaceCodec)
/** Whether what is sent to a group comes back to this host. ip(7). Linux, macOS, BSD. */
export const IP_MULTICAST_LOOP = option(ip, 'IP_MULTICAST_LOOP', boolCodec)
/** The time to live of what is sent to groups, 0 to 255; -1 for 1. ip(7). Linux, macOS, BSD. */
export const IP_MULTICAST_TTL = option(ip, 'IP_MULTICAST_TTL', intCodec)
/** Lets a source of a joined group in again. ip(7). Linux, macOS, BSD. */
export const IP_UNBLOCK_SOURCE = writeOnly(ip, 'IP_UNBLOCK_SOURCE', ipMreqSourceCodec)
/** Keeps a source of a joined group out. ip(7). Linux, macOS, BSD. */
export const MCAST_BLOCK_SOURCE = writeOnly(ip, 'MCAST_BLOCK_SOURCE', groupSourceReqCodec)
/** Joins a group. ip(7). Linux, macOS, BSD. */
export const MCAST_JOIN_GROUP = writeOnly(ip, 'MCAST_JOIN_GROUP', groupReqCodec)
/** Joins a group, as one source sends to it. ip(7). Linux, macOS, BSD. */
export const MCAST_JOIN_SOURCE_GROUP = writeOnly(ip, 'MCAST_JOIN_SOURCE_GROUP', groupSourceReqCodec)
/** Leaves a group. ip(7). Linux, macOS, BSD. */
export const MCAST_LEAVE_GROUP = writeOnly(ip, 'MCAST_LEAVE_GROUP', groupReqCodec)
/** Leaves a source of a group. ip(7). Linux, macOS, BSD. */
export const MCAST_LEAVE_SOURCE_GROUP = writeOnly(ip, 'MCAST_LEAVE_SOURCE_GROUP', groupSourceReqCodec)
/** The sources of a joined group: the whole filter. 64 sources are read at most. ip(7). Linux, macOS, BSD. */
export const MCAST_MSFILTER = query<Membership, SourceFilter>(ip, 'MCAST_MSFILTER', groupFilterCodec)
/** Lets a source of a joined group in again. ip(7). Linux, macOS, BSD. */
export const MCAST_UNBLOCK_SOURCE = writeOnly(ip, 'MCAST_UNBLOCK_SOURCE', groupSourceReqCodec)
