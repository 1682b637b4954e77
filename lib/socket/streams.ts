// A socket as a stream of Node, and as a pair of web streams. On a stream socket they carry bytes; on the others every
// chunk is one message.
import { Duplex } from 'node:stream'
import { ReadableStream, WritableStream } from 'node:stream/web'
import { SocketError } from '../errors.js'
import type { SocketType } from '../tables/families.js'
import { SHUT_WR } from '../tables/flags.js'
import { isEnd } from './end.js'
import type { Wait } from './operation.js'

const chunkSize = 1 << 16

/** What the streams need of a socket. */
export interface Transport {
  readonly type: SocketType
  readonly closed: boolean
  recv(size: number, options?: Wait): Promise<NonSharedBuffer>
  recv(into: NodeJS.ArrayBufferView, options?: Wait): Promise<number>
  send(data: NodeJS.ArrayBufferView, options?: Wait): Promise<number>
  sendall(data: NodeJS.ArrayBufferView | readonly NodeJS.ArrayBufferView[], options?: Wait): Promise<void>
  shutdown(how: typeof SHUT_WR): void
  close(): void
}

function carriesBytes(socket: Transport): boolean {
  return socket.type === 'SOCK_STREAM'
}

/** Tells the peer that nothing more comes, where it is still there to be told. */
function finishSending(socket: Transport): void {
  if (socket.closed || !(carriesBytes(socket) || socket.type === 'SOCK_SEQPACKET')) return
  try {
    socket.shutdown(SHUT_WR)
  } catch (error) {
    if (!(error instanceof SocketError && error.code === 'ENOTCONN')) throw error
  }
}

type Callback = (error?: Error | null) => void

// Outside of the promise: what a handler throws is an uncaught exception then, as with other streams.
function settle(promise: Promise<unknown>, callback: Callback): void {
  promise.then(
    () => process.nextTick(callback),
    (error: unknown) => process.nextTick(callback, error instanceof Error ? error : new Error(String(error))),
  )
}

export function duplexOf(socket: Transport): Duplex {
  const messages = !carriesBytes(socket)
  // Likewise; and after what a 'data' handler throws the reading goes on.
  const give = (data: NonSharedBuffer | null): void => {
    let thrown = true
    try {
      duplex.push(data)
      thrown = false
    } finally {
      if (thrown) process.nextTick(() => duplex.read(0))
    }
  }
  const duplex: Duplex = new Duplex({
    readableObjectMode: messages,
    writableObjectMode: messages,
    read() {
      socket.recv(chunkSize).then(
        data => process.nextTick(give, isEnd(data, socket.type) ? null : data),
        // A closed socket ends its stream quietly, as it ends its iterators.
        (error: unknown) => duplex.destroy(socket.closed || !(error instanceof Error) ? undefined : error),
      )
    },
    write: (chunk: NodeJS.ArrayBufferView, _encoding, callback) =>
      settle(messages ? socket.send(chunk) : socket.sendall(chunk), callback),
    ...(!messages && {
      writev: (chunks: { chunk: NodeJS.ArrayBufferView }[], callback: Callback) =>
        settle(socket.sendall(chunks.map(({ chunk }) => chunk)), callback),
    }),
    final: callback =>
      settle(
        Promise.resolve().then(() => finishSending(socket)),
        callback,
      ),
    destroy: (error, callback) => {
      socket.close()
      callback(error)
    },
  })
  return duplex
}

type Side = 'readable' | 'writable'

/** Ends a side with the failure of what it did; a side ends once, and the second one closes the socket. */
class Ends {
  readonly #open = new Set<Side>(['readable', 'writable'])

  constructor(readonly socket: Transport) {}

  end(side: Side): void {
    if (this.#open.delete(side) && this.#open.size === 0) this.socket.close()
  }

  async orEnd<T>(side: Side, doing: Promise<T>): Promise<T> {
    try {
      return await doing
    } catch (error) {
      this.end(side)
      throw error
    }
  }

  /** What is received; a closed socket ends its stream quietly, as it ends its iterators. */
  async received<T>(receiving: Promise<T>, end: T): Promise<T> {
    return this.orEnd(
      'readable',
      receiving.catch((error: unknown) => {
        if (this.socket.closed) return end
        throw error
      }),
    )
  }
}

/** Web streams, which close the socket when both have ended. */
export function webStreamsOf(socket: Transport): {
  readable: ReadableStream<Uint8Array>
  writable: WritableStream<Uint8Array>
} {
  const ends = new Ends(socket)
  return { readable: readableOf(socket, ends), writable: writableOf(socket, ends) }
}

/** The types of Node 20 lack it. */
function signalOf(controller: object): AbortSignal | undefined {
  return 'signal' in controller && controller.signal instanceof AbortSignal ? controller.signal : undefined
}

function writableOf(socket: Transport, ends: Ends): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: async (chunk, controller) => {
      const signal = signalOf(controller)
      const sent: Promise<unknown> = carriesBytes(socket)
        ? socket.sendall(chunk, { signal })
        : socket.send(chunk, { signal })
      await ends.orEnd('writable', sent)
    },
    close: () => {
      finishSending(socket)
      ends.end('writable')
    },
    abort: () => ends.end('writable'),
  })
}

function readableOf(socket: Transport, ends: Ends): ReadableStream<Uint8Array> {
  const reading = new AbortController()
  const wait = { signal: reading.signal }
  const cancel = (reason: unknown): void => {
    reading.abort(reason)
    ends.end('readable')
  }
  if (!carriesBytes(socket))
    return new ReadableStream<Uint8Array>({
      pull: async controller => {
        const data = await ends.received(socket.recv(chunkSize, wait), Buffer.alloc(0))
        if (!socket.closed && !isEnd(data, socket.type)) return controller.enqueue(data)
        controller.close()
        ends.end('readable')
      },
      cancel,
    })
  return new ReadableStream({
    type: 'bytes',
    autoAllocateChunkSize: chunkSize,
    pull: async controller => {
      const { byobRequest } = controller
      if (!byobRequest?.view) return
      const { buffer, byteOffset, byteLength } = byobRequest.view
      const count = await ends.received(socket.recv(new Uint8Array(buffer, byteOffset, byteLength), wait), 0)
      if (count === 0) {
        controller.close()
        ends.end('readable')
      }
      byobRequest.respond(count)
    },
    cancel,
  })
}
