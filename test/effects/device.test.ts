// Which link a datagram leaves by, and which link is heard.
import {
  IP_PKTINFO,
  IP_UNICAST_IF,
  IPV6_RECVPKTINFO,
  IPV6_UNICAST_IF,
  type Message,
  SO_BINDTODEVICE,
  SO_BINDTOIFINDEX,
  SO_MARK,
  type Socket,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host, spare } from '../support/namespace.js'
import { own } from '../support/pairs.js'

type Family = 'AF_INET' | 'AF_INET6'
type Send = (socket: Socket<Family>, message: Message<Family>, spare: number) => Promise<number>
const four = { family: 'AF_INET', cable: '192.0.2.2', spare: '198.51.100.2', told: IP_PKTINFO } as const
const six = { family: 'AF_INET6', cable: '2001:db8::2', spare: '2001:db8:1::2', told: IPV6_RECVPKTINFO } as const
const MARK = 7

const both: [string, Send][] = [
  ['SO_BINDTODEVICE', (socket, message) => socket.setsockopt(SO_BINDTODEVICE, 'spare').sendmsg(message)],
  ['SO_BINDTOIFINDEX', (socket, message, spare) => socket.setsockopt(SO_BINDTOIFINDEX, spare).sendmsg(message)],
  ['the ifindex of one datagram', (socket, message, ifindex) => socket.sendmsg(message, { ifindex })],
  ['SO_MARK, by a rule of the routes,', (socket, message) => socket.setsockopt(SO_MARK, MARK).sendmsg(message)],
  [
    'SO_MARK beside one datagram',
    (socket, message) => socket.sendmsg({ ...message, control: [{ type: 'SO_MARK', value: MARK }] }),
  ],
]
const ways = {
  AF_INET: [
    ...both,
    ['IP_UNICAST_IF', (socket, message, spare) => socket.setsockopt(IP_UNICAST_IF, spare).sendmsg(message)],
    [
      'IP_PKTINFO beside one datagram',
      (socket, message, ifindex) => socket.sendmsg({ ...message, control: [{ type: 'IP_PKTINFO', ifindex }] }),
    ],
  ] satisfies [string, Send][],
  AF_INET6: [
    ...both,
    ['IPV6_UNICAST_IF', (socket, message, spare) => socket.setsockopt(IPV6_UNICAST_IF, spare).sendmsg(message)],
    [
      'IPV6_PKTINFO beside one datagram',
      (socket, message, ifindex) => socket.sendmsg({ ...message, control: [{ type: 'IPV6_PKTINFO', ifindex }] }),
    ],
  ] satisfies [string, Send][],
}

describe.runIf(canMakeNamespaces)('between two hosts with two links', () => {
  let left: Host
  let right: Host
  let out: number
  const links = new Map<number, string>()
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
    await left.join(right, spare)
    for (const [flag, net, gateway] of [
      ['-4', '192.0.2.0/24', four.spare],
      ['-6', '2001:db8::/64', six.spare],
    ] as const) {
      await left.ip(flag, 'route', 'add', net, 'via', gateway, 'dev', 'spare', 'metric', '2000')
      await left.ip(flag, 'route', 'add', net, 'via', gateway, 'dev', 'spare', 'table', '100')
      await left.ip(flag, 'rule', 'add', 'fwmark', String(MARK), 'table', '100')
    }
    out = await left.index('spare')
    for (const name of ['cable', 'spare']) links.set(await right.index(name), name)
  })
  afterAll(deleteHosts)

  /** The link that the next datagram comes by. */
  async function arrival(socket: Socket): Promise<string | undefined> {
    const { control } = await socket.recvmsg(100, { timeout: 5000 })
    return control.flatMap(one => ('ifindex' in one ? links.get(one.ifindex) : []))[0]
  }

  describe.each([four, six])('a datagram of $family', ({ family, cable, told }) => {
    it.each(ways[family])('leaves by the link that %s says', async (_, send) => {
      const receiver = own(await right.socket(family, 'SOCK_DGRAM'))
        .setsockopt(told, true)
        .bind({})
      const sender = own(await left.socket(family, 'SOCK_DGRAM'))
      const message = { data: Buffer.from('x'), address: { address: cable, port: receiver.getsockname().port } }
      await sender.sendmsg(message)
      expect(await arrival(receiver)).toBe('cable')
      await send(sender, message, out)
      expect(await arrival(receiver)).toBe('spare')
    })
  })

  it.each([four, six])('each of two sockets on one port hears its SO_BINDTODEVICE: $family', async net => {
    const bound: [string, Socket][] = []
    let port = 0
    for (const link of ['cable', 'spare'] as const) {
      const socket = own(await right.socket(net.family, 'SOCK_DGRAM')).setsockopt(SO_BINDTODEVICE, link)
      port = socket.bind({ port }).getsockname().port
      bound.push([link, socket])
    }
    const sender = own(await left.socket(net.family, 'SOCK_DGRAM'))
    for (const link of ['cable', 'spare', 'cable', 'spare'] as const)
      await sender.sendto(Buffer.from(link), { address: net[link], port })
    for (const [link, socket] of bound)
      for (let i = 0; i < 2; i++) expect(`${await socket.recv(100, { timeout: 5000 })}`).toBe(link)
  })

  it.each([four, six])('a listener is not there for the links that SO_BINDTODEVICE leaves out: $family', async net => {
    const listener = own(await right.socket(net.family, 'SOCK_STREAM')).setsockopt(SO_BINDTODEVICE, 'spare')
    const { port } = listener.bind({}).listen().getsockname()
    const connect = async (address: string) =>
      own(await left.socket(net.family, 'SOCK_STREAM')).connect({ address, port }, { timeout: 5000 })
    await expect(connect(net.cable)).rejects.toEqual(failure('ECONNREFUSED'))
    await connect(net.spare)
  })
})
