import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_INET, AF_INET6, AF_UNIX, parseSockaddr, SO_LINGER, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from './support/namespace.js'
import { needs } from './support/needs.js'
import { endPrograms, example, Program } from './support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-examples-'))
afterEach(endPrograms)
afterAll(deleteHosts)
afterAll(() => rmSync(folder, { recursive: true }))

const withoutRaw = needs('root') && needs('program', 'setpriv')

/** An example that lacks CAP_NET_RAW even as root. */
function unprivileged(name: string): Program {
  const args = ['--bounding-set', '-net_raw', process.execPath, '--import', 'tsx', `examples/${name}.ts`]
  return new Program('setpriv', args)
}

async function addressOf(server: Program): Promise<string> {
  const [, text = ''] = await server.line(/(?:listening|waiting) on (\S+)\n/)
  return text
}

function portOf(text: string): number {
  const address = parseSockaddr(text)
  return 'port' in address ? address.port : -1
}

async function connected(port: number): Promise<Socket<'AF_INET'>> {
  const socket = new Socket(AF_INET, SOCK_STREAM)
  await socket.connect({ address: '127.0.0.1', port })
  return socket
}

async function roundTrip(socket: Socket, text: string): Promise<string> {
  await socket.sendall(Buffer.from(text))
  const back = Buffer.alloc(text.length)
  for (let count = 0; count < back.length; ) count += await socket.recv(back.subarray(count), { timeout: 5000 })
  return back.toString()
}

describe('examples/echo-server.ts', () => {
  it('serves a hundred clients at once, none waiting for another', async () => {
    const port = portOf(await addressOf(example('echo-server', '0', '0.0.0.0')))
    const clients = await Promise.all(Array.from({ length: 100 }, () => connected(port)))
    for (const client of clients.toReversed())
      expect(await roundTrip(client, `from ${client.fd}`)).toBe(`from ${client.fd}`)
    for (const client of clients) client.close()
  })

  it('goes on when a client resets its connection', async () => {
    const server = example('echo-server', '0', '0.0.0.0')
    const port = portOf(await addressOf(server))
    using rude = await connected(port)
    await roundTrip(rude, 'hello')
    rude.setsockopt(SO_LINGER, 0).close()
    await server.line(/broke off: recv ECONNRESET\n/)
    using polite = await connected(port)
    expect(await roundTrip(polite, 'still there?')).toBe('still there?')
  })

  it('stops on SIGTERM as soon as the last client has gone', async () => {
    const server = example('echo-server', '0', '0.0.0.0')
    using client = await connected(portOf(await addressOf(server)))
    await roundTrip(client, 'hello')
    const ended = server.kill('SIGTERM')
    expect(await roundTrip(client, 'finish me')).toBe('finish me')
    client.close()
    expect(await ended).toEqual({ code: 0, signal: null })
  })

  it('says what a busy port is', async () => {
    using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
    const { port } = listener.getsockname()
    const server = example('echo-server', `${port}`, '127.0.0.1')
    expect(await server.ended).toEqual({ code: 1, signal: null })
    expect(server.stderr).toContain(`bind EADDRINUSE 127.0.0.1:${port}`)
  })

  it.runIf(needs('ipv6'))('takes IPv4 and IPv6 clients on one port', async () => {
    const server = example('echo-server', '0')
    const port = portOf(await addressOf(server))
    using six = new Socket(AF_INET6, SOCK_STREAM)
    await six.connect({ address: '::1', port })
    using four = await connected(port)
    expect(await Promise.all([roundTrip(six, 'six'), roundTrip(four, 'four')])).toEqual(['six', 'four'])
    await server.line(/\[::ffff:127\.0\.0\.1\]:\d+ connected/)
  })
})

describe('examples/echo-client.ts', () => {
  const serverAddress = async (): Promise<string> =>
    `127.0.0.1:${portOf(await addressOf(example('echo-server', '0', '0.0.0.0')))}`

  it('prints what comes back after its half close', async () => {
    const client = example('echo-client', await serverAddress(), 'some text')
    expect(await client.output()).toBe('some text')
  })

  it('passes a megabyte of standard input through, more than both ends can hold', async () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `${i}\n`).join('')
    const client = example('echo-client', await serverAddress())
    client.end(text)
    expect(await client.output()).toBe(text)
  })

  it('gives up after its timeout when the server accepts and says nothing', async () => {
    using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
    const { port } = listener.getsockname()
    const client = example('echo-client', `127.0.0.1:${port}`, 'anybody?', '100')
    expect(await client.ended).toEqual({ code: 1, signal: null })
    expect(client.stderr).toBe(`127.0.0.1:${port}: no answer in 100 ms\n`)
  })

  it('gives up at once when interrupted', async () => {
    using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
    const { port } = listener.getsockname()
    const client = example('echo-client', `127.0.0.1:${port}`)
    using _ = (await listener.accept()).socket
    expect(await client.kill('SIGINT')).toEqual({ code: 1, signal: null }) // though its standard input is still open
    expect(client.stderr).toBe(`127.0.0.1:${port}: interrupted\n`)
  })

  it('finds a host by its name, and tries each of its addresses', async () => {
    const [, port] = (await serverAddress()).split(':')
    expect(await example('echo-client', `localhost:${port}`, 'by name').output()).toBe('by name')
  })

  it.each([
    ['nosuch.invalid:7', /^nosuch\.invalid:7: getaddrinfo EAI_\w+ nosuch\.invalid\n$/],
    ['localhost:nosuch', /^localhost:nosuch: getaddrinfo EAI_SERVICE localhost\n$/],
    ['localhost', /^localhost: "text" must be 'address:port', .*\n$/],
  ])('says plainly that it cannot find %s', async (to, message) => {
    const client = example('echo-client', to, 'anybody?')
    expect(await client.ended).toEqual({ code: 1, signal: null })
    expect(client.stderr).toMatch(message)
  })

  it('says where nobody listens', async () => {
    const closed = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' })
    const { port } = closed.getsockname()
    const client = example('echo-client', `127.0.0.1:${port}`, 'anybody?')
    expect(await client.ended).toEqual({ code: 1, signal: null })
    expect(client.stderr).toBe(`127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}\n`)
    closed.close()
  })
})

describe('examples/udp-server.ts', () => {
  it('sends each datagram back to where it came from, cut to its size, and says so', async () => {
    const server = example('udp-server', '0', '127.0.0.1', '10')
    const port = portOf(await addressOf(server))
    const clients = Array.from({ length: 20 }, () => new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
    const texts = clients.map(({ fd }, i) => (i % 2 === 0 ? `${fd}` : `${fd} is too long`))
    await Promise.all(
      clients.map((client, i) => client.sendto(Buffer.from(`${texts[i]}`), { address: '127.0.0.1', port })),
    )
    const answers = await Promise.all(clients.map(client => client.recvfrom(1500, { timeout: 5000 })))
    expect(answers.map(({ data }) => data.toString())).toEqual(texts.map(text => text.slice(0, 10)))
    const [first, second] = clients.map(client => client.getsockname().port)
    await server.line(new RegExp(`127\\.0\\.0\\.1:${first}: ${texts[0]?.length} bytes\\n`))
    await server.line(new RegExp(`127\\.0\\.0\\.1:${second}: 10 bytes, cut\\n`))
    for (const client of clients) client.close()
  })

  it('answers an empty datagram with an empty one, and goes on', async () => {
    const port = portOf(await addressOf(example('udp-server', '0', '127.0.0.1')))
    using client = new Socket(AF_INET, SOCK_DGRAM)
    await client.connect({ address: '127.0.0.1', port })
    for (const text of ['', 'more']) {
      await client.send(Buffer.from(text))
      expect((await client.recv(1500, { timeout: 5000 })).toString()).toBe(text)
    }
  })

  it.runIf(needs('ipv6'))('serves IPv4 and IPv6 on one port, and ends on SIGINT', async () => {
    const server = example('udp-server', '0')
    const port = portOf(await addressOf(server))
    using six = new Socket(AF_INET6, SOCK_DGRAM)
    using four = new Socket(AF_INET, SOCK_DGRAM)
    await six.sendto(Buffer.from('six'), { address: '::1', port })
    await four.sendto(Buffer.from('four'), { address: '127.0.0.1', port })
    expect((await six.recvfrom(10, { timeout: 5000 })).data.toString()).toBe('six')
    expect((await four.recvfrom(10, { timeout: 5000 })).data.toString()).toBe('four')
    expect(await server.kill('SIGINT')).toEqual({ code: 0, signal: null })
  })
})

describe('examples/syslog.ts', () => {
  it('carries a message from its client to its daemon, which removes its path at the end', async () => {
    const path = join(folder, 'log')
    const daemon = example('syslog', 'serve', path)
    await daemon.line(/waiting at/)
    await example('syslog', 'log', 'disk on fire', path).output()
    await daemon.line(/^user\.notice: \w{3} [ \d]\d \d\d:\d\d:\d\d syslog\.ts\[\d+\]: disk on fire$/m)
    expect(await daemon.kill()).toEqual({ code: 0, signal: null })
    expect(existsSync(path)).toBe(false)
  })

  it('says that there is no daemon', async () => {
    const path = join(folder, 'nobody')
    const client = example('syslog', 'log', 'anybody?', path)
    expect(await client.ended).toEqual({ code: 1, signal: null })
    expect(client.stderr).toBe(`sendto ENOENT ${path}\n`)
  })

  it('does not wait long for a daemon that reads nothing', async () => {
    const path = join(folder, 'full')
    using _ = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    using filler = new Socket(AF_UNIX, SOCK_DGRAM)
    while (filler.trySendto(Buffer.from('x'), { path }) !== undefined);
    const client = example('syslog', 'log', 'too much', path)
    expect(await client.ended).toEqual({ code: 1, signal: null })
    expect(client.stderr).toMatch(/^ETIMEDOUT/)
  })
})

describe('examples/ping.ts', () => {
  it.runIf(needs('CAP_NET_RAW'))('prints an answer a line', async () => {
    const text = await example('ping', '127.0.0.1', '3').output()
    const lines = [1, 2, 3].map(n => `64 bytes from 127\\.0\\.0\\.1: icmp_seq=${n} ttl=64 time=[\\d.]+ ms\n`)
    expect(text).toMatch(new RegExp(`^${lines.join('')}$`))
  })

  it.runIf(withoutRaw)('says how to get CAP_NET_RAW', async () => {
    const ping = unprivileged('ping')
    expect(await ping.ended).toEqual({ code: 1, signal: null })
    expect(ping.stderr).toMatch(/^socket EPERM: a raw socket needs CAP_NET_RAW .*setcap cap_net_raw\+ep/)
  })
})

describe('examples/tour.ts', () => {
  it.runIf(needs('CAP_NET_RAW') && needs('ipv6'))('shows every kind of socket, and ends by itself', async () => {
    const text = await example('tour').output()
    expect(text).not.toContain('not on this machine')
    const parts = Object.fromEntries(
      text
        .split(/^(?=\S)/m)
        .map(part => part.trimEnd().split(/\n {2}/))
        .map(([title, ...lines]) => [title, lines.length]),
    )
    expect(parts).toEqual({
      'TCP over IPv4: three clients at once': 5,
      'TCP over IPv6': 5,
      'UDP over IPv4, both ways': 2,
      'UDP over IPv6, both ways': 2,
      'AF_UNIX stream': 1,
      'AF_UNIX datagram, at a path': 1,
      'AF_UNIX datagram, at an abstract name': 1,
      'AF_UNIX seqpacket': 1,
      'A pair of connected sockets': 3,
      'A raw socket: ICMP echo to 127.0.0.1': 1,
      'Everything is closed again; the process ends by itself.': 0,
    })
    expect(text).toContain('asked for 3 bytes')
    expect(text).toMatch(/24 bytes from 127\.0\.0\.1: ttl=64 time=[\d.]+ ms/)
  })

  it.runIf(withoutRaw)('says how to get CAP_NET_RAW, and ends well', async () => {
    const text = await unprivileged('tour').output()
    expect(text).toMatch(/not on this machine: socket EPERM: a raw socket needs CAP_NET_RAW .*setcap/)
    expect(text.match(/not on this machine/g)).toHaveLength(1)
  })

  it.runIf(canMakeNamespaces)('says that there is no IPv6, and ends well', async () => {
    const host = await Host.add()
    await host.sysctl('net.ipv6.conf.all.disable_ipv6', 1)
    const text = await host.program(process.execPath, '--import', 'tsx', 'examples/tour.ts').output()
    expect(text.match(/not on this machine: bind EADDRNOTAVAIL \[::1\]:0/g)).toHaveLength(2)
  })
})
