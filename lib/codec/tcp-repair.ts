// What TCP is told of a connection's keys and, while it is under repair, of its options.
import { bytes as bytesOf, integer, invalidType, invalidValue, object, uint8, uint32 } from './arguments.js'
import { interfaceIndex, sockaddrBytes } from './lookups.js'
import { type Codec, int, unread } from './scalar.js'
import { littleEndian, struct, viewOf } from './struct.js'

/** struct tcp_md5sig: the key for a peer; an empty key takes it away. */
export interface TcpMd5Signature {
  address: string
  /** Up to 80 bytes. */
  key: NodeJS.ArrayBufferView
  /** TCP_MD5SIG_EXT only: the key is for every address of this prefix. */
  prefixLength?: number
  /** TCP_MD5SIG_EXT only: the key is for one interface. */
  interface?: string | number
}
/** struct tcp_repair_opt: an option of the SYN, by its code (TCPOPT_*). */
export interface TcpRepairOption {
  code: number
  value: number
}

const md5sig = struct(
  'tcp_md5sig',
  ['tcpm_addr', 'tcpm_flags', 'tcpm_prefixlen', 'tcpm_keylen', 'tcpm_ifindex', 'tcpm_key'],
  'TCP_MD5SIG_EXT',
)
const PREFIX = 1
const IFINDEX = 2
const mostKey = 80

/** struct tcp_md5sig */
export const md5sigCodec: Codec<never, TcpMd5Signature> = {
  type: 'TcpMd5Signature',
  size: md5sig.size,
  decode: unread,
  encode(value, name) {
    const { address, key: keyGiven, prefixLength, interface: device } = object(value, name)
    const key = bytesOf(keyGiven, `${name}.key`)
    if (key.length > mostKey) throw invalidValue(`${name}.key`, `at most ${mostKey} bytes`, keyGiven)
    const bytes = Buffer.alloc(md5sig.size)
    const view = viewOf(bytes)
    bytes.set(sockaddrBytes(address, `${name}.address`), md5sig.at.tcpm_addr)
    const flags = (prefixLength === undefined ? 0 : PREFIX) | (device === undefined ? 0 : IFINDEX)
    view.setUint8(md5sig.at.tcpm_flags, flags)
    if (prefixLength !== undefined)
      view.setUint8(md5sig.at.tcpm_prefixlen, integer(prefixLength, `${name}.prefixLength`, 0, 128))
    view.setUint16(md5sig.at.tcpm_keylen, key.length, littleEndian)
    view.setInt32(md5sig.at.tcpm_ifindex, interfaceIndex(device, `${name}.interface`), littleEndian)
    bytes.set(key, md5sig.at.tcpm_key)
    return bytes
  },
}

/** struct tcp_repair_opt[] */
export const repairOptionsCodec: Codec<never, readonly TcpRepairOption[]> = {
  type: 'TcpRepairOption[]',
  size: 0,
  decode: unread,
  encode(value, name) {
    if (!Array.isArray(value)) throw invalidType(name, 'an array of TCP options', value)
    return int(
      ...value.flatMap((one, i) => {
        const { code, value: content } = object(one, `${name}[${i}]`)
        return [uint8(code, `${name}[${i}].code`), uint32(content, `${name}[${i}].value`) | 0]
      }),
    )
  },
}
