import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'

type Family = 'AF_INET' | 'AF_INET6'
type Type = 'SOCK_STREAM' | 'SOCK_DGRAM' | 'SOCK_RAW'
const four = { family: 'AF_INET', peer: '192.0.2.2', nobody: '192.0.2.99' } as const
const six = { family: 'AF_INET6', peer: '2001:db8::2', nobody: '2001:db8::99' } as const
const EXPERIMENT = 253

/** What connecting, or sending a datagram, says. */
function tried(host: Host, family: Family, type: Type, address: string, timeout = 20_000) {
  return host.run(
    async ({ Socket, SocketError }, family, type, address, protocol, timeout) => {
      const socket = new Socket(family, type, type === 'SOCK_RAW' ? protocol : 0)
      const to = { address, port: type === 'SOCK_RAW' ? 0 : 9 }
      const doing =
        type === 'SOCK_STREAM' ? socket.connect(to, { timeout }) : socket.sendto(Buffer.from('hello'), to, { timeout })
      try {
        return { result: await doing }
      } catch (error) {
        if (!(error instanceof SocketError)) throw error
        return { code: error.code, syscall: error.syscall, address: error.address, message: error.message }
      } finally {
        socket.close()
      }
    },
    family,
    type,
    address,
    EXPERIMENT,
    timeout,
  )
}

describe.runIf(canMakeNamespaces)('between two hosts with trouble', () => {
  let left: Host
  let right: Host
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
    await left.sysctl('net.ipv4.neigh.cable.retrans_time_ms', 50) // three questions without an answer are enough
    await left.sysctl('net.ipv6.neigh.cable.retrans_time_ms', 50)
    await left.sysctl('net.ipv4.tcp_syn_retries', 1)
    await left.ip('neighbour', 'add', '192.0.2.98', 'lladdr', '02:00:00:00:00:01', 'dev', 'cable')
  })
  afterAll(deleteHosts)

  it.each([four, six])('an address that nobody has is EHOSTUNREACH: $nobody', async ({ family, nobody }) => {
    const error = { code: 'EHOSTUNREACH', syscall: 'connect', address: nobody }
    expect(await tried(left, family, 'SOCK_STREAM', nobody)).toMatchObject(error)
  })

  it("a host that never answers is the kernel's ETIMEDOUT in the end, and ours before", async () => {
    const error = { code: 'ETIMEDOUT', syscall: 'connect', address: '192.0.2.98' }
    const kernel = tried(left, 'AF_INET', 'SOCK_STREAM', '192.0.2.98')
    const own = await tried(left, 'AF_INET', 'SOCK_STREAM', '192.0.2.98', 50)
    expect(own).toMatchObject({ code: 'ETIMEDOUT', message: 'ETIMEDOUT: connect took longer than 50 ms' })
    expect(own).not.toHaveProperty('syscall')
    expect(await kernel).toMatchObject(error)
  })

  it.each(['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW'] as const)(
    'a network without a route is ENETUNREACH: %s',
    async type => {
      expect(await tried(left, 'AF_INET', type, '203.0.113.9')).toMatchObject({
        code: 'ENETUNREACH',
        address: '203.0.113.9',
      })
      expect(await tried(left, 'AF_INET6', type, '2001:db8:1::9')).toMatchObject({ code: 'ENETUNREACH' })
    },
  )

  it('an unreachable route is EHOSTUNREACH', async () => {
    await left.ip('route', 'add', 'unreachable', '203.0.113.2')
    expect(await tried(left, 'AF_INET', 'SOCK_STREAM', '203.0.113.2')).toMatchObject({ code: 'EHOSTUNREACH' })
    expect(await tried(left, 'AF_INET', 'SOCK_DGRAM', '203.0.113.2')).toMatchObject({ code: 'EHOSTUNREACH' })
  })

  it('a prohibited route is EACCES, without a word about broadcast', async () => {
    await left.ip('route', 'add', 'prohibit', '203.0.113.1')
    const error = await tried(left, 'AF_INET', 'SOCK_STREAM', '203.0.113.1')
    expect(error).toMatchObject({ code: 'EACCES', message: 'connect EACCES 203.0.113.1:9' })
  })

  describe('while the own link is down', () => {
    beforeAll(() => left.ip('link', 'set', 'cable', 'down'))
    afterAll(async () => {
      await left.ip('link', 'set', 'cable', 'up')
      await left.reach('192.0.2.2')
      await left.reach('2001:db8::2')
    })

    it.each(['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW'] as const)('%s says ENETUNREACH at once', async type => {
      for (const { family, peer } of [four, six]) {
        const syscall = type === 'SOCK_STREAM' ? 'connect' : 'sendto'
        const error = { code: 'ENETUNREACH', syscall, address: peer }
        expect(await tried(left, family, type, peer)).toMatchObject(error)
      }
    })
  })

  describe("while the peer's link is down", () => {
    beforeAll(async () => {
      await right.ip('link', 'set', 'cable', 'down')
      while (!(await left.ip('link', 'show', 'cable')).includes('NO-CARRIER'));
    })
    afterAll(async () => {
      await right.ip('link', 'set', 'cable', 'up')
      await left.reach('192.0.2.2')
      await left.reach('2001:db8::2')
    })

    it.each([four, six])('a new connection says EHOSTUNREACH: $peer', async ({ family, peer }) => {
      const error = { code: 'EHOSTUNREACH', syscall: 'connect', address: peer }
      expect(await tried(left, family, 'SOCK_STREAM', peer)).toMatchObject(error)
    })

    it('datagrams go out, to nowhere', async () => {
      for (const { family, peer } of [four, six])
        for (const type of ['SOCK_DGRAM', 'SOCK_RAW'] as const)
          expect(await tried(left, family, type, peer)).toEqual({ result: 5 })
    })
  })

  describe('a TCP connection', () => {
    const connect = async ({ family, peer }: { family: Family; peer: string }) => {
      const port = await right.run(
        ({ Socket, kept }, family, peer) => {
          const listener = new Socket(family, 'SOCK_STREAM').bind({ address: peer }).listen()
          kept.set('listener', listener)
          return listener.getsockname().port
        },
        family,
        peer,
      )
      const accepted = right.run(async ({ kept }) => {
        const accepted = await kept.get('listener')?.accept({ timeout: 10_000 })
        kept.get('listener')?.close()
        kept.get('server')?.close()
        if (accepted) kept.set('server', accepted.socket)
      })
      const connected = left.run(
        async ({ Socket, kept }, family, address, port) => {
          kept.get('client')?.close()
          const socket = new Socket(family, 'SOCK_STREAM')
          await socket.connect({ address, port }, { timeout: 10_000 })
          kept.set('client', socket)
        },
        family,
        peer,
        port,
      )
      await Promise.all([accepted, connected])
    }
    const receive = (host: Host, name: string) =>
      host.run(async ({ kept }, name) => `${await kept.get(name)?.recv(100, { timeout: 20_000 })}`, name)
    const send = (host: Host, name: string, text: string) =>
      host.run(async ({ kept }, name, text) => kept.get(name)?.sendall(Buffer.from(text)), name, text)

    const troubles = ['own', 'other'].flatMap(side => [four, six].map(net => ({ side, ...net })))
    it.each(troubles)('outlives a short moment without the $side link: $peer', async ({ side, ...net }) => {
      await left.reach(net.peer)
      await connect(net)
      const host = side === 'own' ? left : right
      await host.ip('link', 'set', 'cable', 'down')
      await send(left, 'client', 'sent while the link was down')
      const receiving = receive(right, 'server')
      await host.ip('link', 'set', 'cable', 'up')
      await left.reach(net.peer)
      expect(await receiving).toBe('sent while the link was down')
      await send(right, 'server', 'answered')
      expect(await receive(left, 'client')).toBe('answered')
    })

    it('ends with ETIMEDOUT when TCP_USER_TIMEOUT passes without the peer, for who receives and for who sends', async () => {
      await connect(four)
      await left.run(({ kept, TCP_USER_TIMEOUT }) => {
        kept.get('client')?.setsockopt(TCP_USER_TIMEOUT, 300)
      })
      await left.ip('neighbour', 'replace', '192.0.2.2', 'lladdr', '02:00:00:00:00:01', 'dev', 'cable')
      const errors = await left.run(async ({ kept, SocketError }) => {
        const socket = kept.get('client')
        const told = (error: unknown) => (error instanceof SocketError ? [error.code, error.syscall] : error)
        const receiving = socket?.recv(100, { timeout: 20_000 }).catch(told)
        await socket?.sendall(Buffer.from('anybody?'))
        return [await receiving, await socket?.send(Buffer.from('anybody?')).catch(told)]
      })
      expect(errors).toEqual([
        ['ETIMEDOUT', 'recv'],
        ['EPIPE', 'send'],
      ])
      await left.ip('neighbour', 'del', '192.0.2.2', 'dev', 'cable')
    })
  })
})
