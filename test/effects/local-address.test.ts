// Which of a host's addresses a datagram was sent to, the answer that leaves from it, and addresses that are not ours.
import {
  IP_FREEBIND,
  IP_PKTINFO,
  IP_TRANSPARENT,
  IPV6_FREEBIND,
  IPV6_RECVPKTINFO,
  IPV6_TRANSPARENT,
  type Message,
  type ReceivedControl,
  type Socket,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { own } from '../support/pairs.js'

type Family = 'AF_INET' | 'AF_INET6'
/** `second` is another address of the right host; `foreign` is routed to it, and nobody's. */
const four = {
  family: 'AF_INET',
  first: '192.0.2.2',
  second: '192.0.2.22',
  foreign: '203.0.113.9',
  network: '203.0.113.0/24',
  told: IP_PKTINFO,
  info: 'IP_PKTINFO',
  freebind: IP_FREEBIND,
  transparent: IP_TRANSPARENT,
} as const
const six = {
  family: 'AF_INET6',
  first: '2001:db8::2',
  second: '2001:db8::22',
  foreign: '2001:db8:f::9',
  network: '2001:db8:f::/64',
  told: IPV6_RECVPKTINFO,
  info: 'IPV6_PKTINFO',
  freebind: IPV6_FREEBIND,
  transparent: IPV6_TRANSPARENT,
} as const

type Answer = (
  socket: Socket<Family>,
  message: Message<Family>,
  sentTo: string,
  info: 'IP_PKTINFO' | 'IPV6_PKTINFO',
) => Promise<number>
const answers: [string, Answer][] = [
  ['a control message', (socket, message, local, type) => socket.sendmsg({ ...message, control: [{ type, local }] })],
  ['the local option', (socket, message, local) => socket.sendmsg(message, { local })],
]

function destinationIn(control: readonly ReceivedControl[]): string | undefined {
  return control.flatMap(one => ('destination' in one ? one.destination : []))[0]
}

describe.runIf(canMakeNamespaces)('a host with several addresses', () => {
  let left: Host
  let right: Host
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
    await right.ip('address', 'add', `${four.second}/24`, 'dev', 'cable')
    await right.ip('address', 'add', `${six.second}/64`, 'dev', 'cable', 'nodad', 'preferred_lft', '0')
    for (const net of [four, six]) await left.ip('route', 'add', net.network, 'via', net.first)
  })
  afterAll(deleteHosts)

  describe.each([four, six])('of $family', ({ family, first, second, told, info }) => {
    it.each(answers)('answers from the address that it was asked at, by %s', async (_, answer) => {
      const server = own(await right.socket(family, 'SOCK_DGRAM'))
        .setsockopt(told, true)
        .bind({})
      const { port } = server.getsockname()
      const client = own(await left.socket(family, 'SOCK_DGRAM'))
      const ask = async () => {
        await client.sendto(Buffer.from('where?'), { address: second, port })
        const { address, control } = await server.recvmsg(100, { timeout: 5000 })
        if (address === undefined) throw new Error('a datagram has a sender')
        return { message: { data: Buffer.from('here'), address }, destination: destinationIn(control) }
      }
      const heard = async () => (await client.recvfrom(100, { timeout: 5000 })).address?.address
      const { message, destination } = await ask()
      expect(destination).toBe(second)
      await server.sendmsg(message)
      expect(await heard()).toBe(first)
      await answer(server, message, second, info)
      expect(await heard()).toBe(second)
    })
  })

  it('answers IPv4 from a socket of both families', async () => {
    const server = own(await right.socket('AF_INET6', 'SOCK_DGRAM'))
      .setsockopt(IPV6_RECVPKTINFO, true)
      .bind({})
    const { port } = server.getsockname()
    const client = own(await left.socket('AF_INET', 'SOCK_DGRAM'))
    await client.connect({ address: four.second, port }) // hears no other address
    await client.send(Buffer.from('where?'))
    const { address, control } = await server.recvmsg(100, { timeout: 5000 })
    const local = destinationIn(control)
    expect(local).toBe(`::ffff:${four.second}`)
    if (address === undefined) throw new Error('a datagram has a sender')
    await server.sendto(Buffer.from('from the first'), address)
    await server.sendto(Buffer.from('here'), address, { local })
    expect(`${await client.recv(100, { timeout: 5000 })}`).toBe('here')
  })

  it('sends back what IP_PKTINFO told', async () => {
    const server = own(await right.socket('AF_INET', 'SOCK_DGRAM'))
      .setsockopt(IP_PKTINFO, true)
      .bind({})
    const client = own(await left.socket('AF_INET', 'SOCK_DGRAM'))
    await client.sendto(Buffer.from('where?'), { address: four.second, port: server.getsockname().port })
    const { address, control } = await server.recvmsg(100, { timeout: 5000 })
    const told = control.flatMap(one => (one.type === 'IP_PKTINFO' && 'local' in one ? one : []))
    await server.sendmsg({ data: Buffer.from('here'), address, control: told })
    expect((await client.recvfrom(100, { timeout: 5000 })).address?.address).toBe(four.second)
  })

  it.each([four, six])('is bound to an address that is not there yet with $freebind.name', async net => {
    const later = net.family === 'AF_INET' ? '192.0.2.77' : '2001:db8::77'
    const strict = own(await right.socket(net.family, 'SOCK_DGRAM'))
    expect(() => strict.bind({ address: later })).toThrow(failure('EADDRNOTAVAIL'))
    const free = own(await right.socket(net.family, 'SOCK_DGRAM'))
      .setsockopt(net.freebind, true)
      .bind({ address: later })
    const nodad = net.family === 'AF_INET' ? [] : ['nodad']
    await right.ip('address', 'add', later, 'dev', 'cable', ...nodad)
    const client = own(await left.socket(net.family, 'SOCK_DGRAM'))
    await client.sendto(Buffer.from('now?'), free.getsockname())
    expect(`${await free.recv(100, { timeout: 5000 })}`).toBe('now?')
    await right.ip('address', 'del', later, 'dev', 'cable')
  })

  describe.each([four, six])('with $transparent.name', ({ family, first, foreign, network, transparent }) => {
    beforeAll(async () => {
      const flag = family === 'AF_INET' ? '-4' : '-6'
      // What comes by the cable for the foreign network stays here, and is no address of ours for all that.
      for (const host of [left, right]) {
        await host.ip(flag, 'rule', 'add', 'iif', 'cable', 'table', '100')
        await host.ip(flag, 'route', 'add', 'local', network, 'dev', 'lo', 'table', '100')
      }
      await right.ip('route', 'add', network, 'via', family === 'AF_INET' ? '192.0.2.1' : '2001:db8::1')
    })
    const stream = async (host: Host) => own(await host.socket(family, 'SOCK_STREAM'))

    it('accepts connections to an address of others', async () => {
      const strict = await stream(right)
      expect(() => strict.bind({ address: foreign })).toThrow(failure('EADDRNOTAVAIL'))
      const listeners = [{ address: foreign }, {}].map(async address =>
        (await stream(right)).setsockopt(transparent, true).bind(address).listen(),
      )
      for (const listener of await Promise.all(listeners)) {
        const client = await stream(left)
        const { port } = listener.getsockname()
        const connecting = client.connect({ address: foreign, port }, { timeout: 5000 })
        const { socket } = await listener.accept({ timeout: 5000 })
        await connecting
        expect(own(socket).getsockname()).toEqual(client.getpeername())
        expect(client.getpeername()).toMatchObject({ address: foreign, port })
        await socket.sendall(Buffer.from('in their name'))
        expect(`${await client.recv(100, { timeout: 5000 })}`).toBe('in their name')
      }
    })

    it('connects from an address of others', async () => {
      const strict = await stream(left)
      expect(() => strict.bind({ address: foreign })).toThrow(failure('EADDRNOTAVAIL'))
      const listener = (await stream(right)).bind({ address: first }).listen()
      const client = (await stream(left)).setsockopt(transparent, true).bind({ address: foreign })
      const connecting = client.connect(listener.getsockname(), { timeout: 5000 })
      const { socket, address } = await listener.accept({ timeout: 5000 })
      await connecting
      own(socket)
      expect(address).toEqual(client.getsockname())
      expect(address.address).toBe(foreign)
    })
  })
})
