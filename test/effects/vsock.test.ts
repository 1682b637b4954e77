// AF_VSOCK as far as the kernel goes: with its loopback transport it talks to itself, without it says so.
import { SO_VM_SOCKETS_CONNECT_TIMEOUT, Socket, VMADDR_CID_ANY, VMADDR_CID_LOCAL } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { own } from '../support/pairs.js'

const vsock = needs('vsock')
const loopback = vsock && needs('vsock loopback')
const types = ['SOCK_STREAM', 'SOCK_SEQPACKET'] as const

describe.runIf(loopback)('AF_VSOCK over its loopback', () => {
  it.each(types)('carries data both ways: %s', async type => {
    const listening = own(new Socket('AF_VSOCK', type).bind({ cid: VMADDR_CID_LOCAL }).listen())
    const client = own(new Socket('AF_VSOCK', type))
    const accepting = listening.accept({ timeout: 5000 })
    await client.connect(listening.getsockname(), { timeout: 5000 })
    const { socket, address } = await accepting
    const server = own(socket)
    expect(address).toEqual(client.getsockname())
    expect(client.getpeername()).toMatchObject({ cid: VMADDR_CID_LOCAL, port: listening.getsockname().port })
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      await from.sendall(Buffer.from('in one machine'))
      expect(`${await to.recv(100, { timeout: 5000 })}`).toBe('in one machine')
    }
  })
})

describe.runIf(vsock)('AF_VSOCK', () => {
  it('is bound, listens and tells its port', () => {
    const listening = own(new Socket('AF_VSOCK', 'SOCK_STREAM').bind({}).listen())
    const { port } = listening.getsockname()
    expect(listening.getsockname()).toEqual({ family: 'AF_VSOCK', cid: VMADDR_CID_ANY, port, flags: 0 })
    expect(listening.tryAccept()).toBeUndefined()
  })
})

describe.runIf(vsock && !loopback)('AF_VSOCK without its loopback', () => {
  it('has no local address to bind to', () => {
    const socket = own(new Socket('AF_VSOCK', 'SOCK_STREAM'))
    expect(() => socket.bind({ cid: VMADDR_CID_LOCAL })).toThrow(failure('EADDRNOTAVAIL', { syscall: 'bind' }))
  })

  it('reaches nobody there, and asks no longer than SO_VM_SOCKETS_CONNECT_TIMEOUT', async () => {
    const socket = own(new Socket('AF_VSOCK', 'SOCK_STREAM')).setsockopt(SO_VM_SOCKETS_CONNECT_TIMEOUT, 100)
    const connecting = socket.connect({ cid: VMADDR_CID_LOCAL, port: 1 }, { timeout: 1500 }) // by itself it is 2000
    // In a virtual machine its host is asked, which does not answer; elsewhere there is nobody to ask.
    const code = expect.stringMatching(/^(ETIMEDOUT|ENODEV)$/)
    await expect(connecting).rejects.toMatchObject({ code, syscall: 'connect' })
  })
})
