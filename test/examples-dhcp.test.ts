import { AF_INET, parseSockaddr, SOCK_DGRAM, Socket } from 'bsd-sockets'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from './support/namespace.js'
import { own } from './support/pairs.js'
import { endPrograms, example } from './support/program.js'

afterEach(endPrograms)
afterAll(deleteHosts)

describe('examples/dhcp-server.ts', () => {
  it('answers a client that has an address there, from the one that it asked', async () => {
    const server = example('dhcp-server', '0')
    const [, text = ''] = await server.line(/waiting on (\S+)\n/)
    const address = parseSockaddr(text)
    const port = 'port' in address ? address.port : 0
    const client = own(new Socket(AF_INET, SOCK_DGRAM))
    for (const noise of ['', 'DISCOVER', 'DISCOVER two names', 'OFFER me'])
      await client.sendto(Buffer.from(noise), { address: '127.0.0.1', port })
    for (let i = 0; i < 2; i++) {
      await client.sendto(Buffer.from('DISCOVER here'), { address: '127.0.0.1', port })
      const { data, address } = await client.recvfrom(100, { timeout: 5000 })
      expect([`${data}`, address.address]).toEqual(['OFFER here 127.0.0.100\n', '127.0.0.1'])
    }
    await server.line(/^here asked on lo: 127\.0\.0\.100$/m)
    expect(await server.kill()).toEqual({ code: 0, signal: null })
  })

  it.runIf(canMakeNamespaces)('offers an address of the network that a broadcast came from, there alone', async () => {
    const server = await Host.add()
    const clients: Host[] = []
    for (const [i, name] of ['left', 'right'].entries()) {
      const client = await Host.add()
      clients.push(client)
      await server.ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'card', 'netns', client.name)
      await server.ip('address', 'add', `10.${i + 1}.0.1/24`, 'dev', name)
      await server.ip('link', 'set', name, 'up')
      await client.ip('link', 'set', 'card', 'up') // without an address
    }
    const program = server.program(process.execPath, '--import', 'tsx', 'examples/dhcp-server.ts')
    await program.line(/waiting on 0\.0\.0\.0:6767\n/)
    const ask = (client: Host, name: string) =>
      client.run(async ({ Socket, SO_BINDTODEVICE, SO_BROADCAST }, name) => {
        const socket = new Socket('AF_INET', 'SOCK_DGRAM').setsockopt(SO_BROADCAST, true)
        socket.setsockopt(SO_BINDTODEVICE, 'card').bind({ port: 6868 })
        await socket.sendto(Buffer.from(`DISCOVER ${name}`), { address: '255.255.255.255', port: 6767 })
        const { data, address } = await socket.recvfrom(100, { timeout: 10_000 })
        const more = await socket.recv(100, { timeout: 20 }).catch(error => error.code)
        socket.close()
        return [`${data}`, address.address, more]
      }, name)
    const [left, right] = await Promise.all(clients.map((client, i) => ask(client, `client${i}`)))
    expect(left).toEqual(['OFFER client0 10.1.0.100\n', '10.1.0.1', 'ETIMEDOUT'])
    expect(right).toEqual(['OFFER client1 10.2.0.100\n', '10.2.0.1', 'ETIMEDOUT'])
    const again = clients[1] && (await ask(clients[1], 'another'))
    expect(again).toEqual(['OFFER another 10.2.0.101\n', '10.2.0.1', 'ETIMEDOUT'])
    for (const line of [/client0 asked on left: 10\.1\.0\.100/, /client1 asked on right: 10\.2\.0\.100/])
      await program.line(line)
  })
})
