// Data in the SYN: tcp(7), RFC 7413. A client has to have a cookie of the server, which its first connection brings.
import {
  ETH_P_IP,
  MSG_DONTWAIT,
  MSG_FASTOPEN,
  type Socket,
  TCP_FASTOPEN,
  TCP_FASTOPEN_CONNECT,
  TCP_FASTOPEN_KEY,
  TCP_FASTOPEN_NO_COOKIE,
  TCP_INFO,
} from 'bsd-sockets'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { own } from '../support/pairs.js'
import { SYN, segmentIn } from './segment.js'

type Tcp = Socket<'AF_INET'>
type To = ReturnType<Tcp['getsockname']>
type Open = (client: Tcp, data: Buffer, to: To) => Promise<unknown>

const ways: [string, Open][] = [
  ['sendto with MSG_FASTOPEN', (client, data, to) => client.sendto(data, to, { flags: MSG_FASTOPEN })],
  ['sendmsg with MSG_FASTOPEN', (client, data, address) => client.sendmsg({ data, address }, { flags: MSG_FASTOPEN })],
  [
    'TCP_FASTOPEN_CONNECT, connect and send',
    async (client, data, to) => {
      await client.setsockopt(TCP_FASTOPEN_CONNECT, true).connect(to)
      await client.sendall(data)
    },
  ],
]

function saysDataInSyn(socket: Tcp): boolean {
  const TCPI_OPT_SYN_DATA = 32
  return (Number(socket.getsockopt(TCP_INFO)['options']) & TCPI_OPT_SYN_DATA) !== 0
}

describe.runIf(canMakeNamespaces)('data in the SYN', () => {
  let left: Host
  let right: Host
  let packets: Socket<'AF_PACKET'>
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
    for (const host of [left, right]) await host.sysctl('net.ipv4.tcp_fastopen', 3) // clients may, servers that ask may
    packets = await right.socket('AF_PACKET', 'SOCK_DGRAM')
    packets.bind({ protocol: ETH_P_IP, ifindex: await right.index('cable') })
  })
  beforeEach(() => left.ip('tcp_metrics', 'flush')) // the cookies
  afterAll(async () => {
    packets.close()
    await deleteHosts()
  })

  const listener = async (prepare: (socket: Tcp) => Tcp = socket => socket) =>
    prepare(own(await right.socket('AF_INET', 'SOCK_STREAM')).bind({ address: '192.0.2.2' })).listen()

  async function synSeen(): Promise<number> {
    for await (const { data } of packets.datagrams({ timeout: 5000 })) {
      const segment = segmentIn(data)
      if (segment?.flags === SYN) return segment.size
    }
    throw new Error('the capture has ended')
  }

  /** How many bytes of `data` came with the SYN, as the wire and both ends tell it. */
  async function carried(
    open: Open,
    listening: Tcp,
    prepare: (socket: Tcp) => Tcp = socket => socket,
  ): Promise<number> {
    const client = prepare(own(await left.socket('AF_INET', 'SOCK_STREAM')))
    const data = Buffer.from('in haste')
    const accepting = listening.accept({ timeout: 5000 })
    await open(client, data, listening.getsockname())
    const { socket: server } = await accepting
    expect(own(server).getpeername()).toEqual(client.getsockname())
    expect(await server.recv(100, { timeout: 5000 })).toEqual(data)
    await server.sendall(Buffer.from('answer'))
    expect(`${await client.recv(100, { timeout: 5000 })}`).toBe('answer')
    const count = await synSeen()
    expect([client, server].map(saysDataInSyn)).toEqual([count > 0, count > 0])
    return count
  }

  it.each(ways)('is sent by %s, once there is a cookie', async (_, open) => {
    const plain = await listener()
    for (let i = 0; i < 2; i++) expect(await carried(open, plain)).toBe(0)
    const listening = await listener(socket => socket.setsockopt(TCP_FASTOPEN, 5))
    expect(await carried(open, listening)).toBe(0)
    for (let i = 0; i < 2; i++) expect(await carried(open, listening)).toBe(8)
  })

  it.each(ways)('is sent by %s at once with TCP_FASTOPEN_NO_COOKIE', async (_, open) => {
    const trust = (socket: Tcp) => socket.setsockopt(TCP_FASTOPEN_NO_COOKIE, true)
    const listening = await listener(socket => trust(socket).setsockopt(TCP_FASTOPEN, 5))
    expect(await carried(open, listening, trust)).toBe(8)
  })

  it('has to be sent again where the listener has another TCP_FASTOPEN_KEY', async () => {
    const [, open] = ways[0] ?? []
    if (open === undefined) throw new Error('a way')
    const keyed = (byte: number) =>
      listener(socket => socket.setsockopt(TCP_FASTOPEN_KEY, Buffer.alloc(16, byte)).setsockopt(TCP_FASTOPEN, 5))
    const [one, same, other] = [await keyed(1), await keyed(1), await keyed(2)]
    expect(await carried(open, one)).toBe(0)
    expect(await carried(open, same)).toBe(8)
    const client = own(await left.socket('AF_INET', 'SOCK_STREAM'))
    await open(client, Buffer.from('in haste'), other.getsockname())
    const { socket } = await other.accept({ timeout: 5000 })
    expect(`${await own(socket).recv(100, { timeout: 5000 })}`).toBe('in haste')
    expect([await synSeen(), saysDataInSyn(client)]).toEqual([8, false])
  })

  describe('where the connection has to come about first', () => {
    const nowhere = { address: '192.0.2.98', port: 9 }
    const flags = MSG_FASTOPEN
    const make = async () => own(await left.socket('AF_INET', 'SOCK_STREAM'))
    const closedPort = async () => {
      const listening = await listener()
      const to = listening.getsockname()
      listening.close()
      return to
    }

    it('its error is that of the send, which leaves the socket fit for another', async () => {
      const client = await make()
      const to = await closedPort()
      const sending = client.sendto(Buffer.from('in haste'), to, { flags })
      const receiving = expect(client.recv(1)).rejects.toEqual(failure('ENOTCONN'))
      await expect(sending).rejects.toEqual(failure('ECONNREFUSED', { syscall: 'sendto', port: to.port }))
      await receiving
      const listening = await listener()
      await client.sendto(Buffer.from('to another'), listening.getsockname(), { flags })
      const { socket } = await listening.accept({ timeout: 5000 })
      expect(`${await own(socket).recv(100, { timeout: 5000 })}`).toBe('to another')
      await expect(client.connect(to)).rejects.toEqual(failure('EISCONN'))
    })

    it('the send waits no longer than it is told, or not at all', async () => {
      await left.ip('neighbour', 'replace', nowhere.address, 'lladdr', '02:00:00:00:00:01', 'dev', 'cable')
      const waiting = (await make()).sendto(Buffer.from('x'), nowhere, { flags, timeout: 50 })
      await expect(waiting).rejects.toEqual(failure('ETIMEDOUT', { syscall: undefined }))
      expect((await make()).trySendto(Buffer.from('x'), nowhere, { flags })).toBeUndefined()
      const never = (await make()).sendto(Buffer.from('x'), nowhere, { flags: flags | MSG_DONTWAIT })
      await expect(never).rejects.toEqual(failure('EINPROGRESS', { syscall: 'sendto' }))
    })
  })
})
