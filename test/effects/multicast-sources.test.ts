// Two hosts send to a group, and a third hears those whom its socket lets in.
import {
  IP_ADD_MEMBERSHIP,
  IP_ADD_SOURCE_MEMBERSHIP,
  IP_BLOCK_SOURCE,
  IP_DROP_SOURCE_MEMBERSHIP,
  IP_MSFILTER,
  IP_MULTICAST_IF,
  IP_UNBLOCK_SOURCE,
  IPV6_MULTICAST_IF,
  MCAST_BLOCK_SOURCE,
  MCAST_JOIN_GROUP,
  MCAST_JOIN_SOURCE_GROUP,
  MCAST_LEAVE_SOURCE_GROUP,
  MCAST_MSFILTER,
  MCAST_UNBLOCK_SOURCE,
  type Socket,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { own } from '../support/pairs.js'
import { heardUntilEnd } from './heard.js'

type Udp = Socket<'AF_INET' | 'AF_INET6'>
const four = {
  family: 'AF_INET',
  group: '239.1.2.3',
  one: '192.0.2.1',
  two: '192.0.2.2',
  here: '192.0.2.3',
  sendBy: (socket: Udp, index: number) => socket.setsockopt(IP_MULTICAST_IF, index),
} as const
const six = {
  family: 'AF_INET6',
  group: 'ff05::1:2:3',
  one: '2001:db8::1',
  two: '2001:db8::2',
  here: '2001:db8::3',
  sendBy: (socket: Udp, index: number) => socket.setsockopt(IPV6_MULTICAST_IF, index),
} as const
const IP = {
  join: IP_ADD_MEMBERSHIP,
  joinSource: IP_ADD_SOURCE_MEMBERSHIP,
  leaveSource: IP_DROP_SOURCE_MEMBERSHIP,
  block: IP_BLOCK_SOURCE,
  unblock: IP_UNBLOCK_SOURCE,
  filter: IP_MSFILTER,
}
const MCAST = {
  join: MCAST_JOIN_GROUP,
  joinSource: MCAST_JOIN_SOURCE_GROUP,
  leaveSource: MCAST_LEAVE_SOURCE_GROUP,
  block: MCAST_BLOCK_SOURCE,
  unblock: MCAST_UNBLOCK_SOURCE,
  filter: MCAST_MSFILTER,
}
// Where: IP_* take the address of an interface, MCAST_* its index.
const ways = [
  { net: four, by: IP, where: (): string | number => four.here },
  { net: four, by: MCAST, where: (index: number): string | number => index },
  { net: six, by: MCAST, where: (index: number): string | number => index },
]

/** A whole filter, and who is heard then. */
const filters = [
  { mode: 'MCAST_INCLUDE', sources: ['one'], heard: ['one'] },
  { mode: 'MCAST_INCLUDE', sources: ['one', 'two'], heard: ['one', 'two'] },
  { mode: 'MCAST_EXCLUDE', sources: ['one'], heard: ['two'] },
  { mode: 'MCAST_EXCLUDE', sources: [], heard: ['one', 'two'] },
  { mode: 'MCAST_EXCLUDE', sources: ['one', 'two'], heard: [] },
  { mode: 'MCAST_INCLUDE', sources: ['two'], heard: ['two'] },
] as const

describe.runIf(canMakeNamespaces)('of two sources of a group', () => {
  let hosts: [Host, Host, Host]
  const cables: number[] = []
  beforeAll(async () => {
    hosts = await Host.three()
    for (const host of hosts) cables.push(await host.index('cable'))
  })
  afterAll(deleteHosts)

  /** A receiver on the third host, which hears the names of those that are let in. */
  async function setUp({ net, where }: (typeof ways)[number]) {
    const { family, group } = net
    const receiver = own(await hosts[2].socket(family, 'SOCK_DGRAM')).bind({})
    const { port } = receiver.getsockname()
    const senders: [string, Udp][] = []
    for (const [i, name] of ['one', 'two'].entries()) {
      const sender = own(await (hosts[i] ?? hosts[0]).socket(family, 'SOCK_DGRAM'))
      senders.push([name, net.sendBy(sender, cables[i] ?? 0)])
    }
    const heard = async () => {
      for (const [name, sender] of senders) {
        await sender.sendto(Buffer.from(name), { address: group, port })
        await sender.sendto(Buffer.from('end'), { address: net.here, port })
      }
      return (await heardUntilEnd(receiver, senders.length)).sort()
    }
    return { receiver, heard, member: { group, interface: where(cables[2] ?? 0) } }
  }

  it.each(ways)('$by.joinSource.name lets one in: $net.family', async way => {
    const { receiver, heard, member } = await setUp(way)
    const { one, two } = way.net
    const { joinSource, leaveSource } = way.by
    expect(await heard()).toEqual([])
    receiver.setsockopt(joinSource, { ...member, source: one })
    expect(await heard()).toEqual(['one'])
    receiver.setsockopt(joinSource, { ...member, source: two })
    expect(await heard()).toEqual(['one', 'two'])
    receiver.setsockopt(leaveSource, { ...member, source: one })
    expect(await heard()).toEqual(['two'])
    receiver.setsockopt(leaveSource, { ...member, source: two })
    expect(await heard()).toEqual([])
  })

  it.each(ways)('$by.block.name keeps one out: $net.family', async way => {
    const { receiver, heard, member } = await setUp(way)
    const { join, block, unblock } = way.by
    const source = { ...member, source: way.net.one }
    receiver.setsockopt(join, member)
    expect(await heard()).toEqual(['one', 'two'])
    receiver.setsockopt(block, source)
    expect(await heard()).toEqual(['two'])
    receiver.setsockopt(unblock, source)
    expect(await heard()).toEqual(['one', 'two'])
    expect(() => receiver.setsockopt(unblock, source)).toThrow(failure('EADDRNOTAVAIL'))
  })

  it.each(ways)('$by.filter.name lets in whom the whole filter names: $net.family', async way => {
    const { receiver, heard, member } = await setUp(way)
    const { join, filter } = way.by
    receiver.setsockopt(join, member)
    for (const { mode, sources, heard: expected } of filters) {
      const value = { ...member, mode, sources: sources.map(source => way.net[source]) }
      receiver.setsockopt(filter, value)
      expect(receiver.getsockopt(filter, member)).toEqual(value)
      expect(await heard()).toEqual(expected)
    }
    receiver.setsockopt(filter, { ...member, mode: 'MCAST_INCLUDE', sources: [] }) // that is to leave
    expect(await heard()).toEqual([])
    expect(() => receiver.getsockopt(filter, member)).toThrow(failure('EADDRNOTAVAIL'))
  })
})
