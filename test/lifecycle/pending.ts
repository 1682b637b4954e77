// Every operation that may wait, brought to where it does.
import { setImmediate as turn } from 'node:timers/promises'
import {
  AF_INET,
  AF_UNIX,
  MSG_WAITALL,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  type SocketType,
  type Wait,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

/** An operation on `socket` that waits; `others` are at the other ends. */
export interface Pending {
  socket: Socket
  others: readonly Socket[]
  start(wait?: Wait): Promise<unknown>
  /** Lets it finish. */
  satisfy?(): void
}

const byte = Buffer.from('x')

export function ignored(): void {
  // what comes of it is of no interest
}

export function fill(socket: Socket, size = 4096): void {
  while (socket.trySend(Buffer.alloc(size)) !== undefined);
}

export function drain(socket: Socket): void {
  while (socket.tryRecv(65_536) !== undefined);
}

/** Until an operation has taken all that has arrived. */
export async function taken({ fd }: Socket): Promise<void> {
  const unread = Int32Array.of(1)
  for (; unread[0] !== 0; await turn()) posix.ioctl(fd, posix.FIONREAD, unread)
}

function pair(type: SocketType): [Socket, Socket] {
  const [one, other] = Socket.pair(type)
  one.setsockopt(SO_SNDBUF, 16_384)
  other.setsockopt(SO_SNDBUF, 16_384)
  return [one, other]
}

function receiving(type: SocketType, start: (socket: Socket, wait?: Wait) => Promise<unknown>): () => Pending {
  return () => {
    const [other, socket] = pair(type)
    return { socket, others: [other], start: wait => start(socket, wait), satisfy: () => void other.trySend(byte) }
  }
}

function sending(type: SocketType, start: (socket: Socket, wait?: Wait) => Promise<unknown>): () => Pending {
  return () => {
    const [other, socket] = pair(type)
    fill(socket)
    return { socket, others: [other], start: wait => start(socket, wait), satisfy: () => drain(other) }
  }
}

export const receives: Record<string, () => Pending> = {
  recv: receiving(SOCK_STREAM, (socket, wait) => socket.recv(10, wait)),
  'recv into a view': receiving(SOCK_STREAM, (socket, wait) => socket.recv(Buffer.alloc(10), wait)),
  'recv of a datagram': receiving(SOCK_DGRAM, (socket, wait) => socket.recv(10, wait)),
  'recv of a packet': receiving(SOCK_SEQPACKET, (socket, wait) => socket.recv(10, wait)),
  'recv with MSG_WAITALL': receiving(SOCK_STREAM, (socket, wait) => socket.recv(1, { ...wait, flags: MSG_WAITALL })),
  recvfrom: receiving(SOCK_DGRAM, (socket, wait) => socket.recvfrom(10, wait)),
  'recvfrom into a view': receiving(SOCK_DGRAM, (socket, wait) => socket.recvfrom(Buffer.alloc(10), wait)),
  readable: receiving(SOCK_STREAM, (socket, wait) => socket.readable(wait)),
}

export const sends: Record<string, () => Pending> = {
  send: sending(SOCK_STREAM, (socket, wait) => socket.send(byte, wait)),
  'send of a datagram': sending(SOCK_DGRAM, (socket, wait) => socket.send(byte, wait)),
  'send of a packet': sending(SOCK_SEQPACKET, (socket, wait) => socket.send(byte, wait)),
  sendall: sending(SOCK_STREAM, (socket, wait) => socket.sendall(byte, wait)),
  'sendall of several views': sending(SOCK_STREAM, (socket, wait) => socket.sendall([byte, byte], wait)),
  writable: sending(SOCK_STREAM, (socket, wait) => socket.writable(wait)),
  sendto() {
    const other = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' })
    const socket = new Socket(AF_UNIX, SOCK_DGRAM)
    const address = other.getsockname()
    while (socket.trySendto(byte, address) !== undefined);
    return { socket, others: [other], start: wait => socket.sendto(byte, address, wait), satisfy: () => drain(other) }
  },
}

export const connects: Record<string, () => Pending> = {
  accept() {
    const socket = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
    const other = new Socket(AF_INET, SOCK_STREAM)
    const address = socket.getsockname()
    return {
      socket,
      others: [other],
      start: wait => socket.accept(wait).then(({ socket }) => socket.close()),
      satisfy: () => void other.connect(address).catch(ignored),
    }
  },
  'connect to a listener of AF_UNIX whose queue is full'() {
    const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen(0)
    const address = listener.getsockname()
    const first = new Socket(AF_UNIX, SOCK_STREAM)
    void first.connect(address).catch(ignored)
    const socket = new Socket(AF_UNIX, SOCK_STREAM)
    return {
      socket,
      others: [listener, first],
      start: wait => socket.connect(address, wait),
      satisfy: () => listener.tryAccept()?.socket.close(),
    }
  },
}

/** Nothing but time lets it finish. */
const stuck: Record<string, () => Pending> = {
  'connect to a listener of TCP whose queue is full'() {
    const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen(0)
    const address = listener.getsockname()
    const first = new Socket(AF_INET, SOCK_STREAM)
    void first.connect(address).catch(ignored)
    const socket = new Socket(AF_INET, SOCK_STREAM)
    return { socket, others: [listener, first], start: wait => socket.connect(address, wait) }
  },
}

/** The iterators: each step is one operation. */
export const steps: Record<string, () => Pending> = {
  'connections()'() {
    const socket = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
    return { socket, others: [], start: wait => socket.connections(wait)[Symbol.asyncIterator]().next() }
  },
  'datagrams()': receiving(SOCK_DGRAM, (socket, wait) => socket.datagrams(wait)[Symbol.asyncIterator]().next()),
  'chunks()': receiving(SOCK_STREAM, (socket, wait) => socket.chunks(wait)[Symbol.asyncIterator]().next()),
}

export const satisfiable = { ...receives, ...sends, ...connects }
export const operations = { ...satisfiable, ...stuck }
