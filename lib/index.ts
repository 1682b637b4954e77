/// <reference types="node" preserve="true" />
/**
 * Sockets with promises, typed addresses and options. The C functions are in {@link "bsd-sockets/posix" | bsd-sockets/posix}.
 * @module bsd-sockets
 */
import './native.js'

export { inet_ntop, inet_pton } from './address/numeric.js'
export * from './exports.js'
export { getifaddrs, if_indextoname, if_nameindex, if_nametoindex } from './names/interfaces.js'
export { getaddrinfo, getnameinfo } from './names/pool.js'
export type { BatchSendOptions } from './socket/batches.js'
export type { SizedWait } from './socket/iterate.js'
export type { ReceivedDescriptors, RecvmsgOptions, SendOptions } from './socket/message.js'
export type { Wait } from './socket/operation.js'
export type { Datagram, DatagramInto } from './socket/receive.js'
export { type Accepted, Socket } from './socket/socket.js'
export type { TransferOptions } from './socket/transfer.js'
