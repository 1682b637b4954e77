// Options of SOL_MPTCP. Linux.
import { mptcpAddressesCodec, mptcpInfo, mptcpTcpInfoCodec } from '../../codec/mptcp.js'
import { bytesCodec } from '../../codec/scalar.js'
import { readOnly } from './option.js'

const mptcp = 'SOL_MPTCP'

/** struct mptcp_full_info, as bytes. Its pointers make it no use from here but for its counts. Linux. */
export const MPTCP_FULL_INFO = readOnly(mptcp, 'MPTCP_FULL_INFO', bytesCodec(4096), 4)
/** What MPTCP knows of the connection. Linux. */
export const MPTCP_INFO = readOnly(mptcp, 'MPTCP_INFO', mptcpInfo, 1)
/** The addresses of each subflow. Linux. */
export const MPTCP_SUBFLOW_ADDRS = readOnly(mptcp, 'MPTCP_SUBFLOW_ADDRS', mptcpAddressesCodec, 3)
/** The TCP_INFO of each subflow. Linux. */
export const MPTCP_TCPINFO = readOnly(mptcp, 'MPTCP_TCPINFO', mptcpTcpInfoCodec, 2)
