import { AF_INET, MSG_ZEROCOPY, SO_ZEROCOPY, SOCK_DGRAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { runModule } from '../support/node.js'
import { own, tcpPair, udpPair } from '../support/pairs.js'
import { completions, large, queued, received, zeroCopyPair } from '../support/zerocopy.js'

const flags = MSG_ZEROCOPY

describe.runIf(needs('linux'))('sendall with MSG_ZEROCOPY copies', () => {
  const changed = async (client: Socket<'AF_INET'>, server: Socket<'AF_INET'>): Promise<string> => {
    const data = Buffer.alloc(1000, 'x')
    await client.sendall(data, { flags, timeout: 10_000 })
    data.fill('changed')
    return `${await server.recv(1000, { flags: 0x100, timeout: 10_000 })}`
  }

  it('where SO_ZEROCOPY is off', async () => {
    const [client, server] = await tcpPair()
    expect(await changed(client, server)).toBe('x'.repeat(1000))
    client.setsockopt(SO_ZEROCOPY, true)
    expect(await changed(client, server)).toBe('x'.repeat(1000))
    client.setsockopt(SO_ZEROCOPY, false)
    expect(await changed(client, server)).toBe('x'.repeat(1000))
  })

  it('on UDP and AF_UNIX', async () => {
    const [one, other] = await udpPair()
    expect(await changed(one.setsockopt(SO_ZEROCOPY, true), other)).toBe('x'.repeat(1000))
    const [left, right] = Socket.pair(SOCK_DGRAM)
    await own(left).sendall(Buffer.from('x'), { flags, timeout: 10_000 })
    expect(`${await own(right).recv(10)}`).toBe('x')
    expect(queued(one)).toEqual([])
  })

  it.runIf(needs('epoll'))('on a Socket whose open file others may use: adopted, or with a dup', async () => {
    const [client, server] = await zeroCopyPair()
    await client.send(Buffer.alloc(100), { flags })
    await completions(client, 0)
    await received(server, 100)
    const adopted = own(Socket.from(client.detach()))
    if (!adopted.is(AF_INET)) throw new Error('it is not an AF_INET socket')
    expect(await changed(adopted, server)).toBe('x'.repeat(1000))
    expect(queued(adopted)).toEqual([])
    const [one, other] = await zeroCopyPair()
    const waiting = one.sendall(Buffer.alloc(large), { flags })
    const second = own(one.dup())
    for (const socket of [one, second]) await socket.sendall(Buffer.alloc(1000), { flags, timeout: 10_000 })
    await received(other, large + 2000)
    await waiting
  })

  it.runIf(needs('epoll'))('once it shows that others sent so past the Socket', async () => {
    const [client, server] = await zeroCopyPair()
    expect(posix.send(client.fd, Buffer.alloc(100), flags)).toBe(100)
    await completions(client, 0)
    await received(server, 100)
    expect(await changed(client, server)).toBe('x'.repeat(1000))
    expect(queued(client)).toEqual([])
  })

  it.runIf(needs('root') && needs('program', 'prlimit', 'setpriv'))('where the kernel may pin no more', async () => {
    const text = `
      const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
      const client = new Socket(AF_INET, SOCK_STREAM).setsockopt(bsd.SO_ZEROCOPY, true)
      await client.connect(listener.getsockname())
      const { socket } = await listener.accept()
      const flags = bsd.MSG_ZEROCOPY
      const refused = await client.send(Buffer.alloc(1000), { flags }).catch(error => error.code)
      const data = Buffer.alloc(3_000_000, 'copied')
      const sending = client.sendall(data, { flags }).then(() => data.fill('changed'))
      const got = await socket.recv(data.length, { flags: bsd.MSG_WAITALL })
      await sending
      console.log(refused, got.equals(Buffer.alloc(3_000_000, 'copied')))
      process.exit()`
    const under = ['prlimit', '--memlock=4096:4096', 'setpriv', '--bounding-set', '-ipc_lock,-sys_resource']
    expect(await runModule(text, { under })).toMatchObject({ stdout: 'ENOBUFS true\n', code: 0 })
  })
})
