import { AF_PACKET, if_nametoindex, MessageBatch, SOCK_DGRAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { own } from '../support/pairs.js'

const forExperiments = { protocol: 0x88b6, address: '00:00:00:00:00:00' }

// AF_PACKET refuses MSG_CMSG_CLOEXEC, with which all other messages are received.
describe.runIf(needs('CAP_NET_RAW'))('a packet socket', () => {
  const loopback = (): { socket: Socket<'AF_PACKET'>; send: (text: string) => Promise<number> } => {
    const to = { ...forExperiments, ifindex: if_nametoindex('lo') }
    const socket = own(new Socket(AF_PACKET, SOCK_DGRAM)).bind(to)
    return { socket, send: text => own(new Socket(AF_PACKET, SOCK_DGRAM)).sendto(Buffer.from(text), to) }
  }

  it('receives a message with its ancillary data', async () => {
    const { socket, send } = loopback()
    await send('message')
    const { data, control, address } = await socket.recvmsg(100)
    expect(data.toString()).toBe('message')
    expect(control).toEqual([])
    expect(address).toMatchObject({ family: 'AF_PACKET', protocol: 0x88b6 })
  })

  it('receives messages in batches', async () => {
    const { socket, send } = loopback()
    await send('one')
    await send('two')
    const batch = new MessageBatch({ domain: AF_PACKET, count: 4, size: 100 })
    expect(await socket.recvmmsg(batch)).toBe(2)
    expect([batch.data(0).toString(), batch.data(1).toString()]).toEqual(['one', 'two'])
  })

  it('receives messages and batches through the C functions', async () => {
    const { socket, send } = loopback()
    const buffer = Buffer.alloc(100)
    await send('message')
    expect(posix.recvmsg(socket.fd, buffer).length).toBe('message'.length)
    await send('batch')
    const batch = new MessageBatch({ count: 4, size: 100 })
    expect(posix.recvmmsg(socket.fd, batch, posix.MSG_DONTWAIT)).toBe(1)
    expect(batch.data(0).toString()).toBe('batch')
  })
})
