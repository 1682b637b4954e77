// TCP_INFO and TCP_CONGESTION beside what ss(8) tells of the same connection.

import { setImmediate as turn } from 'node:timers/promises'
import { MSG_WAITALL, type Socket, TCP_CC_INFO, TCP_CONGESTION, TCP_INFO, type TcpInfo } from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'
import { tcpBetween } from '../support/pairs.js'

/** A field by the name that ss has for it, as ss writes it. */
const fields: Readonly<Record<string, (info: TcpInfo) => unknown>> = {
  rto: ({ rto }) => rto / 1000,
  rtt: ({ rtt, rttvar }) => `${rtt / 1000}/${rttvar / 1000}`,
  mss: info => info['sndMss'],
  rcvmss: info => info['rcvMss'],
  advmss: info => info['advmss'],
  pmtu: ({ pmtu }) => pmtu,
  cwnd: ({ sndCwnd }) => sndCwnd,
  wscale: info => `${info['sndWscale']},${info['rcvWscale']}`,
  bytes_sent: info => info['bytesSent'],
  bytes_acked: ({ bytesAcked }) => bytesAcked,
  bytes_received: ({ bytesReceived }) => bytesReceived,
  segs_out: info => info['segsOut'],
  segs_in: info => info['segsIn'],
  data_segs_out: info => info['dataSegsOut'],
  data_segs_in: info => info['dataSegsIn'],
  delivered: info => info['delivered'],
  rcv_space: info => info['rcvSpace'],
  rcv_ssthresh: info => info['rcvSsthresh'],
  minrtt: ({ minRtt }) => minRtt / 1000,
  snd_wnd: info => info['sndWnd'],
}

describe.runIf(canMakeNamespaces && needs('program', 'ss'))('of a TCP connection', () => {
  let hosts: [Host, Host]
  beforeAll(async () => {
    hosts = await Host.pair()
  })
  afterAll(deleteHosts)

  /** What ss tells of the connection from this port. */
  async function told(host: Host, socket: Socket<'AF_INET'>): Promise<string> {
    const ss = host.program('ss', '-tniH', 'sport', '=', String(socket.getsockname().port))
    ss.end()
    return ss.output()
  }

  it('TCP_INFO tells what `ss -ti` tells', async () => {
    const [client, server] = await tcpBetween(hosts)
    const size = 100_000
    await client.sendall(Buffer.alloc(size))
    await server.recv(size, { flags: MSG_WAITALL })
    await server.sendall(Buffer.from('all'))
    await client.recv(3)
    while (server.getsockopt(TCP_INFO).unacked > 0) await turn() // an acknowledgement may wait for 40 ms
    for (const [i, socket] of [client, server].entries()) {
      const text = await told(hosts[i] ?? hosts[0], socket)
      const info = socket.getsockopt(TCP_INFO)
      const words = [...text.matchAll(/\b([a-z_]+):(\S+)/g)].flatMap(([, name = '', value]) => {
        const field = fields[name]
        return field === undefined ? [] : [[name, value, String(field(info))] as const]
      })
      expect(words.map(([name, , ours]) => [name, ours])).toEqual(words.map(([name, theirs]) => [name, theirs]))
      expect(words.length).toBeGreaterThan(14)
    }
    const both = { state: 'TCP_ESTABLISHED', pmtu: 1500, sndMss: 1448 }
    expect(client.getsockopt(TCP_INFO)).toMatchObject({ ...both, bytesAcked: BigInt(size + 1), bytesReceived: 3n })
    expect(server.getsockopt(TCP_INFO)).toMatchObject({ ...both, bytesAcked: 3n, bytesReceived: BigInt(size) })
  })

  const pairs: [string, string][] = [
    ['reno', 'cubic'],
    ['cubic', 'reno'],
    ['bbr', 'reno'],
  ]
  const known = pairs.filter(names => needs('congestion', ...names))
  it.each(known)('TCP_CONGESTION chooses the algorithm of each end: %s and %s', async (name, other) => {
    const [client, server] = await tcpBetween(hosts, (client, listening) => {
      client.setsockopt(TCP_CONGESTION, name)
      listening.setsockopt(TCP_CONGESTION, other)
    })
    await client.sendall(Buffer.from('measured'))
    await server.recv(8, { flags: MSG_WAITALL })
    expect([client.getsockopt(TCP_CONGESTION), server.getsockopt(TCP_CONGESTION)]).toEqual([name, other])
    expect(await told(hosts[0], client)).toMatch(new RegExp(`\\s${name} `))
    expect(await told(hosts[1], server)).toMatch(new RegExp(`\\s${other} `))
    const { bbr, ...rest } = client.getsockopt(TCP_CC_INFO)
    expect(rest).toEqual({})
    if (name === 'bbr') expect(bbr?.minRtt).toBe(client.getsockopt(TCP_INFO).minRtt)
    else expect(bbr).toBeUndefined()
    server.setsockopt(TCP_CONGESTION, name) // also of a connection that stands
    expect(await told(hosts[1], server)).toMatch(new RegExp(`\\s${name} `))
    expect(() => client.setsockopt(TCP_CONGESTION, 'nosuch')).toThrow(failure('ENOENT'))
  })
})
