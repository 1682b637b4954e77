// IP_RECVERR by the thousand: an error queue that nobody reads costs nothing and harms nobody, and holds every error that
// the kernel kept.
import { setTimeout as sleep } from 'node:timers/promises'
import { IP_RECVERR, IPV6_RECVERR, type QueuedError, SO_MEMINFO, SO_RCVBUF, SO_RCVBUFFORCE, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { own, refuser, udpPair } from '../support/pairs.js'

type Udp = Socket<'AF_INET' | 'AF_INET6'>
type To = { address: string; port: number }
const four = {
  family: 'AF_INET',
  hosts: ['127.0.0.1', '127.0.0.2', '127.0.0.3'],
  option: IP_RECVERR,
  icmp: 'SO_EE_ORIGIN_ICMP',
} as const
const six = { family: 'AF_INET6', hosts: ['::1'], option: IPV6_RECVERR, icmp: 'SO_EE_ORIGIN_ICMP6' } as const
const nets = [four, ...(needs('ipv6') ? [six] : [])]
const THOUSANDS = 5000

/** Three ports of each address that are closed. */
async function closedPorts({ family, hosts }: (typeof nets)[number]): Promise<To[]> {
  const ports: To[] = []
  for (const address of hosts.flatMap(host => [host, host, host])) {
    const { port } = (await refuser('SOCK_DGRAM', family, address)).getsockname()
    ports.push({ address, port })
  }
  return ports
}

function open({ family, option }: (typeof nets)[number]): Udp {
  return own(new Socket(family, 'SOCK_DGRAM')).setsockopt(option, true).bind({})
}

/** Datagrams to all of them in turn, each with its number. Over the loopback the answers are there at once. */
async function sendThousands(socket: Udp, to: readonly To[]): Promise<void> {
  for (let i = 0; i < THOUSANDS; i++)
    await socket.sendto(Buffer.from(String(i)), to[i % to.length] ?? { address: '', port: 0 })
}

/** What of a queued error tells that it is the one of a certain datagram. */
function told(error: QueuedError): unknown {
  if (!('destination' in error)) return error
  const { origin, code, destination, data } = error
  const offender =
    'offender' in error && error.offender && 'address' in error.offender ? error.offender.address : undefined
  const to = 'port' in destination && 'address' in destination ? [destination.address, destination.port] : destination
  return { origin, code, to, offender, data: data.toString() }
}

function expected({ icmp }: (typeof nets)[number], to: readonly To[], count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => {
    const { address = '', port = 0 } = to[i % to.length] ?? {}
    return { origin: icmp, code: 'ECONNREFUSED', to: [address, port], offender: address, data: String(i) }
  })
}

function everyError(socket: Udp): unknown[] {
  const all: unknown[] = []
  for (let error = socket.tryRecverr(); error !== undefined; error = socket.tryRecverr()) all.push(told(error))
  return all
}

describe.runIf(needs('linux'))('thousands of datagrams to ports that are closed', () => {
  it.runIf(needs('root') && needs('epoll')).each(nets)(
    'leave thousands of errors, in order, and cost nothing while nobody reads them: $family',
    async net => {
      const socket = open(net).setsockopt(SO_RCVBUFFORCE, 16 << 20)
      const to = await closedPorts(net)
      const receiving = socket.recvfrom(100)
      const peer = own(new Socket(net.family, 'SOCK_DGRAM'))
      const [one, other] = await udpPair()
      await sendThousands(socket, to)

      const before = { cpu: process.cpuUsage(), time: performance.now() }
      await sleep(1000)
      const { user, system } = process.cpuUsage(before.cpu)
      const [cpu, wall] = [(user + system) / 1000, performance.now() - before.time]
      console.log(
        `${net.family}: ${THOUSANDS} unread errors cost ${cpu.toFixed(0)} ms of CPU time in ${wall.toFixed(0)} ms`,
      )
      expect(cpu).toBeLessThan(wall / 4)

      const { port } = socket.getsockname()
      await peer.sendto(Buffer.from('hello'), { address: net.hosts[0], port })
      const { data, address } = await receiving
      expect(`${data}`).toBe('hello')
      await socket.sendto(Buffer.from('and back'), address)
      expect(`${await peer.recv(100, { timeout: 5000 })}`).toBe('and back')
      await socket.readable({ timeout: 5000 }) // tells of an error once
      await expect(socket.readable({ timeout: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT', syscall: undefined })
      await one.send(Buffer.from('elsewhere'))
      expect(`${await other.recv(100, { timeout: 5000 })}`).toBe('elsewhere')

      expect(everyError(socket)).toEqual(expected(net, to, THOUSANDS))
      expect(socket.getsockopt(SO_MEMINFO).rmemAlloc).toBe(0)
    },
  )

  it.each(nets)('leave as many errors as there is room for, the first ones: $family', async net => {
    const socket = open(net).setsockopt(SO_RCVBUF, 100_000)
    const to = await closedPorts(net)
    await sendThousands(socket, to)
    const { rmemAlloc, rcvbuf } = socket.getsockopt(SO_MEMINFO)
    const all = everyError(socket)
    expect(all).toEqual(expected(net, to, all.length))
    expect(all.length).toBeGreaterThan(100)
    expect(all.length).toBeLessThan(THOUSANDS)
    expect(rmemAlloc + rmemAlloc / all.length).toBeGreaterThanOrEqual(rcvbuf) // one more would have had no room
    expect(socket.getsockopt(SO_MEMINFO).rmemAlloc).toBe(0)
  })

  it.each(nets)('leave every error to who reads them as they come: $family', async net => {
    const socket = open(net)
    const to = await closedPorts(net)
    const sending = sendThousands(socket, to)
    const all: unknown[] = []
    for await (const error of socket.errors({ timeout: 5000 })) if (all.push(told(error)) === THOUSANDS) break
    await sending
    expect(all).toEqual(expected(net, to, THOUSANDS))
  })
})
