// What MPTCP tells of its subflows: struct mptcp_subflow_data, then one element for each.
import { lookups } from './lookups.js'
import { record } from './record.js'
import { type Codec, int, intAt, unwritten } from './scalar.js'
import { type TcpInfo, tcpInfoCodec } from './tcp-info.js'

const head = 16
const mostSubflows = 32

/** The elements that the kernel wrote, each as long as it says: not more than `size`, which was asked for. */
function subflows<T>(type: string, size: number, decode: (bytes: NonSharedBuffer) => T): Codec<T[], never> {
  return {
    type,
    size: head + mostSubflows * size,
    encode: unwritten,
    query: () => Buffer.concat([int(head, 0, 0, size), Buffer.alloc(mostSubflows * size)]),
    decode(bytes) {
      const count = Math.min(intAt(bytes, 1), mostSubflows)
      const length = Math.min(intAt(bytes, 3), size)
      return Array.from({ length: count }, (_, i) => decode(bytes.subarray(head + i * length, head + (i + 1) * length)))
    },
  }
}

/** struct mptcp_subflow_addrs: numeric addresses, without ports. */
export interface MptcpSubflowAddresses {
  local: string
  remote: string
}
const storage = 128

function addressIn(bytes: NonSharedBuffer): string {
  const isIPv4 = lookups().sockaddr('0.0.0.0', 0)?.subarray(0, 2).equals(bytes.subarray(0, 2)) === true
  return lookups().addressIn(bytes.subarray(0, isIPv4 ? 16 : 28))
}

export const mptcpAddressesCodec = subflows<MptcpSubflowAddresses>('MptcpSubflowAddresses[]', 2 * storage, bytes => ({
  local: addressIn(bytes.subarray(0, storage)),
  remote: addressIn(bytes.subarray(storage)),
}))
export const mptcpTcpInfoCodec = subflows<TcpInfo>('TcpInfo[]', tcpInfoCodec.size, tcpInfoCodec.decode)

export const mptcpInfo = record(
  'mptcp_info',
  'mptcpi_',
  {
    subflows: 'u8',
    add_addr_signal: 'u8',
    add_addr_accepted: 'u8',
    subflows_max: 'u8',
    add_addr_signal_max: 'u8',
    add_addr_accepted_max: 'u8',
    flags: 'u32',
    token: 'u32',
    write_seq: 'u64',
    snd_una: 'u64',
    rcv_nxt: 'u64',
    local_addr_used: 'u8',
    local_addr_max: 'u8',
    csum_enabled: 'u8',
  },
  'MPTCP_INFO_FLAG_FALLBACK',
)
