// Sockets that are connected to each other, closed when the test ends.
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket, type SocketType } from 'bsd-sockets'
import { onTestFinished } from 'vitest'
import type { Host } from './namespace.js'

/** Closes a socket when the test ends. */
export function own<S extends Disposable>(socket: S): S {
  onTestFinished(() => socket[Symbol.dispose]())
  return socket
}

export function listener(backlog?: number): Socket<'AF_INET'> {
  return own(new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen(backlog))
}

/** Who connects to it or sends to it is refused, and nobody else is given its port. */
export function refuser<F extends 'AF_INET' | 'AF_INET6' = 'AF_INET'>(
  type: 'SOCK_STREAM' | 'SOCK_DGRAM',
  family?: F,
  address?: string,
): Promise<Socket<F>>
export async function refuser(
  type: 'SOCK_STREAM' | 'SOCK_DGRAM',
  family: 'AF_INET' | 'AF_INET6' = 'AF_INET',
  address = family === 'AF_INET' ? '127.0.0.1' : '::1',
): Promise<Socket<'AF_INET' | 'AF_INET6'>> {
  const socket = own(new Socket(family, type)).bind({ address })
  if (type === 'SOCK_DGRAM') await socket.connect({ address, port: 9 }) // a connected one takes datagrams of no other
  return socket
}

/** A TCP connection over the loopback: the client, and what the server accepted. */
export async function tcpPair(): Promise<[client: Socket<'AF_INET'>, server: Socket<'AF_INET'>]> {
  const listening = listener()
  const client = own(new Socket(AF_INET, SOCK_STREAM))
  await client.connect(listening.getsockname())
  const { socket } = await listening.accept()
  listening.close()
  return [client, own(socket)]
}

type Ends = [client: Socket<'AF_INET'>, server: Socket<'AF_INET'>]

/** A TCP connection from the first of a pair of hosts to the other, whose sockets are prepared before bind and connect. */
export async function tcpBetween(
  [left, right]: readonly [Host, Host],
  prepare: (client: Ends[0], listening: Ends[1]) => unknown = () => undefined,
): Promise<Ends> {
  const listening = own(await right.socket('AF_INET', 'SOCK_STREAM'))
  const client = own(await left.socket('AF_INET', 'SOCK_STREAM'))
  prepare(client, listening)
  const accepting = listening.bind({ address: '192.0.2.2' }).listen().accept({ timeout: 10_000 })
  await client.connect(listening.getsockname(), { timeout: 10_000 })
  const { socket } = await accepting
  listening.close()
  return [client, own(socket)]
}

/** Two AF_UNIX sockets without a name. */
export function unixPair(type: SocketType): [Socket<'AF_UNIX'>, Socket<'AF_UNIX'>] {
  const [one, other] = Socket.pair(type)
  return [own(one), own(other)]
}

/** Two UDP sockets that are connected to each other. */
export async function udpPair(): Promise<[Socket<'AF_INET'>, Socket<'AF_INET'>]> {
  const bound = (): Socket<'AF_INET'> => own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
  const [one, other] = [bound(), bound()]
  await one.connect(other.getsockname())
  await other.connect(one.getsockname())
  return [one, other]
}
