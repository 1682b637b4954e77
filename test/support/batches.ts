// What the tests of batches share: sockets, batches, datagrams that tell which they are.
import { AF_INET, AF_INET6, MessageBatch, SOCK_DGRAM, Socket } from 'bsd-sockets'
import { own } from './pairs.js'

export function bound(): Socket<'AF_INET'> {
  return own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
}

export function bound6(): Socket<'AF_INET6'> {
  return own(new Socket(AF_INET6, SOCK_DGRAM).bind({ address: '::1' }))
}

export function batchOf(count: number, size = 65_535): MessageBatch<'AF_INET'> {
  return new MessageBatch({ domain: AF_INET, count, size, control: true })
}

export function numbered(i: number): Buffer {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(i)
  return data
}

/** What a promise rejects with. */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** Bytes that tell where they are. */
export function pattern(length: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: Math.ceil(length / 4) }, (_, i) => i * 2_654_435_761).buffer, 0, length)
}

/** Receives until so many datagrams came, coalesced or not; in the order in which they came. */
export async function datagrams(socket: Socket, count: number): Promise<Buffer[]> {
  const batch = new MessageBatch({ count: 64, size: 65_535, control: true })
  const found: Buffer[] = []
  while (found.length < count) {
    await socket.recvmmsg(batch)
    for (const { data } of batch) found.push(Buffer.from(data))
  }
  return found
}
