import {
  AF_INET,
  AF_PACKET,
  ETH_P_IP,
  IPPROTO_IP,
  MSG_ERRQUEUE,
  MSG_ZEROCOPY,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
} from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { own, refuser, tcpPair, udpPair } from '../support/pairs.js'
import { completions, idsOf } from '../support/zerocopy.js'

const IP_RECVERR = 11
const SO_ZEROCOPY = 60
const SO_TIMESTAMPING = 37
const txSoftwareOptIdAndSoftware = (1 << 1) | (1 << 4) | (1 << 7)

async function closedPort(): Promise<{ address: string; port: number }> {
  const { address, port } = (await refuser(SOCK_DGRAM)).getsockname()
  return { address, port }
}

function withRecverr(): Socket<'AF_INET'> {
  return own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })).setsockopt(IPPROTO_IP, IP_RECVERR, 1)
}

describe.runIf(needs('linux'))('recverr', () => {
  it.runIf(needs('epoll'))('tells an ICMP error with its offender, and what was sent where', async () => {
    const socket = withRecverr()
    const to = await closedPort()
    const waiting = socket.recverr({ timeout: 5000 })
    await socket.sendto(Buffer.from('anybody?'), to)
    expect(await waiting).toEqual({
      origin: 'SO_EE_ORIGIN_ICMP',
      code: 'ECONNREFUSED',
      errno: -111,
      icmpType: 3,
      icmpCode: 3,
      info: 0,
      destination: { family: AF_INET, ...to },
      offender: { family: AF_INET, address: '127.0.0.1', port: 0 },
      data: Buffer.from('anybody?'),
      control: [],
    })
    expect(socket.tryRecverr()).toBeUndefined()
    await expect(socket.recverr({ timeout: 10 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  it.runIf(needs('epoll'))(
    'leaves other operations of an unconnected socket unharmed, and loses no error',
    async () => {
      const socket = withRecverr()
      const peer = own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
      const to = await closedPort()
      const receiving = socket.recvfrom(10)
      for (let i = 0; i < 100; i++) await socket.sendto(Buffer.from(String(i)), to)
      await peer.sendto(Buffer.from('hello'), socket.getsockname())
      expect((await receiving).data.toString()).toBe('hello')
      const told: string[] = []
      for await (const error of socket.errors({ timeout: 10_000 })) {
        if ('icmpType' in error) told.push(error.data.toString())
        if (told.length === 100) break
      }
      expect(told).toEqual(Array.from({ length: 100 }, (_, i) => String(i)))
    },
  )

  it.runIf(needs('epoll'))('is an error of the operation on a connected socket', async () => {
    const socket = withRecverr()
    await socket.connect(await closedPort())
    await socket.send(Buffer.from('x'))
    await expect(socket.recv(1, { timeout: 10_000 })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(socket.tryRecverr()).toMatchObject({ origin: 'SO_EE_ORIGIN_ICMP', code: 'ECONNREFUSED' })
  })

  it.runIf(needs('epoll'))('tells the time stamp of a send by its id', async () => {
    const [one] = await udpPair()
    one.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, txSoftwareOptIdAndSoftware)
    const before = BigInt(Date.now() - 1000) * 1_000_000n
    for (let id = 0; id < 3; id++) {
      await one.send(Buffer.from('x'))
      const stamp = await one.recverr({ timeout: 10_000 })
      expect(stamp).toMatchObject({ origin: 'SO_EE_ORIGIN_TIMESTAMPING', id, stage: 'SCM_TSTAMP_SND' })
      expect('software' in stamp && (stamp.software ?? 0n) > before).toBe(true)
    }
  })

  it.runIf(needs('CAP_NET_RAW') && needs('epoll'))('tells the time stamp of a frame of AF_PACKET', async () => {
    const frames = own(new Socket(AF_PACKET, SOCK_DGRAM, 0).bind({ ifindex: 1 }))
    frames.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, txSoftwareOptIdAndSoftware)
    for (let id = 0; id < 2; id++) {
      await frames.sendto(Buffer.alloc(20), { protocol: ETH_P_IP, ifindex: 1, address: '00:00:00:00:00:00' })
      expect(await frames.recverr({ timeout: 10_000 })).toMatchObject({ origin: 'SO_EE_ORIGIN_TIMESTAMPING', id })
    }
  })

  it.runIf(needs('epoll'))('tells which zero-copy sends are complete', async () => {
    const [client, server] = await tcpPair()
    client.setsockopt(SOL_SOCKET, SO_ZEROCOPY, 1)
    const data = Buffer.alloc(10_000)
    for (let i = 0; i < 2; i++) await client.send(data, { flags: MSG_ZEROCOPY })
    const receiving = server.recv(20_000, { flags: 0x100 })
    expect(idsOf(await completions(client, 1))).toEqual([0, 1])
    expect(await receiving).toHaveLength(20_000)
  })

  it.runIf(needs('epoll'))('is what recvmsg tells of the error queue too', async () => {
    const socket = withRecverr()
    await socket.sendto(Buffer.from('x'), await closedPort())
    const message = await socket.recvmsg(100, { flags: MSG_ERRQUEUE, timeout: 10_000 })
    expect(message.control).toMatchObject([{ type: 'IP_RECVERR', error: { code: 'ECONNREFUSED' } }])
    expect(message.flags & MSG_ERRQUEUE).toBe(MSG_ERRQUEUE)
  })

  it.runIf(needs('epoll'))('leaves readable to wait, where the queue is not read', async () => {
    const socket = withRecverr()
    await socket.sendto(Buffer.from('x'), await closedPort())
    await socket.readable({ timeout: 10_000 }).catch(() => undefined) // tells of the error once
    expect(socket.tryRecv(1)).toBeUndefined()
    await expect(socket.readable({ timeout: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(socket.tryRecverr()).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('takes nothing from a family without error queues', async () => {
    const [one, other] = Socket.pair(SOCK_DGRAM)
    await own(one).send(Buffer.from('data'))
    expect(() => own(other).tryRecverr()).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP' }))
    expect((await other.recv(10)).toString()).toBe('data')
  })

  it('ends with the socket', async () => {
    const socket = withRecverr()
    const pending = socket.recverr()
    setTimeout(() => socket.close(), 10)
    await expect(pending).rejects.toMatchObject({ code: 'ECANCELED' })
    for await (const _ of socket.errors()) throw new Error('nothing comes from a closed socket')
  })
})
