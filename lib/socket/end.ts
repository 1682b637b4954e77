// Where receiving ends. A stream ends by zero bytes, and so does SOCK_SEQPACKET. A socket of datagrams that was shut down
// for reading gives nothing at once to who blocks in C, but to a call that does not block EAGAIN, as if more could come.
import type { SocketType } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE } from '../tables/flags.js'
import type { Handle } from './handle.js'

/** A receive that found the end of datagrams. */
export const OVER = Symbol('over')

/** Whether an EAGAIN says that. */
export function isOver(handle: Handle, flags: number): boolean {
  return handle.isShutForReading && (flags & (MSG_ERRQUEUE | MSG_DONTWAIT)) === 0
}

const ends = new WeakSet<Uint8Array>()

/** What is received then: no bytes, and known for the end, which an empty datagram is not. */
export function endOfData(): NonSharedBuffer {
  const data = Buffer.alloc(0)
  ends.add(data)
  return data
}

/** Whether what was received ends a loop, or a stream. */
export function isEnd(data: Uint8Array, type: SocketType): boolean {
  return data.length === 0 && (type === 'SOCK_STREAM' || type === 'SOCK_SEQPACKET' || ends.has(data))
}
