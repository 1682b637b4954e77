import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import {
  AF_INET,
  AF_UNIX,
  MSG_ZEROCOPY,
  SHUT_WR,
  SO_ZEROCOPY,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { own, tcpPair } from '../support/pairs.js'

const much = Buffer.alloc(32 << 20)

/** CPU time of this process, in milliseconds, while it waits for half a second. */
async function cpuWhileWaiting(waiting: Promise<unknown>): Promise<number> {
  waiting.catch(() => undefined)
  await sleep(50)
  const before = process.cpuUsage()
  await sleep(500)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function fullReceiver(): Promise<[Socket<'AF_UNIX'>, { path: string | Buffer }]> {
  const to = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' })).getsockname()
  const from = own(new Socket(AF_UNIX, SOCK_DGRAM))
  while (from.trySendto(Buffer.from('x'), to) !== undefined);
  return [from, to]
}

describe('an operation that waits costs no CPU time', () => {
  it('sendall, when the peer has shut down its sending', async () => {
    const [client, server] = await tcpPair()
    client.shutdown(SHUT_WR)
    expect(await server.recv(1)).toHaveLength(0)
    expect(await cpuWhileWaiting(server.sendall(much))).toBeLessThan(100)
  })

  it('sendall on an AF_UNIX stream, when the peer has shut down its sending', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    own(other).shutdown(SHUT_WR)
    expect(await cpuWhileWaiting(own(one).sendall(much))).toBeLessThan(100)
  })

  it('sendto, when an AF_UNIX receiver is full', async () => {
    const [from, to] = await fullReceiver()
    expect(await cpuWhileWaiting(from.sendto(Buffer.from('x'), to))).toBeLessThan(100)
  })

  it('connect, when an AF_UNIX backlog is full', async () => {
    const listening = own(new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen(0))
    await own(new Socket(AF_UNIX, SOCK_STREAM)).connect(listening.getsockname())
    const waiting = own(new Socket(AF_UNIX, SOCK_STREAM)).connect(listening.getsockname())
    expect(await cpuWhileWaiting(waiting)).toBeLessThan(100)
  })

  it.runIf(process.platform === 'linux')('sendall, when an error queue is not read', async () => {
    const [, server] = await tcpPair()
    const SO_TIMESTAMPING = 37
    const txSoftwareAndOptId = (1 << 1) | (1 << 4) | (1 << 7)
    server.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, txSoftwareAndOptId)
    await server.send(Buffer.from('x'))
    expect(await cpuWhileWaiting(server.sendall(much))).toBeLessThan(100)
  })

  it.runIf(process.platform === 'linux')(
    'recv, and a sendall without a copy, when completions are not read',
    async () => {
      const [client, server] = await tcpPair()
      client.setsockopt(SO_ZEROCOPY, true)
      for (let i = 0; i < 10; i++) await client.send(Buffer.alloc(10), { flags: MSG_ZEROCOPY })
      await server.recv(100, { flags: 0x100 })
      expect(await cpuWhileWaiting(client.recv(1))).toBeLessThan(100)
      expect(await cpuWhileWaiting(client.sendall(much, { flags: MSG_ZEROCOPY }))).toBeLessThan(100)
    },
  )
})

describe('many busy sockets', () => {
  it('leave their turns to the loop, and to a quiet one', async () => {
    const to = own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })).getsockname()
    const wanted = 100_000
    let total = 0
    let turns = 0
    const counting = (async () => {
      for (; total < wanted; turns++) await turn()
    })()
    const sender = async (count: { sent: number }, loops: number): Promise<void> => {
      const socket = own(new Socket(AF_INET, SOCK_DGRAM))
      await socket.connect(to)
      const loop = async (): Promise<void> => {
        for (; total < wanted; count.sent++, total++) await socket.send(Buffer.from('x'))
      }
      await Promise.all(Array.from({ length: loops }, loop))
    }
    const busy = Array.from({ length: 20 }, () => ({ sent: 0 }))
    const quiet = { sent: 0 }
    await Promise.all([...busy.map(count => sender(count, 200)), sender(quiet, 1), counting])
    const fewest = wanted / 1024 // as a turn is of so many operations at the most
    expect(turns).toBeGreaterThan(fewest / 2)
    expect(quiet.sent).toBeGreaterThan(fewest / 3)
    for (const { sent } of busy) expect(sent).toBeGreaterThan(wanted / busy.length / 4)
  })
})
