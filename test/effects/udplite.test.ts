// UDP-Lite, RFC 3828: a checksum that covers the beginning of a datagram, and receivers that take the rest as it comes.
import { ETH_P_IP, IPPROTO_UDPLITE, type Socket, UDPLITE_RECV_CSCOV, UDPLITE_SEND_CSCOV } from 'bsd-sockets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'
import { own } from '../support/pairs.js'
import { heardUntilEnd } from './heard.js'

const HEADER = 8
const addresses = Buffer.of(192, 0, 2, 1, 192, 0, 2, 2)

/** The checksum of the first `coverage` bytes, RFC 1071: 0 of a datagram that has the right one. */
function checksum(datagram: Buffer, coverage: number): number {
  const pseudo = Buffer.concat([addresses, Buffer.of(0, IPPROTO_UDPLITE, 0, datagram.length)])
  const bytes = Buffer.concat([pseudo, datagram.subarray(0, coverage), Buffer.alloc(coverage % 2)])
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** A datagram whose checksum covers so many bytes. */
function datagramOf(port: number, text: string, coverage: number): Buffer {
  const datagram = Buffer.concat([Buffer.alloc(HEADER), Buffer.from(text)])
  datagram.writeUInt16BE(9)
  datagram.writeUInt16BE(port, 2)
  datagram.writeUInt16BE(coverage, 4)
  datagram.writeUInt16BE(checksum(datagram, coverage), 6)
  return datagram
}

describe.runIf(canMakeNamespaces && needs('udplite'))('UDP-Lite', () => {
  let left: Host
  let right: Host
  beforeAll(async () => {
    ;[left, right] = await Host.pair()
  })
  afterAll(deleteHosts)

  const receive = async (): Promise<Socket<'AF_INET'>> =>
    own(await right.socket('AF_INET', 'SOCK_DGRAM', IPPROTO_UDPLITE)).bind({ address: '192.0.2.2' })

  it('has a checksum of as many bytes as UDPLITE_SEND_CSCOV says', async () => {
    const packets = own(await right.socket('AF_PACKET', 'SOCK_DGRAM'))
    packets.bind({ protocol: ETH_P_IP, ifindex: await right.index('cable') })
    const receiver = await receive()
    const sender = own(await left.socket('AF_INET', 'SOCK_DGRAM', IPPROTO_UDPLITE))
    const onTheWire = async () => {
      await sender.sendto(Buffer.from('01234567'), receiver.getsockname())
      expect(`${await receiver.recv(100, { timeout: 5000 })}`).toBe('01234567')
      for await (const { data } of packets.datagrams({ timeout: 5000 }))
        if (data.readUInt8(9) === IPPROTO_UDPLITE) return data.subarray(20)
      throw new Error('the capture has ended')
    }
    expect((await onTheWire()).readUInt16BE(4)).toBe(HEADER + 8) // everything
    for (const coverage of [HEADER + 4, HEADER]) {
      sender.setsockopt(UDPLITE_SEND_CSCOV, coverage)
      const datagram = await onTheWire()
      expect(datagram.readUInt16BE(4)).toBe(coverage)
      expect(checksum(datagram, coverage)).toBe(0)
      expect(checksum(datagram, datagram.length)).not.toBe(0)
    }
  })

  it('brings what is broken beyond its checksum, unless UDPLITE_RECV_CSCOV asks for more', async () => {
    const receiver = (await receive()).setsockopt(UDPLITE_RECV_CSCOV, HEADER)
    const { port } = receiver.getsockname()
    const raw = own(await left.socket('AF_INET', 'SOCK_RAW', IPPROTO_UDPLITE))
    const heard = async (...datagrams: Buffer[]) => {
      for (const datagram of [...datagrams, datagramOf(port, 'end', HEADER + 3)])
        await raw.sendto(datagram, { address: '192.0.2.2', port: 0 })
      return heardUntilEnd(receiver)
    }
    const broken = datagramOf(port, 'head and body', HEADER + 4)
    broken.write('B', broken.indexOf('body'))
    expect(await heard(broken)).toEqual(['head and Body'])
    const beheaded = datagramOf(port, 'head and body', HEADER + 4)
    beheaded.write('H', beheaded.indexOf('head'))
    expect(await heard(beheaded)).toEqual([])
    const covering = [5, 6].map(count => datagramOf(port, `${count} bytes`, HEADER + count))
    expect(await heard(...covering)).toEqual(['5 bytes', '6 bytes'])
    receiver.setsockopt(UDPLITE_RECV_CSCOV, HEADER + 6)
    expect(await heard(...covering)).toEqual(['6 bytes'])
  })
})
