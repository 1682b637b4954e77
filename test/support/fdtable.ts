// The descriptors that a process has open: /proc/self/fd.
import { readdirSync, readlinkSync } from 'node:fs'

/** How many; the one that reads the folder not counted. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length - 1
}

/** How many of them are sockets. */
export function openSockets(): number {
  return targets('self').filter(target => target.startsWith('socket:')).length
}

/** What they are; of one that is closed meanwhile ''. */
export function targets(pid: number | 'self'): string[] {
  return readdirSync(`/proc/${pid}/fd`).map(fd => target(`/proc/${pid}/fd/${fd}`))
}

function target(link: string): string {
  try {
    return readlinkSync(link)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
