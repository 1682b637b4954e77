// Routes and links as the kernel lists them, rtnetlink(7), beside what ip(8) lists; and what the options of netlink add.
import {
  inet_ntop,
  inet_pton,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_PKTINFO,
  NETLINK_ROUTE,
  type Socket,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { own } from '../support/pairs.js'

// linux/netlink.h, linux/rtnetlink.h, linux/if_link.h
const [NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE] = [1, 2, 3]
const [RTM_GETLINK, RTM_NEWROUTE, RTM_GETROUTE] = [18, 24, 26]
const [NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLM_F_CREATE, NLM_F_ACK_TLVS] = [1, 4, 0x300, 0x400, 0x200]
const [IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_TXQLEN] = [1, 3, 4, 13]
const [RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_PREFSRC, RTA_TABLE] = [1, 4, 5, 6, 7, 15]
const NLMSGERR_ATTR_MSG = 1
const RTNLGRP_IPV4_ROUTE = 7
const AF_INET = 2
const ENETUNREACH = 101
const IFF_UP = 1
const header = { ifinfomsg: 16, rtmsg: 12, nlmsghdr: 16 }

type Netlink = Socket<'AF_NETLINK'>
type Attributes = ReadonlyMap<number, Buffer>
interface NetlinkMessage {
  type: number
  flags: number
  sequence: number
  body: Buffer
}

const padded = (length: number): number => (length + 3) & ~3

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(4 + value.length)
  head.writeUInt16LE(type, 2)
  return Buffer.concat([head, value, Buffer.alloc(padded(value.length) - value.length)])
}

/** What follows one another, each with its length before it: messages, or attributes. */
function* parts(bytes: Buffer, least: number, lengthAt: (at: number) => number): Generator<Buffer> {
  for (let at = 0; at + least <= bytes.length; ) {
    const length = lengthAt(at)
    if (length < least) throw new Error(`a length of ${length} at ${at}`)
    yield bytes.subarray(at, at + length)
    at += padded(length)
  }
}

function messagesIn(bytes: Buffer): NetlinkMessage[] {
  return [...parts(bytes, header.nlmsghdr, at => bytes.readUInt32LE(at))].map(message => ({
    type: message.readUInt16LE(4),
    flags: message.readUInt16LE(6),
    sequence: message.readUInt32LE(8),
    body: message.subarray(header.nlmsghdr),
  }))
}

function attributesIn(bytes: Buffer): Attributes {
  const all = [...parts(bytes, 4, at => bytes.readUInt16LE(at))]
  return new Map(all.map(one => [one.readUInt16LE(2), one.subarray(4)]))
}

let sequence = 0

function request(type: number, flags: number, ...body: Buffer[]): { bytes: Buffer; sequence: number } {
  const bytes = Buffer.concat([Buffer.alloc(header.nlmsghdr), ...body])
  bytes.writeUInt32LE(bytes.length)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(NLM_F_REQUEST | flags, 6)
  bytes.writeUInt32LE(++sequence, 8)
  return { bytes, sequence }
}

/** Everything of one kind. `datagrams` is how many it came in. */
async function dump(socket: Netlink, type: number, size: number): Promise<{ bodies: Buffer[]; datagrams: number }> {
  const { bytes, sequence } = request(type, NLM_F_DUMP, Buffer.alloc(size))
  await socket.sendto(bytes, { pid: 0 })
  const bodies: Buffer[] = []
  let datagrams = 0
  for await (const { data, address, truncated } of socket.datagrams({ timeout: 5000 })) {
    expect({ address, truncated }).toEqual({ address: { family: 'AF_NETLINK', pid: 0, groups: 0 }, truncated: false })
    datagrams++
    for (const message of messagesIn(data)) {
      expect(message.sequence).toBe(sequence)
      if (message.type === NLMSG_DONE) return { bodies, datagrams }
      if (message.type === NLMSG_ERROR) throw new Error(`the kernel answers ${message.body.readInt32LE()}`)
      bodies.push(message.body)
    }
  }
  throw new Error('the list has no end')
}

const text = (bytes: Buffer | undefined): string => bytes?.toString().replace(/\0$/, '') ?? ''
const number = (bytes: Buffer | undefined): number | undefined => bytes?.readUInt32LE()
const card = (bytes: Buffer | undefined): string | undefined => bytes?.toString('hex').replace(/..(?!$)/g, '$&:')

interface Link {
  ifindex: number
  ifname: string
  up: boolean
  mtu: number | undefined
  txqlen: number | undefined
  address: string | undefined
}

function link(body: Buffer): Link {
  const found = attributesIn(body.subarray(header.ifinfomsg))
  return {
    ifindex: body.readInt32LE(4),
    ifname: text(found.get(IFLA_IFNAME)),
    up: (body.readUInt32LE(8) & IFF_UP) !== 0,
    mtu: number(found.get(IFLA_MTU)),
    txqlen: number(found.get(IFLA_TXQLEN)),
    address: card(found.get(IFLA_ADDRESS)),
  }
}

/** A route in words, as `ip -d -N -j route` has them. */
function route(body: Buffer, names: ReadonlyMap<number | undefined, string>): Record<string, unknown> {
  const found = attributesIn(body.subarray(header.rtmsg))
  const family = body.readUInt8()
  const address = (bytes: Buffer | undefined): string | undefined =>
    bytes && inet_ntop(family === AF_INET ? 'AF_INET' : 'AF_INET6', bytes)
  const length = body.readUInt8(1)
  const isHost = length === (family === AF_INET ? 32 : 128)
  const dst = found.get(RTA_DST)
  return {
    type: body.readUInt8(7),
    dst: dst === undefined ? 'default' : isHost ? address(dst) : `${address(dst)}/${length}`,
    gateway: address(found.get(RTA_GATEWAY)),
    dev: names.get(number(found.get(RTA_OIF))),
    table: number(found.get(RTA_TABLE)),
    protocol: body.readUInt8(5),
    scope: body.readUInt8(6),
    prefsrc: address(found.get(RTA_PREFSRC)),
    metric: number(found.get(RTA_PRIORITY)),
  }
}

/** The acknowledgement of a request, and what came before it. */
async function answered(
  socket: Netlink,
  { bytes, sequence }: { bytes: Buffer; sequence: number },
): Promise<{ before: { type: number; groups: number[] }[]; error: number; words: string | undefined }> {
  await socket.sendto(bytes, { pid: 0 })
  const before: { type: number; groups: number[] }[] = []
  for await (const { data, control } of socket.messages({ timeout: 5000 })) {
    const groups = control.flatMap(one => ('group' in one ? one.group : []))
    for (const { type, flags, sequence: of, body } of messagesIn(data)) {
      if (type === NLMSG_ERROR && of === sequence) {
        const said = (flags & NLM_F_ACK_TLVS) === 0 ? undefined : attributesIn(body.subarray(4 + body.readUInt32LE(4)))
        return { before, error: body.readInt32LE(), words: said && text(said.get(NLMSGERR_ATTR_MSG)) }
      }
      before.push({ type, groups })
    }
  }
  throw new Error('the request has no answer')
}

/** The request for a route to an IPv4 network by a gateway. */
function routeBy(gateway: string): ReturnType<typeof request> {
  const [RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_UNIVERSE, RTN_UNICAST] = [254, 4, 0, 1]
  const rtmsg = Buffer.of(AF_INET, 24, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_UNIVERSE, RTN_UNICAST, 0, 0, 0, 0)
  const by = attribute(RTA_GATEWAY, inet_pton('AF_INET', gateway) ?? Buffer.alloc(0))
  const to = attribute(RTA_DST, Buffer.of(203, 0, 113, 0))
  return request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_ACK, rtmsg, to, by)
}

/** A request that does nothing but be acknowledged. */
const nothing = () => request(NLMSG_NOOP, NLM_F_ACK)

describe.runIf(canMakeNamespaces)('the kernel', () => {
  let host: Host
  beforeAll(async () => {
    ;[host] = await Host.pair()
    await host.ip('link', 'add', 'dark', 'type', 'veth', 'peer', 'name', 'other')
    const batch = host.program('ip', '-batch', '-')
    const many = Array.from(
      { length: 500 },
      (_, i) => `route add 198.18.${i >> 6}.${4 * (i & 63)}/30 via 192.0.2.2 metric ${i + 1}`,
    )
    batch.end(
      [
        ...many,
        'route add default via 192.0.2.2 src 192.0.2.1',
        'route add unreachable 203.0.113.9',
        'route add 2001:db8:5::/48 via fe80::2 dev cable table 1000 proto 99',
        '',
      ].join('\n'),
    )
    await batch.output()
  })
  afterAll(deleteHosts)

  const open = async (): Promise<Netlink> => own(await host.socket('AF_NETLINK', 'SOCK_RAW', NETLINK_ROUTE)).bind({})

  it('lists the links that `ip -j link` lists', async () => {
    const { bodies } = await dump(await open(), RTM_GETLINK, header.ifinfomsg)
    const theirs: (Link & { flags: string[] })[] = JSON.parse(await host.ip('-j', 'link'))
    const picked = theirs.map(({ ifindex, ifname, flags, mtu, txqlen, address }): Link => {
      return { ifindex, ifname, up: flags.includes('UP'), mtu, txqlen, address }
    })
    expect(bodies.map(link)).toEqual(picked)
    expect(picked.map(({ ifname }) => ifname).sort()).toEqual(['cable', 'dark', 'lo', 'other'])
  })

  it('lists the routes that `ip -j route` lists, in several datagrams', async () => {
    const socket = await open()
    const links = (await dump(socket, RTM_GETLINK, header.ifinfomsg)).bodies.map(link)
    const names = new Map(links.map(({ ifindex, ifname }) => [ifindex, ifname]))
    const { bodies, datagrams } = await dump(socket, RTM_GETROUTE, header.rtmsg)
    const theirs: Record<string, unknown>[] = JSON.parse(
      await host.ip('-d', '-N', '-j', 'route', 'show', 'table', 'all'),
    )
    const picked = theirs.map(({ type, table, protocol, scope, dst, gateway, dev, prefsrc, metric }) => {
      const numbers = { type: Number(type), table: Number(table), protocol: Number(protocol), scope: Number(scope) }
      return { ...numbers, dst, gateway, dev, prefsrc, metric }
    })
    expect(bodies.map(body => route(body, names))).toEqual(picked)
    expect(bodies.length).toBeGreaterThan(510)
    expect(datagrams).toBeGreaterThan(2)
  })

  it('tells NETLINK_ADD_MEMBERSHIP of changes, with NETLINK_PKTINFO of which group', async () => {
    const socket = await open()
    const changed = async (metric: number) => {
      await host.ip('route', 'add', '203.0.113.128/25', 'via', '192.0.2.2', 'metric', String(metric))
      return (await answered(socket, nothing())).before
    }
    expect(await changed(1)).toEqual([])
    socket.setsockopt(NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE)
    expect(await changed(2)).toEqual([{ type: RTM_NEWROUTE, groups: [] }])
    socket.setsockopt(NETLINK_PKTINFO, true)
    expect(await changed(3)).toEqual([{ type: RTM_NEWROUTE, groups: [RTNLGRP_IPV4_ROUTE] }])
    socket.setsockopt(NETLINK_DROP_MEMBERSHIP, RTNLGRP_IPV4_ROUTE)
    expect(await changed(4)).toEqual([])
  })

  it('takes a route, or says why not: in words with NETLINK_EXT_ACK', async () => {
    const socket = await open()
    const refused = { error: -ENETUNREACH, words: undefined }
    expect(await answered(socket, routeBy('198.51.100.1'))).toMatchObject(refused)
    socket.setsockopt(NETLINK_EXT_ACK, true)
    const words = 'Nexthop has invalid gateway'
    expect(await answered(socket, routeBy('198.51.100.1'))).toMatchObject({ ...refused, words })
    expect(await answered(socket, routeBy('192.0.2.2'))).toMatchObject({ error: 0, before: [] })
    expect(await host.ip('route', 'show', '203.0.113.0/24')).toMatch(/via 192\.0\.2\.2 dev cable proto static/)
  })
})
