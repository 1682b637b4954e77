// Options of AF_VSOCK: vsock(7). Linux.
import { boolCodec, intCodec, timevalCodec, u64Codec } from '../../codec/scalar.js'
import { option, readOnly, writeOnly } from './option.js'

const vsock = 'AF_VSOCK'

/** The most that SO_VM_SOCKETS_BUFFER_SIZE can be, in bytes. vsock(7). Linux. */
export const SO_VM_SOCKETS_BUFFER_MAX_SIZE = option(vsock, 'SO_VM_SOCKETS_BUFFER_MAX_SIZE', u64Codec)
/** The least that SO_VM_SOCKETS_BUFFER_SIZE can be, in bytes. vsock(7). Linux. */
export const SO_VM_SOCKETS_BUFFER_MIN_SIZE = option(vsock, 'SO_VM_SOCKETS_BUFFER_MIN_SIZE', u64Codec)
/** The buffer in bytes. vsock(7). Linux. */
export const SO_VM_SOCKETS_BUFFER_SIZE = option(vsock, 'SO_VM_SOCKETS_BUFFER_SIZE', u64Codec)
/** Milliseconds that connect waits. vsock(7). Linux. */
export const SO_VM_SOCKETS_CONNECT_TIMEOUT = option(vsock, 'SO_VM_SOCKETS_CONNECT_TIMEOUT', timevalCodec)
/** Never block in receive paths: VMCI in the kernel only. vsock(7). Linux. */
export const SO_VM_SOCKETS_NONBLOCK_TXRX = writeOnly(vsock, 'SO_VM_SOCKETS_NONBLOCK_TXRX', boolCodec)
/** The host's id of the virtual machine at the other end: VMCI only. vsock(7). Linux. */
export const SO_VM_SOCKETS_PEER_HOST_VM_ID = readOnly(vsock, 'SO_VM_SOCKETS_PEER_HOST_VM_ID', intCodec)
/** Whether the peer is trusted: VMCI only. vsock(7). Linux. */
export const SO_VM_SOCKETS_TRUSTED = readOnly(vsock, 'SO_VM_SOCKETS_TRUSTED', boolCodec)
/** Queue errors and zero-copy completions: the error queue of AF_VSOCK. vsock(7). Linux. */
export const VSOCK_RECVERR = option('SOL_VSOCK', 'VSOCK_RECVERR', boolCodec, 1)
