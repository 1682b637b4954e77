// Multipath TCP between two hosts with two links: what it tells of itself, and that it outlives one of the links.
import {
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  MPTCP_INFO,
  MPTCP_SUBFLOW_ADDRS,
  MPTCP_TCPINFO,
  type Socket,
  TCP_IS_MPTCP,
} from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host, spare } from '../support/namespace.js'
import { needs } from '../support/needs.js'
import { own } from '../support/pairs.js'

type Tcp = Socket<'AF_INET'>

describe.runIf(canMakeNamespaces && needs('mptcp'))('a connection of MPTCP', () => {
  let left: Host
  let right: Host
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
    await left.join(right, spare)
  })
  afterAll(deleteHosts)

  async function connection(ours = IPPROTO_MPTCP, theirs = IPPROTO_MPTCP): Promise<[Tcp, Tcp]> {
    const listening = own(await right.socket('AF_INET', 'SOCK_STREAM', theirs))
      .bind({ address: '192.0.2.2' })
      .listen()
    const client = own(await left.socket('AF_INET', 'SOCK_STREAM', ours))
    const accepting = listening.accept({ timeout: 5000 })
    await client.connect(listening.getsockname(), { timeout: 5000 })
    const { socket } = await accepting
    return [client, own(socket)]
  }

  async function talk(...ends: [Tcp, Tcp]): Promise<void> {
    for (const [from, to] of [ends, ends.toReversed()]) {
      await from?.sendall(Buffer.from('several ways'))
      expect(`${await to?.recv(100, { timeout: 20_000 })}`).toBe('several ways')
    }
  }

  it('talks, and tells its subflow', async () => {
    const [client, server] = await connection()
    await talk(client, server)
    for (const [end, local, remote] of [
      [client, '192.0.2.1', '192.0.2.2'],
      [server, '192.0.2.2', '192.0.2.1'],
    ] as const) {
      expect([end.protocol, end.getsockopt(TCP_IS_MPTCP)]).toEqual([IPPROTO_MPTCP, true])
      expect(end.getsockopt(MPTCP_SUBFLOW_ADDRS)).toEqual([{ local, remote }])
      expect(end.getsockopt(MPTCP_TCPINFO)).toMatchObject([{ state: 'TCP_ESTABLISHED', pmtu: 1500 }])
    }
    const [one, other] = [client.getsockopt(MPTCP_INFO), server.getsockopt(MPTCP_INFO)]
    expect(one.token).not.toBe(other.token)
    expect([one.writeSeq, one.rcvNxt]).toEqual([other.rcvNxt, other.writeSeq])
  })

  it.each([
    [IPPROTO_MPTCP, IPPROTO_TCP],
    [IPPROTO_TCP, IPPROTO_MPTCP],
  ])('is plain TCP where one end is: protocols %i and %i', async (ours, theirs) => {
    const ends = await connection(ours, theirs)
    await talk(...ends)
    for (const end of ends) {
      expect(end.getsockopt(TCP_IS_MPTCP)).toBe(false)
      expect(() => end.getsockopt(MPTCP_INFO)).toThrow(failure('EOPNOTSUPP'))
    }
  })

  it('has a subflow by each link, and goes on when one is cut', async () => {
    await left.ip('mptcp', 'endpoint', 'add', '198.51.100.1', 'dev', 'spare', 'subflow')
    const ends = await connection()
    const established = (end: Tcp) => end.getsockopt(MPTCP_TCPINFO).filter(({ state }) => state === 'TCP_ESTABLISHED')
    do await talk(...ends)
    while (ends.some(end => established(end).length < 2))
    for (const end of ends) expect(end.getsockopt(MPTCP_INFO).subflows).toBe(1) // beside the first
    expect(ends[0].getsockopt(MPTCP_SUBFLOW_ADDRS)).toEqual([
      { local: '192.0.2.1', remote: '192.0.2.2' },
      { local: '198.51.100.1', remote: '192.0.2.2' },
    ])
    await right.ip('link', 'set', 'cable', 'down')
    await talk(...ends)
  })
})
