// What options write into the header of a packet: as a packet socket of the other host sees it, and as tcpdump tells it.
import {
  ETH_P_IP,
  ETH_P_IPV6,
  IP_MTU_DISCOVER,
  IP_OPTIONS,
  IP_TOS,
  IP_TTL,
  IPPROTO_UDP,
  IPV6_DSTOPTS,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  type Message,
  type Socket,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'
import { own } from '../support/pairs.js'
import type { Program } from '../support/program.js'

type Family = 'AF_INET' | 'AF_INET6'
type Send = (socket: Socket<Family>, message: Message<Family>) => Promise<unknown>
interface Row {
  name: string
  send: Send
  /** Of the header: what is seen then, and otherwise. */
  seen: Readonly<Record<string, unknown>>
  otherwise: Readonly<Record<string, unknown>>
  tcpdump: RegExp
}

const ttl = { seen: { ttl: 7 }, otherwise: { ttl: 64 }, tcpdump: /\bttl 7,/ }
const tos = { seen: { tos: 0x28 }, otherwise: { tos: 0 }, tcpdump: /\btos 0x28,/ }
const hops = { seen: { ttl: 7 }, otherwise: { ttl: 64 }, tcpdump: /\bhlim 7,/ }
const trafficClass = { seen: { tos: 0x28 }, otherwise: { tos: 0 }, tcpdump: /\bclass 0x28,/ }
const ecn = { seen: { tos: 2 }, otherwise: { tos: 0 } }
const beside =
  (type: 'IP_TTL' | 'IP_TOS' | 'IPV6_HOPLIMIT' | 'IPV6_TCLASS', value: number): Send =>
  (socket, message) =>
    socket.sendmsg({ ...message, control: [{ type, value }] })

const four: Row[] = [
  { name: 'IP_TTL', ...ttl, send: (socket, message) => socket.setsockopt(IP_TTL, 7).sendmsg(message) },
  { name: 'IP_TTL beside one datagram', ...ttl, send: beside('IP_TTL', 7) },
  { name: 'IP_TOS', ...tos, send: (socket, message) => socket.setsockopt(IP_TOS, 0x28).sendmsg(message) },
  { name: 'IP_TOS beside one datagram', ...tos, send: beside('IP_TOS', 0x28) },
  {
    name: 'the ecn of one datagram',
    ...ecn,
    send: (socket, message) => socket.sendmsg(message, { ecn: 2 }),
    tcpdump: /\btos 0x2,ECT\(0\),/,
  },
  {
    name: 'IP_MTU_DISCOVER',
    send: (socket, message) => socket.setsockopt(IP_MTU_DISCOVER, 'IP_PMTUDISC_DONT').sendmsg(message),
    seen: { dontFragment: false },
    otherwise: { dontFragment: true },
    tcpdump: /flags \[none\]/,
  },
  {
    name: 'IP_OPTIONS',
    send: (socket, message) => socket.setsockopt(IP_OPTIONS, Buffer.of(1, 1, 1, 0)).sendmsg(message),
    seen: { options: '01010100' },
    otherwise: { options: '' },
    tcpdump: /options \(NOP,NOP,NOP,EOL\)/,
  },
]
const six: Row[] = [
  {
    name: 'IPV6_UNICAST_HOPS',
    ...hops,
    send: (socket, message) => socket.setsockopt(IPV6_UNICAST_HOPS, 7).sendmsg(message),
  },
  { name: 'IPV6_HOPLIMIT beside one datagram', ...hops, send: beside('IPV6_HOPLIMIT', 7) },
  {
    name: 'IPV6_TCLASS',
    ...trafficClass,
    send: (socket, message) => socket.setsockopt(IPV6_TCLASS, 0x28).sendmsg(message),
  },
  { name: 'IPV6_TCLASS beside one datagram', ...trafficClass, send: beside('IPV6_TCLASS', 0x28) },
  {
    name: 'the ecn of one datagram',
    ...ecn,
    send: (socket, message) => socket.sendmsg(message, { ecn: 2 }),
    tcpdump: /\bclass 0x02,/,
  },
  {
    name: 'IPV6_DSTOPTS',
    send: (socket, message) =>
      socket.setsockopt(IPV6_DSTOPTS, [{ type: 30, data: Buffer.from('effects!') }]).sendmsg(message),
    seen: { options: '11011e08656666656374732101020000' },
    otherwise: { options: '' },
    tcpdump: /DSTOPT \(opt_type 0x1e: len=8\)/,
  },
]

/** Where the transport's header begins: that of UDP begins with the port it comes from. */
function parsed(packet: Buffer): { at: number; header: Record<string, unknown> } {
  if (packet.readUInt8() >> 4 === 4) {
    const at = 4 * (packet.readUInt8() & 15)
    const dontFragment = (packet.readUInt16BE(6) & 0x4000) !== 0
    const options = packet.toString('hex', 20, at)
    return { at, header: { tos: packet.readUInt8(1), ttl: packet.readUInt8(8), dontFragment, options } }
  }
  const at = packet.readUInt8(6) === IPPROTO_UDP ? 40 : 48 + 8 * packet.readUInt8(41)
  const tos = (packet.readUInt32BE() >>> 20) & 0xff
  return { at, header: { tos, ttl: packet.readUInt8(7), options: packet.toString('hex', 40, at) } }
}

describe.runIf(canMakeNamespaces)('the header of a datagram', () => {
  let left: Host
  let right: Host
  let tcpdump: Program | undefined
  let nextPort = 10_000 // no port twice, as tcpdump's whole output is searched
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
    if (!needs('program', 'tcpdump')) return
    const filter = 'ip proto \\udp or dst host 2001:db8::2'
    tcpdump = right.program('tcpdump', '--immediate-mode', '-lnvi', 'cable', filter)
    await tcpdump.line(/listening on cable/)
  })
  afterAll(deleteHosts)

  /** The header of what came from a port. */
  async function captured(packets: Socket<'AF_PACKET'>, port: number): Promise<unknown> {
    for await (const { data } of packets.datagrams({ timeout: 5000 })) {
      const { at, header } = parsed(data)
      if (data.length > at + 8 && data.readUInt16BE(at) === port) return header
    }
    throw new Error('the capture has ended')
  }

  /** What tcpdump told before the port that it came from. */
  const told = async (port: number): Promise<string | undefined> =>
    (await tcpdump?.line(new RegExp(`^.* IP6? (?:.*\\n )?.*\\b${port} > \\S+`, 'm')))?.[0]

  async function shows(family: Family, address: string, protocol: number, row: Row): Promise<void> {
    const packets = own(await right.socket('AF_PACKET', 'SOCK_DGRAM'))
    packets.bind({ protocol, ifindex: await right.index('cable') })
    const message = { data: Buffer.from('x'), address: { address, port: 9 } }
    const [from, specially] = [nextPort++, nextPort++]
    const plain = own(await left.socket(family, 'SOCK_DGRAM')).bind({ port: from })
    const special = own(await left.socket(family, 'SOCK_DGRAM')).bind({ port: specially })
    await plain.sendmsg(message)
    await row.send(special, message)
    expect(await captured(packets, from)).toMatchObject(row.otherwise)
    expect(await captured(packets, specially)).toMatchObject(row.seen)
    if (tcpdump === undefined) return
    expect(await told(from)).not.toMatch(row.tcpdump)
    expect(await told(specially)).toMatch(row.tcpdump)
  }

  it.each(four)('of IPv4 has what $name says', row => shows('AF_INET', '192.0.2.2', ETH_P_IP, row))
  it.each(six)('of IPv6 has what $name says', row => shows('AF_INET6', '2001:db8::2', ETH_P_IPV6, row))
})
