import { AF_INET, AF_INET6, IP_HDRINCL, IPPROTO_RAW, SOCK_RAW, Socket } from 'bsd-sockets'
import { afterEach, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { endPrograms } from '../support/program.js'
import { bound, socat } from '../support/socat.js'

const EXPERIMENT = 253 // RFC 3692: for experiments
const wait = { timeout: 20_000 }
// A loopback network of this process alone: a raw socket gets the packets of everybody else too.
const network = `127.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`
const ours = `${network}.1`
const theirs = `${network}.2`

afterEach(endPrograms)

function payloadOf(packet: Buffer): string {
  return packet.subarray((packet.readUInt8(0) & 0xf) * 4).toString()
}

describe.runIf(needs('program', 'socat') && needs('CAP_NET_RAW'))('raw IPv4 with socat', () => {
  it('answers what IP4-SENDTO sends, and finds the TTL in the IP header', async () => {
    using socket = new Socket(AF_INET, SOCK_RAW, EXPERIMENT).bind({ address: ours })
    const client = socat('-', `IP4-SENDTO:${ours}:${EXPERIMENT},bind=${theirs},ttl=17`)
    client.write('hello\n')
    const { data, address } = await socket.recvfrom(1500, wait)
    expect({ text: payloadOf(data), ttl: data[8], protocol: data[9] }).toEqual({
      text: 'hello\n',
      ttl: 17,
      protocol: 253,
    })
    expect(address).toEqual({ family: 'AF_INET', address: theirs, port: 0 })
    await socket.sendto(Buffer.from('hello too\n'), address)
    await client.line(/^hello too$/m)
  })

  it('gets the answer of IP4-RECVFROM', async () => {
    await bound(socat(`IP4-RECVFROM:${EXPERIMENT},bind=${theirs}`, 'EXEC:cat'))
    using socket = new Socket(AF_INET, SOCK_RAW, EXPERIMENT).bind({ address: ours })
    await socket.connect({ address: theirs, port: 0 })
    await socket.send(Buffer.from('hello'))
    expect(payloadOf(await socket.recv(1500, wait))).toBe('hello')
  })

  it('sends to IP4-RECV, which prints the header and what is behind it', async () => {
    const server = socat(`IP4-RECV:${EXPERIMENT},bind=${theirs}`, '-')
    await bound(server)
    using socket = new Socket(AF_INET, SOCK_RAW, EXPERIMENT)
    await socket.sendto(Buffer.from('printed\n'), { address: theirs, port: 0 })
    await server.line(/printed\n/)
  })

  it('takes a header that we wrote', async () => {
    using receiver = new Socket(AF_INET, SOCK_RAW, EXPERIMENT).bind({ address: theirs })
    const server = socat(`IP4-RECV:${EXPERIMENT},bind=${theirs}`, '-')
    await bound(server)
    using socket = new Socket(AF_INET, SOCK_RAW, IPPROTO_RAW).setsockopt(IP_HDRINCL, true)
    const addresses = [ours, theirs].flatMap(address => address.split('.').map(Number))
    const header = Buffer.from([0x45, 0, 0, 0, 0, 0, 0, 0, 99, EXPERIMENT, 0, 0, ...addresses])
    await socket.sendto(Buffer.concat([header, Buffer.from('by hand\n')]), { address: theirs, port: 0 })
    await server.line(/by hand\n/)
    const { data, address } = await receiver.recvfrom(1500, wait)
    expect({ text: payloadOf(data), ttl: data[8], from: address.address }).toEqual({
      text: 'by hand\n',
      ttl: 99,
      from: ours,
    })
  })
})

describe.runIf(needs('program', 'socat') && needs('CAP_NET_RAW') && needs('ipv6'))('raw IPv6 with socat', () => {
  const mine = `from process ${process.pid}\n`

  it('receives what IP6-SENDTO sends, without a header', async () => {
    using socket = new Socket(AF_INET6, SOCK_RAW, EXPERIMENT).bind({ address: '::1' })
    socat('-', `IP6-SENDTO:[::1]:${EXPERIMENT}`).write(mine)
    for await (const { data, address } of socket.datagrams(wait)) {
      if (data.toString() !== mine) continue
      expect(address).toEqual({ family: 'AF_INET6', address: '::1', port: 0, flowinfo: 0, scopeId: 0 })
      break
    }
  })

  it('sends to IP6-RECV, which prints what it gets', async () => {
    const server = socat(`IP6-RECV:${EXPERIMENT},bind=[::1]`, '-')
    await bound(server)
    using socket = new Socket(AF_INET6, SOCK_RAW, EXPERIMENT)
    await socket.sendto(Buffer.from(mine), { address: '::1', port: 0 })
    await server.line(new RegExp(`^${mine}`, 'm'))
  })
})
