// The descriptors that this process has open: /proc/self/fd.
import { readdirSync, readlinkSync } from 'node:fs'

/** How many; the one that reads the folder not counted. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length - 1
}

/** How many of them are sockets. */
export function openSockets(): number {
  return readdirSync('/proc/self/fd').filter(fd => target(fd).startsWith('socket:')).length
}

function target(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
