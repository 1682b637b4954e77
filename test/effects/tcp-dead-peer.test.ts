// A peer that is gone without a word: how many probes are sent to it, and what is told then.
import {
  ETH_P_ALL,
  ETH_P_IP,
  SO_KEEPALIVE,
  type Socket,
  TCP_INFO,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_USER_TIMEOUT,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { own, tcpBetween } from '../support/pairs.js'
import { ACK, segmentIn } from './segment.js'

const keepalive = (socket: Socket): Socket =>
  socket.setsockopt(SO_KEEPALIVE, true).setsockopt(TCP_KEEPIDLE, 1).setsockopt(TCP_KEEPINTVL, 1)
const rows: { name: string; probes: number; prepare: (socket: Socket) => Socket }[] = [
  { name: 'TCP_KEEPCNT', probes: 2, prepare: socket => keepalive(socket).setsockopt(TCP_KEEPCNT, 2) },
  { name: 'TCP_USER_TIMEOUT', probes: 1, prepare: socket => keepalive(socket).setsockopt(TCP_USER_TIMEOUT, 500) },
]

/** Whether a packet is a segment of these ports that carries nothing: what a probe is. */
function isProbe(packet: Buffer, from: number, to: number): boolean {
  const segment = segmentIn(packet)
  return segment?.from === from && segment.to === to && segment.flags === ACK && segment.size === 0
}

describe.runIf(canMakeNamespaces)('a connection that only listens, when the link of its peer is cut,', () => {
  let hosts: [Host, Host]
  beforeAll(async () => {
    const [left, right] = await Host.three() // with a switch between, whose link to the other host is cut
    hosts = [left, right]
    // Otherwise nobody answers who has the address, and that is told: EHOSTUNREACH.
    const [, card = ''] = /ether (\S+)/.exec(await right.ip('link', 'show', 'cable')) ?? []
    await left.ip('neighbour', 'replace', '192.0.2.2', 'lladdr', card, 'dev', 'cable', 'nud', 'permanent')
  })
  afterAll(deleteHosts)

  it.each(rows)('ends after $probes unanswered probes by $name', async ({ probes, prepare }) => {
    const [left, right] = hosts
    await right.ip('link', 'set', 'cable', 'up')
    await left.reach('192.0.2.2')
    const [client] = await tcpBetween(hosts, prepare)
    const [from, to] = [client.getsockname().port, client.getpeername().port]
    const packets = own(await left.socket('AF_PACKET', 'SOCK_DGRAM'))
    packets.bind({ protocol: ETH_P_ALL, ifindex: await left.index('cable') })
    await right.ip('link', 'set', 'cable', 'down')
    const error = failure('ETIMEDOUT', { syscall: 'recv' })
    await expect(client.recv(1, { timeout: 20_000 })).rejects.toEqual(error)
    let unanswered = 0
    for (let got = packets.tryRecvfrom(100); got !== undefined; got = packets.tryRecvfrom(100)) {
      if (got.address.protocol !== ETH_P_IP) continue
      if (isProbe(got.data, from, to)) unanswered++
      else if (isProbe(got.data, to, from)) unanswered = 0
    }
    expect(unanswered).toBe(probes)
  })

  it('stays, while the peer answers the probes', async () => {
    const [left, right] = hosts
    await right.ip('link', 'set', 'cable', 'up')
    await left.reach('192.0.2.2')
    const [client, server] = await tcpBetween(hosts, rows[0]?.prepare)
    const packets = own(await right.socket('AF_PACKET', 'SOCK_DGRAM'))
    packets.bind({ protocol: ETH_P_IP, ifindex: await right.index('cable') })
    const [from, to] = [client.getsockname().port, client.getpeername().port]
    let seen = 0
    for await (const { data } of packets.datagrams({ timeout: 10_000 }))
      if (isProbe(data, from, to) && ++seen === 3) break
    await server.sendall(Buffer.from('still here'))
    expect(`${await client.recv(100, { timeout: 5000 })}`).toBe('still here')
    expect(client.getsockopt(TCP_INFO).state).toBe('TCP_ESTABLISHED')
  })
})
