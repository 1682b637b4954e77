// What was encoded before is not taken for what differs from it, in whatever.
import { AF_INET, AF_INET6, AF_PACKET, encodeSockaddr, SOCK_DGRAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { own } from '../support/pairs.js'

describe('a destination that repeats', () => {
  it('is told apart from another port of the same host', async () => {
    const bound = () => own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
    const [one, other, sender] = [bound(), bound(), bound()]
    for (const [to, text] of [
      [one, '1'],
      [other, '2'],
      [one, '3'],
    ] as const)
      await sender.sendto(Buffer.from(text), to.getsockname())
    expect([`${await one.recv(9)}`, `${await other.recv(9)}`, `${await one.recv(9)}`]).toEqual(['1', '2', '3'])
  })

  it('is read once, and kept as it was seen', async () => {
    const sender = own(new Socket(AF_INET, SOCK_DGRAM))
    const receiver = own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.2' }))
    const { port } = receiver.getsockname()
    let reads = 0
    const changing = {
      address: '127.0.0.2',
      get port() {
        return reads++ === 0 ? port : 9
      },
    }
    await sender.sendto(Buffer.from('seen'), changing)
    await sender.sendto(Buffer.from('again'), { address: '127.0.0.2', port })
    expect([`${await receiver.recv(9)}`, `${await receiver.recv(9)}`, reads]).toEqual(['seen', 'again', 1])
  })

  it('is told apart by its flow, its scope and its bytes', async () => {
    const sender = own(new Socket(AF_INET6, SOCK_DGRAM))
    const receiver = own(new Socket(AF_INET6, SOCK_DGRAM).bind({ address: '::1' }))
    const to = receiver.getsockname()
    await sender.sendto(Buffer.from('plain'), { address: '::1', port: to.port })
    const error = (address: object) =>
      sender.sendto(Buffer.from('x'), { address: '::1', port: to.port, ...address } as never).catch(({ code }) => code)
    expect(await error({ flowinfo: -1 })).toBe('ERR_OUT_OF_RANGE')
    expect(await error({ scopeId: 'lo' })).toBe('ERR_INVALID_ARG_TYPE')
    expect(await error({ path: '/x' })).toBe('ERR_INVALID_ARG_VALUE')
    const data = encodeSockaddr(to).subarray(2)
    const ipv6 = encodeSockaddr(to).readUInt16LE()
    await sender.sendto(Buffer.from('bytes'), { family: ipv6, data, address: '::1', port: 9 } as never)
    expect([`${await receiver.recv(9)}`, `${await receiver.recv(9)}`]).toEqual(['plain', 'bytes'])
  })

  it.runIf(needs('root'))('is told apart by the interface of a hardware address', async () => {
    const socket = own(new Socket(AF_PACKET, SOCK_DGRAM))
    const to = { protocol: 0x88b5, address: '00:00:00:00:00:00' }
    await socket.sendto(Buffer.from('x'), { ...to, ifindex: 1 })
    await expect(socket.sendto(Buffer.from('x'), { ...to, ifindex: 99_999 })).rejects.toMatchObject({ code: 'ENXIO' })
  })
})
