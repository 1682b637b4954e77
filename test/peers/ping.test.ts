import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'

describe.runIf(canMakeNamespaces && needs('program', 'ping'))('ping', () => {
  let host: Host
  beforeAll(async () => {
    host = await Host.add()
  })
  afterAll(deleteHosts)

  describe('where the kernel answers', () => {
    beforeEach(() => host.sysctl('net.ipv4.icmp_echo_ignore_all', 0))

    it('gets the same answer as our ping: bytes, sequence, TTL, and the identifier that was sent', async () => {
      await host.run(({ Socket, AF_INET, SOCK_RAW, IPPROTO_ICMP, kept }) => {
        kept.set('observer', new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP))
      })
      const nextReply = () =>
        host.run(async ({ kept }) => {
          for (;;) {
            const packet = (await kept.get('observer')?.recv(1500, { timeout: 10_000 })) ?? Buffer.alloc(0)
            const icmp = packet.subarray(20)
            if (icmp[0] !== 0) continue
            const [id, sequence] = [icmp.readUInt16BE(4), icmp.readUInt16BE(6)]
            return { id, sequence, code: icmp[1], ttl: packet[8], length: icmp.length }
          }
        })
      const withoutTime = (text: string) => /^\d+ bytes from .* ttl=\d+/m.exec(text)?.[0]

      const ours = await host
        .program(process.execPath, '--import', 'tsx', 'examples/ping.ts', '127.0.0.1', '1')
        .output()
      const answer = await nextReply()
      const theirs = await host.program('ping', '-c1', '-e', `${answer.id}`, '127.0.0.1').output()
      expect(await nextReply()).toEqual(answer)
      expect(answer).toMatchObject({ sequence: 1, code: 0, ttl: 64, length: 64 })
      expect(withoutTime(ours)).toBe('64 bytes from 127.0.0.1: icmp_seq=1 ttl=64')
      expect(withoutTime(theirs)).toBe(withoutTime(ours))
    })
  })

  describe('where the kernel does not', () => {
    beforeAll(async () => {
      await host.sysctl('net.ipv4.icmp_echo_ignore_all', 1)
      await host.sysctl('net.ipv6.icmp.echo_ignore_all', 1)
    })

    it('is left without an answer, as is our ping', async () => {
      const theirs = host.program('ping', '-c1', '-W1', '127.0.0.1')
      const ours = host.program(process.execPath, '--import', 'tsx', 'examples/ping.ts', '127.0.0.1', '1')
      expect((await theirs.ended).code).toBe(1)
      expect((await ours.ended).code).toBe(1)
      expect(ours.stdout).toBe('no answer: icmp_seq=1\n')
    })

    it('is answered by a raw socket of ours', async () => {
      await host.run(async ({ Socket, AF_INET, SOCK_RAW, IPPROTO_ICMP, IP_TTL }) => {
        const socket = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP).setsockopt(IP_TTL, 42)
        const serve = async () => {
          for await (const { data, address } of socket.datagrams()) {
            const icmp = data.subarray(20)
            if (icmp[0] !== 8) continue
            icmp.writeUInt8(0, 0) // echo becomes reply: 8 less in the first word, 8 more in the checksum
            const sum = icmp.readUInt16BE(2) + 0x800
            icmp.writeUInt16BE((sum & 0xffff) + (sum >> 16), 2)
            await socket.sendto(icmp, address)
          }
        }
        serve()
      })
      const text = await host.program('ping', '-c3', '-i0.01', '-s', '1000', '127.0.0.1').output()
      for (const n of [1, 2, 3]) expect(text).toContain(`1008 bytes from 127.0.0.1: icmp_seq=${n} ttl=42 time=`)
      expect(text).toContain('3 packets transmitted, 3 received, 0% packet loss')
    })

    it('is answered over IPv6, where the kernel fills in the checksum', async () => {
      await host.run(async ({ Socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, IPV6_UNICAST_HOPS }) => {
        const socket = new Socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6).setsockopt(IPV6_UNICAST_HOPS, 43)
        const serve = async () => {
          for await (const { data, address } of socket.datagrams()) {
            if (data[0] !== 128) continue
            data.writeUInt8(129, 0)
            await socket.sendto(data, address)
          }
        }
        serve()
      })
      const text = await host.program('ping', '-6', '-c3', '-i0.01', '::1').output()
      for (const n of [1, 2, 3]) expect(text).toMatch(new RegExp(`64 bytes from ::1.*: icmp_seq=${n} ttl=43 time=`))
    })
  })
})
