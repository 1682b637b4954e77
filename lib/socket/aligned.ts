// Memory that the kernel copies to and from quickly.
import { native } from '../native.js'

const line = 64

/**
 * Zeroes that begin with a cache line. malloc(3) puts what it maps 16 bytes into a page, and the kernel's copy to there
 * takes a third longer.
 */
export function alignedBuffer(size: number): NonSharedBuffer {
  const memory = Buffer.alloc(size + line - 1)
  const begin = (line - native.lineOffset(memory)) % line
  return memory.subarray(begin, begin + size)
}
