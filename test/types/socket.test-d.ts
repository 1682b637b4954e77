// What the compiler accepts and refuses: options, and moving bytes.
import {
  AF_INET,
  type Domain,
  IP_TTL,
  MSG_PEEK,
  type OptionValue,
  type ReadableOption,
  type ReadOnly,
  SHUT_WR,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  SocketError,
  type SocketOption,
  TCP_NODELAY,
  type Wait,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

const socket = new Socket(AF_INET, SOCK_STREAM)
const byte = Buffer.alloc(1)
declare const maybe: number | undefined
declare const signal: AbortSignal | undefined

export function anOptionHasItsOwnType(): void {
  socket.setsockopt(TCP_NODELAY, true).setsockopt(SO_LINGER, null).setsockopt(SO_LINGER, 3).setsockopt(IP_TTL, 1)
  const keepalive: boolean = socket.getsockopt(SO_KEEPALIVE)
  const linger: number | null = socket.getsockopt(SO_LINGER)
  const error: string | null = socket.getsockopt(SO_ERROR)
  const size: number = posix.getsockopt(3, SO_RCVBUF)
  const value: OptionValue<typeof SO_LINGER> = null
  void [keepalive, linger, error, size, value]
  // @ts-expect-error boolean, not number
  socket.setsockopt(TCP_NODELAY, 1)
  // @ts-expect-error boolean, not text
  socket.setsockopt(SO_REUSEADDR, 'true')
  // @ts-expect-error number, not boolean
  socket.setsockopt(SO_RCVBUF, true)
  // @ts-expect-error linger is seconds or null
  socket.setsockopt(SO_LINGER, true)
  // @ts-expect-error a value is needed
  socket.setsockopt(TCP_NODELAY)
  // @ts-expect-error errno name or null
  const number: number = socket.getsockopt(SO_ERROR)
  // @ts-expect-error a domain is not a socket type
  const type: 'AF_INET' = socket.getsockopt(SO_TYPE)
  // @ts-expect-error posix: the same check
  posix.setsockopt(3, TCP_NODELAY, 0)
  void [number, type]
}

export function anOptionGoesOnlyItsWay(): void {
  const readable: ReadableOption<Domain> = SO_DOMAIN
  const readOnly: ReadOnly<Domain> = SO_DOMAIN
  const both: SocketOption<boolean> = SO_KEEPALIVE
  // @ts-expect-error read-only
  socket.setsockopt(SO_TYPE, SOCK_STREAM)
  // @ts-expect-error read-only
  posix.setsockopt(3, SO_ERROR, null)
  // @ts-expect-error read-only is not read-write
  const wrong: SocketOption<Domain> = SO_DOMAIN
  void [readable, readOnly, both, wrong]
}

export function theEscapeHatchIsNumbers(): void {
  const bytes: Buffer = socket.getsockopt(6, 18, 4)
  socket.setsockopt(6, 18, 1).setsockopt(6, 18, bytes)
  // @ts-expect-error the C habit: a token knows its level
  socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, true)
  // @ts-expect-error a length is needed
  socket.getsockopt(6, 18)
  // @ts-expect-error number or bytes
  socket.setsockopt(6, 18, true)
  // @ts-expect-error a number is no token
  socket.setsockopt(1, true)
  // @ts-expect-error a token cannot be made up
  socket.getsockopt({ name: 'SO_X', level: 1, number: 1, supported: true })
}

export async function receivingGivesABufferOrACount(): Promise<void> {
  const data: Buffer = await socket.recv(10)
  const count: number = await socket.recv(data, { flags: MSG_PEEK, timeout: maybe, signal })
  const wait: Wait = { timeout: maybe, signal }
  void new Blob([await socket.recv(1, wait)])
  void [count, (await socket.recvfrom(10)).data, (await socket.recvfrom(data)).length]
  // @ts-expect-error into gives a number
  const buffer: Buffer = await socket.recv(data)
  // @ts-expect-error size gives a Buffer
  const number: number = await socket.recv(10)
  // @ts-expect-error flags are an option
  await socket.recv(10, MSG_PEEK)
  // @ts-expect-error size or view is required
  await socket.recv()
  // @ts-expect-error unknown option
  await socket.recv(10, { timeoutMs: 1 })
  // @ts-expect-error may be undefined
  void socket.tryRecv(10).length
  // @ts-expect-error a try has nothing to wait for
  socket.tryRecv(10, { timeout: 1 })
  // @ts-expect-error length with into, no data
  void (await socket.recvfrom(data)).data
  void [buffer, number]
}

export async function sendingTakesViews(): Promise<void> {
  await socket.send(new DataView(new ArrayBuffer(1)))
  const list: readonly Uint8Array[] = [byte]
  await socket.sendall(list, { timeout: 1 })
  // @ts-expect-error text has no encoding here
  await socket.send('hello')
  // @ts-expect-error a bare ArrayBuffer is not a view
  await socket.send(new ArrayBuffer(1))
  // @ts-expect-error a list is for sendall
  await socket.send([byte])
}

export function whatEndsASocket(): void {
  using ended = socket
  socket.shutdown(SHUT_WR)
  const descriptor: number = socket.detach()
  // @ts-expect-error how is required
  socket.shutdown()
  // @ts-expect-error not a SHUT_*
  socket.shutdown(3)
  // @ts-expect-error the descriptor is the socket's
  socket.fd = 5
  void [ended, descriptor]
}

export function posixKeepsTheShapesOfC(): void {
  const fds = [{ fd: 3, events: posix.POLLIN, revents: 0 }]
  const count: number = posix.poll(fds, 100)
  const [one, other]: [number, number] = posix.socketpair('AF_UNIX', 'SOCK_STREAM')
  posix.fcntl(one, posix.F_SETFL, posix.fcntl(one, posix.F_GETFL) | posix.O_NONBLOCK)
  posix.ioctl(other, posix.FIONREAD, new Int32Array(1))
  const bytes: Buffer | null = posix.inet_pton('AF_INET', '127.0.0.1')
  // @ts-expect-error F_SETFL needs flags
  posix.fcntl(0, posix.F_SETFL)
  // @ts-expect-error F_GETFL takes none
  posix.fcntl(0, posix.F_GETFL, 1)
  // @ts-expect-error an internet family
  posix.inet_pton('AF_UNIX', '/x')
  // @ts-expect-error a view, not a size
  posix.recv(3, 10)
  void [count, bytes]
}

export function anErrorTellsWhatItHas(error: unknown): string | number | undefined {
  if (!(error instanceof SocketError)) return undefined
  const { code, errno, syscall, address, port, path, bytesSent } = error
  const text: string = code
  void [text, errno, address, path, bytesSent]
  // @ts-expect-error undefined for the library's own
  void syscall.length
  // @ts-expect-error read-only
  error.code = 'EPERM'
  return port
}
