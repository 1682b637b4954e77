// What both entry points give: constants, tokens, addresses, errors, types.
export { decodeSockaddr, encodeSockaddr } from './address/sockaddr.js'
export { formatSockaddr, parseSockaddr } from './address/text.js'
export type * from './address/types.js'
export type * from './control/types.js'
export { SocketError } from './errors.js'
export type { InterfaceAddress } from './names/interfaces.js'
export type { Addrinfo, AddrinfoHints, Nameinfo } from './names/resolver.js'
export { type BatchMessage, MessageBatch } from './socket/batch.js'
export type { DatagramOptions } from './socket/message.js'
export {
  AF_ALG,
  AF_BLUETOOTH,
  AF_CAN,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_QIPCRTR,
  AF_TIPC,
  AF_UNIX,
  AF_UNSPEC,
  AF_VSOCK,
  AF_XDP,
  type Domain,
  type DomainName,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_RDM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type SocketType,
} from './tables/families.js'
export * from './tables/flags.js'
export * from './tables/options/index.js'
export type {
  OptionToken,
  OptionValue,
  QueryOption,
  ReadableOption,
  ReadOnly,
  SocketOption,
  WritableOption,
  WriteOnly,
} from './tables/options/option.js'
