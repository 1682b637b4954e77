// Groups between hosts: who hears what is sent to one, by which interface, and whether the sender's own host does.
import {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_RECVTTL,
  IPV6_ADD_MEMBERSHIP,
  IPV6_DROP_MEMBERSHIP,
  IPV6_MULTICAST_ALL,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_RECVHOPLIMIT,
  MCAST_JOIN_GROUP,
  MCAST_LEAVE_GROUP,
  type Membership,
  SO_REUSEADDR,
  type Socket,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host, spare } from '../support/namespace.js'
import { own } from '../support/pairs.js'
import { heardUntilEnd } from './heard.js'

type Udp = Socket<'AF_INET' | 'AF_INET6'>

const four = {
  family: 'AF_INET',
  group: '239.1.2.3',
  other: '239.1.2.4',
  hosts: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
  sendBy: (socket: Udp, index: number) => socket.setsockopt(IP_MULTICAST_IF, index),
  all: IP_MULTICAST_ALL,
  loop: IP_MULTICAST_LOOP,
  ttl: IP_MULTICAST_TTL,
  told: IP_RECVTTL,
} as const
const six = {
  family: 'AF_INET6',
  group: 'ff05::1:2:3',
  other: 'ff05::1:2:4',
  hosts: ['2001:db8::1', '2001:db8::2', '2001:db8::3'],
  sendBy: (socket: Udp, index: number) => socket.setsockopt(IPV6_MULTICAST_IF, index),
  all: IPV6_MULTICAST_ALL,
  loop: IPV6_MULTICAST_LOOP,
  ttl: IPV6_MULTICAST_HOPS,
  told: IPV6_RECVHOPLIMIT,
} as const
const ways = [
  { net: four, join: IP_ADD_MEMBERSHIP, leave: IP_DROP_MEMBERSHIP },
  { net: four, join: MCAST_JOIN_GROUP, leave: MCAST_LEAVE_GROUP },
  { net: six, join: IPV6_ADD_MEMBERSHIP, leave: IPV6_DROP_MEMBERSHIP },
  { net: six, join: MCAST_JOIN_GROUP, leave: MCAST_LEAVE_GROUP },
]
const nets = [
  { ...four, join: IP_ADD_MEMBERSHIP },
  { ...six, join: IPV6_ADD_MEMBERSHIP },
]

/** A socket of a host, which may share its port with another. */
async function udp(host: Host, family: 'AF_INET' | 'AF_INET6', port = 0): Promise<Udp> {
  return own(await host.socket(family, 'SOCK_DGRAM'))
    .setsockopt(SO_REUSEADDR, true)
    .bind({ port })
}

describe.runIf(canMakeNamespaces)('what is sent to a group', () => {
  let hosts: [Host, Host, Host]
  const cables: number[] = []
  beforeAll(async () => {
    hosts = await Host.three()
    for (const host of hosts) cables.push(await host.index('cable'))
  })
  afterAll(deleteHosts)

  it.each(ways)(
    'comes to who is in it by $join.name, and no more by $leave.name: $net.family',
    async ({ net, join, leave }) => {
      const { family, group, hosts: addresses } = net
      const sender = net.sendBy(await udp(hosts[0], family), cables[0] ?? 0)
      const one = await udp(hosts[1], family)
      const { port } = one.getsockname()
      const other = await udp(hosts[2], family, port)
      const said = async (text: string) => {
        await sender.sendto(Buffer.from(text), { address: group, port })
        for (const address of addresses.slice(1)) await sender.sendto(Buffer.from('end'), { address, port })
        return Promise.all([one, other].map(socket => heardUntilEnd(socket)))
      }
      const member = (i: number): Membership => ({ group, interface: cables[i] })
      expect(await said('nobody')).toEqual([[], []])
      one.setsockopt(join, member(1))
      expect(await said('one')).toEqual([['one'], []])
      other.setsockopt(join, member(2))
      expect(await said('both')).toEqual([['both'], ['both']])
      expect(() => other.setsockopt(join, member(2))).toThrow(failure('EADDRINUSE'))
      one.setsockopt(leave, member(1))
      expect(await said('other')).toEqual([[], ['other']])
      expect(() => one.setsockopt(leave, member(1))).toThrow(failure('EADDRNOTAVAIL'))
    },
  )

  it.each(nets)(
    'comes back to its own host, unless $loop.name is off',
    async ({ family, group, hosts: addresses, ...net }) => {
      const sender = net.sendBy(await udp(hosts[0], family), cables[0] ?? 0)
      const here = (await udp(hosts[0], family)).setsockopt(net.join, { group, interface: cables[0] })
      const { port } = here.getsockname()
      const there = (await udp(hosts[1], family, port)).setsockopt(net.join, { group, interface: cables[1] })
      const said = async (text: string) => {
        await sender.sendto(Buffer.from(text), { address: group, port })
        for (const address of addresses.slice(0, 2)) await sender.sendto(Buffer.from('end'), { address, port })
        return Promise.all([here, there].map(socket => heardUntilEnd(socket)))
      }
      expect(await said('looped')).toEqual([['looped'], ['looped']])
      sender.setsockopt(net.loop, false)
      expect(await said('gone')).toEqual([[], ['gone']])
    },
  )

  it.each(nets)(
    'comes to every socket of the port where one is in the group, unless $all.name is off',
    async ({ family, group, other, ...net }) => {
      const sender = net.sendBy(await udp(hosts[0], family), cables[0] ?? 0)
      const both = [await udp(hosts[1], family)]
      const { port } = both[0]?.getsockname() ?? { port: 0 }
      both.push(await udp(hosts[1], family, port))
      const [bystander, member] = both
      for (const socket of both) socket.setsockopt(net.join, { group: other, interface: cables[1] })
      member?.setsockopt(net.join, { group, interface: cables[1] })
      const said = async (text: string) => {
        await sender.sendto(Buffer.from(text), { address: group, port })
        await sender.sendto(Buffer.from('end'), { address: other, port })
        return Promise.all(both.map(socket => heardUntilEnd(socket)))
      }
      expect(await said('to all')).toEqual([['to all'], ['to all']])
      bystander?.setsockopt(net.all, false)
      expect(await said('to members')).toEqual([[], ['to members']])
    },
  )

  it.each(nets)('has the time to live that $ttl.name says', async ({ family, group, ...net }) => {
    const sender = net.sendBy(await udp(hosts[0], family), cables[0] ?? 0)
    const member = (await udp(hosts[1], family)).setsockopt(net.join, { group, interface: cables[1] })
    member.setsockopt(net.told, true)
    const arrived = async () => {
      await sender.sendto(Buffer.from('x'), { address: group, port: member.getsockname().port })
      const { control } = await member.recvmsg(100, { timeout: 5000 })
      return control.flatMap(one => ('value' in one ? [one.value] : []))
    }
    expect(await arrived()).toEqual([1])
    sender.setsockopt(net.ttl, 9)
    expect(await arrived()).toEqual([9])
  })
})

describe.runIf(canMakeNamespaces)('a group on a host with two links', () => {
  let left: Host
  let right: Host
  const links: { name: string; left: number; right: number }[] = []
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
    await left.join(right, spare)
    for (const name of ['cable', 'spare'])
      links.push({ name, left: await left.index(name), right: await right.index(name) })
  })
  afterAll(deleteHosts)

  /** Says the name of each link by that link. */
  async function sayLinks(sender: Udp, net: (typeof nets)[number], port: number): Promise<void> {
    for (const { name, left: index } of links)
      await net.sendBy(sender, index).sendto(Buffer.from(name), { address: net.group, port })
    await sender.sendto(Buffer.from('end'), { address: net.hosts[1], port })
  }

  it.each(nets)('is sent by the link that is named, and joined there: $family', async net => {
    const sender = await udp(left, net.family)
    for (const { name, right: index } of links) {
      const member = (await udp(right, net.family)).setsockopt(net.join, { group: net.group, interface: index })
      await sayLinks(sender, net, member.getsockname().port)
      expect(await heardUntilEnd(member)).toEqual([name])
      member.close()
    }
  })

  // IPv6 asks only whether the socket is in the group, by any link: inet6_mc_check() of the kernel.
  it('is joined by each socket for itself with IP_MULTICAST_ALL off', async () => {
    const net = { ...four, join: IP_ADD_MEMBERSHIP }
    const sender = await udp(left, net.family)
    const members = new Map<string, Udp>()
    for (const { name, right: index } of links) {
      const member = (await udp(right, net.family)).setsockopt(net.all, false)
      members.set(name, member.setsockopt(net.join, { group: net.group, interface: index }))
    }
    for (const [name, member] of members) {
      await sayLinks(sender, net, member.getsockname().port)
      expect(await heardUntilEnd(member)).toEqual([name])
    }
  })
})
