// Descriptors that a test opens with bsd-sockets/posix: whatever it leaves open is closed at its end.

import type { SocketType } from 'bsd-sockets/posix'
import { accept, bind, close, connect, getsockname, listen, socket, socketpair } from 'bsd-sockets/posix'

const open = new Set<number>()

export function opened(fd: number): number {
  open.add(fd)
  return fd
}

/** close(2), now. */
export function closeNow(fd: number): void {
  open.delete(fd)
  close(fd)
}

/** For afterEach. */
export function closeOpened(): void {
  for (const fd of open) closeNow(fd)
}

const loopback = { family: 'AF_INET', address: '127.0.0.1', port: 0 } as const

/** A socket bound to a free port of 127.0.0.1, and its address. */
export function bound(type: SocketType): { fd: number; address: { family: 'AF_INET'; address: string; port: number } } {
  const fd = opened(socket('AF_INET', type))
  bind(fd, loopback)
  const address = getsockname(fd)
  if (address.family !== 'AF_INET') throw new Error('not AF_INET')
  return { fd, address }
}

/** Two ends of a TCP connection. */
export function connected(): { client: number; server: number } {
  const { fd, address } = bound('SOCK_STREAM')
  listen(fd, 1)
  const client = opened(socket('AF_INET', 'SOCK_STREAM'))
  connect(client, address)
  return { client, server: opened(accept(fd).fd) }
}

export function pair(type: SocketType): [number, number] {
  const [one, other] = socketpair('AF_UNIX', type)
  return [opened(one), opened(other)]
}

/** struct timeval: what SO_RCVTIMEO and SO_SNDTIMEO take. */
export function timeval(milliseconds: number): Buffer {
  const value = new BigInt64Array([BigInt(Math.floor(milliseconds / 1000)), BigInt((milliseconds % 1000) * 1000)])
  return Buffer.from(value.buffer)
}
