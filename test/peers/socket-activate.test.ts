// Socket.inherited with an activator that no one here wrote: systemd-socket-activate(1), which listens, waits for the
// first client and becomes the program that serves it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_UNIX, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, Socket } from 'bsd-sockets'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'
import { own } from '../support/pairs.js'
import { endPrograms, Program } from '../support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-activate-'))
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))
afterAll(deleteHosts)

const activate = 'systemd-socket-activate'

// Answers everybody on every socket with its name.
const service = `
  import { Socket } from 'bsd-sockets'
  const found = Socket.inherited()
  const left = Object.keys(process.env).filter(name => name.startsWith('LISTEN_'))
  console.log(JSON.stringify({ left, found: found.map(({ name, socket }) => [name, socket.domain, socket.type]) }))
  for (const { name, socket } of found) void (socket.type === 'SOCK_DGRAM' ? answer(name, socket) : serve(name, socket))
  async function answer(name, socket) {
    for await (const { data, address } of socket.datagrams()) await socket.sendto(Buffer.from(name + ': ' + data), address)
  }
  async function serve(name, listener) {
    for await (const { socket } of listener.connections()) {
      await socket.sendall(Buffer.from(name + ': ' + await socket.recv(100)))
      socket.close()
    }
  }
`
const program = [process.execPath, '--input-type=module', '--eval', service]

/** What the program found, as it said. */
async function found(activator: Program): Promise<unknown> {
  const [line] = await activator.line(/^\{.*\}$/m)
  return JSON.parse(line)
}

function listening(activator: Program, where: string): Promise<unknown> {
  return activator.line(new RegExp(`Listening on ${where} as \\d+`))
}

async function asked(type: typeof SOCK_STREAM | typeof SOCK_SEQPACKET, path: string): Promise<string> {
  const client = own(new Socket(AF_UNIX, type))
  await client.connect({ path })
  await client.send(Buffer.from('hello'))
  return `${await client.recv(100, { timeout: 10_000 })}`
}

async function askedByDatagram(path: string): Promise<string> {
  const client = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' }))
  await client.sendto(Buffer.from('hello'), { path })
  return `${await client.recv(100, { timeout: 10_000 })}`
}

const path = (name: string): string => join(folder, name)

describe.runIf(needs('program', activate))('a program that systemd-socket-activate starts', () => {
  it('serves the client that woke it, and every socket by its name: stream, seqpacket and datagram', async () => {
    // An activator passes on what it got from another, and listens on sockets of one type only.
    const activator = new Program(activate, [
      ...[`--listen=${path('one')}`, `--listen=${path('two')}`],
      ...[activate, '--seqpacket', `--listen=${path('packets')}`],
      ...[activate, '--datagram', `--listen=${path('log')}`, '--fdname=one:two:packets:log'],
      ...program,
    ])
    await listening(activator, path('two'))
    expect(await asked(SOCK_STREAM, path('two'))).toBe('two: hello')
    expect(await found(activator)).toEqual({
      left: [],
      found: [
        ['one', AF_UNIX, SOCK_STREAM],
        ['two', AF_UNIX, SOCK_STREAM],
        ['packets', AF_UNIX, SOCK_SEQPACKET],
        ['log', AF_UNIX, SOCK_DGRAM],
      ],
    })
    expect(await asked(SOCK_STREAM, path('one'))).toBe('one: hello')
    expect(await asked(SOCK_SEQPACKET, path('packets'))).toBe('packets: hello')
    expect(await askedByDatagram(path('log'))).toBe('log: hello')
  })

  it('answers the datagram that woke it, and calls a socket without a name unknown', async () => {
    const activator = new Program(activate, ['--datagram', `--listen=${path('datagrams')}`, ...program])
    await listening(activator, path('datagrams'))
    expect(await askedByDatagram(path('datagrams'))).toBe('unknown: hello')
    expect(await found(activator)).toEqual({ left: [], found: [['unknown', AF_UNIX, SOCK_DGRAM]] })
  })

  it.runIf(canMakeNamespaces)('serves ports of TCP and UDP', async () => {
    const host = await Host.add()
    const activator = host.program(
      ...[activate, '--listen=127.0.0.1:7001'],
      ...[activate, '--datagram', '--listen=7002', '--fdname=tcp:udp'],
      ...program,
    )
    await listening(activator, '127.0.0.1:7001')
    const answers = await host.run(async ({ Socket }) => {
      const client = new Socket('AF_INET', 'SOCK_STREAM')
      await client.connect({ address: '127.0.0.1', port: 7001 })
      await client.send(Buffer.from('hello'))
      const first = await client.recv(100, { timeout: 10_000 })
      const datagrams = new Socket('AF_INET', 'SOCK_DGRAM')
      await datagrams.sendto(Buffer.from('hello'), { address: '127.0.0.1', port: 7002 })
      return [`${first}`, `${await datagrams.recv(100, { timeout: 10_000 })}`]
    })
    expect(answers).toEqual(['tcp: hello', 'udp: hello'])
    expect(await found(activator)).toEqual({
      left: [],
      found: [
        ['tcp', 'AF_INET', SOCK_STREAM],
        ['udp', 'AF_INET6', SOCK_DGRAM],
      ],
    })
  })
})
