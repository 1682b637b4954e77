// Socket activation: the descriptors that a service manager opened for this process, sd_listen_fds(3).

import { isMainThread } from 'node:worker_threads'

const firstDescriptor = 3

export interface Inherited {
  readonly name: string
  readonly fd: number
}

/** Takes LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES out of the environment; what they say, if it is said to this process. */
export function takeInherited(): Inherited[] {
  // Descriptors are the process's, and every thread has the environment: one thread alone may take them.
  if (!isMainThread) return []
  const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES = '' } = process.env
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES']) delete process.env[name]
  if (LISTEN_FDS === undefined || Number(LISTEN_PID) !== process.pid || !/^\d{1,6}$/.test(LISTEN_FDS)) return []
  const names = LISTEN_FDNAMES.split(':')
  return Array.from({ length: Number(LISTEN_FDS) }, (_, i) => ({
    name: names[i] || 'unknown',
    fd: firstDescriptor + i,
  }))
}
