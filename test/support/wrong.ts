// Every kind of wrong argument; and every exported function with arguments that are right but for a closed descriptor.
import * as main from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

type Act = (...given: never[]) => unknown

function detached<T extends NodeJS.ArrayBufferView>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
  return view
}

function resizable(): ArrayBuffer & { resize(length: number): void } {
  return Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }])
}

function shrunk<T>(viewOf: (buffer: ArrayBuffer) => T): T {
  const buffer = resizable()
  const view = viewOf(buffer)
  buffer.resize(0)
  return view
}

function closedSocket(): main.Socket {
  const socket = new main.Socket('AF_INET', 'SOCK_DGRAM')
  socket.close()
  return socket
}

/** None of these is a descriptor that may be open. */
export const wrong: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  '-1': () => -1,
  '1.5': () => 1.5,
  '2 ** 31': () => 2 ** 31,
  '2 ** 32': () => 2 ** 32,
  '2 ** 53': () => 2 ** 53,
  Infinity: () => Number.POSITIVE_INFINITY,
  'a boolean': () => true,
  'a bigint': () => 1n,
  'an empty string': () => '',
  'a string': () => 'wrong \0\ud800',
  __proto__name: () => '__proto__',
  'a symbol': () => Symbol('wrong'),
  'a function': () => () => 1,
  'an object': () => ({}),
  'an object without prototype': () => Object.create(null),
  'an array': () => [],
  'an array with a hole': () => new Array(1),
  'an array of null': () => [null],
  'a Date': () => new Date(0),
  'an invalid Date': () => new Date(Number.NaN),
  'a Map': () => new Map(),
  'a detached Buffer': () => detached(Buffer.from(new ArrayBuffer(8))),
  'a detached DataView': () => detached(new DataView(new ArrayBuffer(8))),
  'a shared view': () => new Uint8Array(new SharedArrayBuffer(8)),
  'a shared DataView': () => new DataView(new SharedArrayBuffer(8)),
  'a bare ArrayBuffer': () => new ArrayBuffer(8),
  'a bare SharedArrayBuffer': () => new SharedArrayBuffer(8),
  'a resizable view': () => new Uint8Array(resizable()),
  'a view out of its buffer': () => shrunk(buffer => new Uint8Array(buffer, 4, 4)),
  'a DataView out of its buffer': () => shrunk(buffer => new DataView(buffer, 4, 4)),
  'a view of bigints': () => new BigInt64Array(1),
  'a Proxy of an object': () => new Proxy({}, {}),
  'a Proxy of an array': () => new Proxy([], {}),
  'a Proxy of a Buffer': () => new Proxy(Buffer.alloc(8), {}),
  'a Proxy of a DataView': () => new Proxy(new DataView(new ArrayBuffer(8)), {}),
  'a closed Socket': closedSocket,
  'an option token': () => main.SO_KEEPALIVE,
  'a false AbortSignal': () => ({ signal: { aborted: false, addEventListener: 1 } }),
  'a frozen entry': () => [Object.freeze({ fd: -1, events: 0 })],
}

export interface Called {
  act: Act
  right: readonly unknown[]
  /** Gives back what a call made. */
  free?: (made: never) => void
}

const closed = 1_000_000
const loopback = { family: 'AF_INET', address: '127.0.0.1', port: 9 } as const
const byte = Buffer.alloc(1)

export const addresses: Readonly<Record<string, Called>> = {
  decodeSockaddr: { act: main.decodeSockaddr, right: [Buffer.alloc(16)] },
  encodeSockaddr: { act: main.encodeSockaddr, right: [loopback] },
  formatSockaddr: { act: main.formatSockaddr, right: [loopback] },
  parseSockaddr: { act: main.parseSockaddr, right: ['127.0.0.1:9'] },
  getifaddrs: { act: main.getifaddrs, right: [] },
  if_indextoname: { act: main.if_indextoname, right: [1] },
  if_nameindex: { act: main.if_nameindex, right: [] },
  if_nametoindex: { act: main.if_nametoindex, right: ['lo'] },
  inet_ntop: { act: main.inet_ntop, right: ['AF_INET', Buffer.alloc(4)] },
  inet_pton: { act: main.inet_pton, right: ['AF_INET', '127.0.0.1'] },
}

/** Promises. What is no numeric address is not looked up. */
export const lookups: Readonly<Record<string, Called>> = {
  getaddrinfo: { act: main.getaddrinfo, right: ['127.0.0.1', 80, { flags: main.AI_NUMERICHOST }] },
  getnameinfo: { act: main.getnameinfo, right: [loopback, main.NI_NUMERICHOST] },
}

export const classes: Readonly<Record<string, Called>> = {
  Socket: {
    act: (...given) => Reflect.construct(main.Socket, given),
    right: ['AF_INET', 'SOCK_DGRAM', 0],
    free: (made: main.Socket) => made.close(),
  },
  'Socket.pair': {
    act: (...given) => Reflect.apply(main.Socket.pair, main.Socket, given),
    right: ['SOCK_DGRAM', 0],
    free: (made: main.Socket[]) => made.map(socket => socket.close()),
  },
  MessageBatch: {
    act: (...given) => Reflect.construct(main.MessageBatch, given),
    right: [{ domain: 'AF_INET', count: 2, size: 10, control: true }],
  },
  'Socket.from': { act: (...given) => Reflect.apply(main.Socket.from, main.Socket, given), right: [closed] },
  SocketError: {
    act: (...given) => Reflect.construct(main.SocketError, given),
    right: [{ code: 'EPERM', errno: -1, message: 'x' }],
  },
  'SocketError.fromErrno': {
    act: (...given) => Reflect.apply(main.SocketError.fromErrno, main.SocketError, given),
    right: [-1, 'socket'],
  },
}

export const calls: Readonly<Record<string, Called>> = {
  socket: { act: posix.socket, right: ['AF_INET', 'SOCK_DGRAM', 0, 0], free: (fd: number) => posix.close(fd) },
  socketpair: {
    act: posix.socketpair,
    right: ['AF_UNIX', 'SOCK_DGRAM', 0, 0],
    free: (fds: number[]) => fds.forEach(posix.close),
  },
  bind: { act: posix.bind, right: [closed, loopback] },
  listen: { act: posix.listen, right: [closed, 1] },
  accept: { act: posix.accept, right: [closed] },
  accept4: { act: posix.accept4, right: [closed, 0] },
  connect: { act: posix.connect, right: [closed, loopback] },
  send: { act: posix.send, right: [closed, byte, 0] },
  sendto: { act: posix.sendto, right: [closed, byte, 0, loopback] },
  recv: { act: posix.recv, right: [closed, byte, 0] },
  recvfrom: { act: posix.recvfrom, right: [closed, byte, 0] },
  sendmsg: { act: posix.sendmsg, right: [closed, { data: byte, address: loopback, control: [] }, 0] },
  sendmmsg: { act: posix.sendmmsg, right: [closed, new main.MessageBatch({ count: 1, size: 1 }), 0, 0] },
  recvmmsg: { act: posix.recvmmsg, right: [closed, new main.MessageBatch({ count: 1, size: 1 }), 0] },
  sendfile: { act: posix.sendfile, right: [closed, closed, 0, 1] },
  recvmsg: { act: posix.recvmsg, right: [closed, [byte], 0, { rights: false }] },
  shutdown: { act: posix.shutdown, right: [closed, 2] },
  close: { act: posix.close, right: [closed] },
  getsockname: { act: posix.getsockname, right: [closed] },
  getpeername: { act: posix.getpeername, right: [closed] },
  getsockopt: { act: posix.getsockopt, right: [closed, posix.SO_TYPE] },
  'getsockopt by number': { act: posix.getsockopt, right: [closed, 1, 3, 4] },
  setsockopt: { act: posix.setsockopt, right: [closed, posix.SO_REUSEADDR, true] },
  'setsockopt by number': { act: posix.setsockopt, right: [closed, 1, 2, 1] },
  sockatmark: { act: posix.sockatmark, right: [closed] },
  poll: { act: posix.poll, right: [[{ fd: closed, events: 1 }], 0] },
  fcntl: { act: posix.fcntl, right: [closed, 'F_SETFL', 0] },
  dup: { act: posix.dup, right: [closed] },
  dup2: { act: posix.dup2, right: [closed, closed + 1] },
  ioctl: { act: posix.ioctl, right: [closed, posix.FIONREAD, Buffer.alloc(4)] },
  htonl: { act: posix.htonl, right: [1] },
  htons: { act: posix.htons, right: [1] },
  ntohl: { act: posix.ntohl, right: [1] },
  ntohs: { act: posix.ntohs, right: [1] },
  inet_addr: { act: posix.inet_addr, right: ['127.0.0.1'] },
  inet_ntoa: { act: posix.inet_ntoa, right: [1] },
  getaddrinfo: { act: posix.getaddrinfo, right: ['127.0.0.1', 80, { flags: posix.AI_NUMERICHOST }] },
  getnameinfo: { act: posix.getnameinfo, right: [loopback, posix.NI_NUMERICHOST] },
  gai_strerror: { act: posix.gai_strerror, right: ['EAI_NONAME'] },
  getservbyname: { act: posix.getservbyname, right: ['http', 'tcp'] },
  getservbyport: { act: posix.getservbyport, right: [80, 'tcp'] },
  getprotobyname: { act: posix.getprotobyname, right: ['tcp'] },
  getprotobynumber: { act: posix.getprotobynumber, right: [6] },
  gethostname: { act: posix.gethostname, right: [] },
}

/** The right arguments with each of the wrong ones in each place; and wrong ones in all places, one too many, none. */
export function* spoilt(right: readonly unknown[]): Generator<{ given: unknown[]; name: string }> {
  yield { given: [], name: '()' }
  for (const [name, make] of Object.entries(wrong)) {
    for (const place of right.keys())
      yield { given: right.with(place, make()), name: `${name} as argument ${place + 1}` }
    yield { given: right.map(make), name: `${name} everywhere` }
    yield { given: [...right, make()], name: `${name} at the end` }
  }
}

/** A SocketError, or one of Node's errors with its code. */
export function isTyped(error: unknown): boolean {
  if (error instanceof main.SocketError) return /^E[A-Z0-9_]+$/.test(error.code)
  if (!(error instanceof TypeError || error instanceof RangeError) || !('code' in error)) return false
  return /^ERR_[A-Z_]+$/.test(String(error.code))
}
