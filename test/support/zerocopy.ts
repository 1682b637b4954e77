// Sends with MSG_ZEROCOPY: a pair of sockets for them, and what their error queue tells.
import { AF_INET, type QueuedError, SO_RCVBUF, SO_ZEROCOPY, Socket } from 'bsd-sockets'
import { own } from './pairs.js'

/** A connection that sends without copying. What it sent stays in its queue until the other end reads. */
export async function zeroCopyPair(): Promise<[client: Socket<'AF_INET'>, server: Socket<'AF_INET'>]> {
  const listener = own(new Socket(AF_INET, 'SOCK_STREAM').setsockopt(SO_RCVBUF, 65_536).bind({ address: '127.0.0.1' }))
  const client = own(new Socket(AF_INET, 'SOCK_STREAM').setsockopt(SO_ZEROCOPY, true))
  await client.connect(listener.listen().getsockname())
  const { socket } = await listener.accept()
  listener.close()
  return [client, own(socket)]
}

export async function received(socket: Socket<'AF_INET'>, length: number): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let count = 0; count < length; count += parts.at(-1)?.length ?? 0)
    parts.push(await socket.recv(length - count, { timeout: 5000 }))
  return Buffer.concat(parts)
}

export function queued(socket: Socket<'AF_INET'>): QueuedError[] {
  const entries: QueuedError[] = []
  for (let entry = socket.tryRecverr(); entry !== undefined; entry = socket.tryRecverr()) entries.push(entry)
  return entries
}

/** Every id that the completions name, from the lowest. */
export function idsOf(entries: readonly QueuedError[]): number[] {
  const ids = entries.flatMap(entry =>
    entry.origin === 'SO_EE_ORIGIN_ZEROCOPY'
      ? Array.from({ length: entry.high - entry.low + 1 }, (_, i) => entry.low + i)
      : [],
  )
  return ids.sort((one, other) => one - other)
}

/**
 * What the error queue tells, until every id up to `last` is complete, or to the highest that is there. They come in any
 * order: the kernel leaves memory to be freed to the processor that it came from.
 */
export async function completions(socket: Socket<'AF_INET'>, last?: number): Promise<QueuedError[]> {
  const entries = queued(socket)
  const ids = new Set(idsOf(entries))
  const count = 1 + (last ?? Math.max(...ids))
  while (ids.size < count) {
    const entry = await socket.recverr({ timeout: 5000 })
    entries.push(entry)
    for (const id of idsOf([entry])) ids.add(id)
  }
  return entries
}

export const large = 1_000_000
