import { AF_INET, AF_INET6, SHUT_WR, SO_LINGER, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { afterEach, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { endPrograms } from '../support/program.js'
import { boundPort, listening, socat } from '../support/socat.js'

const four = { ip: '4', family: AF_INET, address: '127.0.0.1', host: '127.0.0.1' } as const
const six = { ip: '6', family: AF_INET6, address: '::1', host: '[::1]' } as const
const families = needs('ipv6') ? [four, six] : [four]
const long = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('')
const wait = { timeout: 20_000 }

afterEach(endPrograms)

async function allOf(socket: Socket): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of socket.chunks(wait)) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

describe.runIf(needs('program', 'socat')).each(families)('TCP$ip with socat', ({ ip, family, address, host }) => {
  it('passes more than a megabyte through our server and back, half closed by the client', async () => {
    using listener = new Socket(family, SOCK_STREAM).bind({ address }).listen()
    const client = socat('-', `TCP${ip}:${host}:${listener.getsockname().port}`)
    client.end(long)
    const { socket, address: from } = await listener.accept(wait)
    expect(from.address).toBe(address)
    for await (const chunk of socket.chunks(wait)) await socket.sendall(chunk)
    socket.close()
    expect(await client.output()).toBe(long)
  })

  it('passes more than a megabyte through its server and back, half closed by us', async () => {
    const server = socat(`TCP${ip}-LISTEN:0,bind=${host}`, 'EXEC:cat')
    using socket = new Socket(family, SOCK_STREAM)
    await socket.connect({ address, port: await listening(server) }, wait)
    const sending = socket.sendall(Buffer.from(long), wait).then(() => socket.shutdown(SHUT_WR))
    expect(await allOf(socket)).toBe(long)
    await sending
    await server.output()
  })

  it('sees our reset as a reset', async () => {
    const server = socat(`TCP${ip}-LISTEN:0,bind=${host}`, '-')
    const socket = new Socket(family, SOCK_STREAM)
    await socket.connect({ address, port: await listening(server) }, wait)
    await socket.sendall(Buffer.from('hello\n'))
    await server.line(/^hello$/m)
    socket.setsockopt(SO_LINGER, 0).close()
    await server.line(/Connection reset by peer/)
  })

  it('resets us, and that is ECONNRESET', async () => {
    const server = socat(`TCP${ip}-LISTEN:0,bind=${host},linger=0`, '-')
    using socket = new Socket(family, SOCK_STREAM)
    await socket.connect({ address, port: await listening(server) }, wait)
    const receiving = expect(socket.recv(100, wait)).rejects.toMatchObject({ code: 'ECONNRESET', syscall: 'recv' })
    await server.line(/starting data transfer loop/)
    await server.kill('SIGKILL')
    await receiving
  })
})

describe.runIf(needs('program', 'socat')).each(families)('UDP$ip with socat', ({ ip, family, address, host }) => {
  it.each(['', '-SENDTO', '-DATAGRAM'])('answers what UDP%s sends, datagram by datagram', async kind => {
    using server = new Socket(family, SOCK_DGRAM).bind({ address })
    const client = socat('-', `UDP${ip}${kind}:${host}:${server.getsockname().port}`)
    for (const text of ['one\n', 'two\n', 'x'.repeat(8000)]) {
      client.write(text)
      const { data, address: from, truncated } = await server.recvfrom(65_535, wait)
      expect({ text: data.toString(), from: from.address, truncated }).toEqual({
        text,
        from: address,
        truncated: false,
      })
      await server.sendto(Buffer.from(`got ${text}`), from)
      await client.line(new RegExp(`^got ${text}`, 'm'))
    }
  })

  it('gets every answer of UDP-LISTEN on a connected socket', async () => {
    const server = socat(`UDP${ip}-LISTEN:0,bind=${host}`, 'EXEC:cat')
    using socket = new Socket(family, SOCK_DGRAM)
    await socket.connect({ address, port: await listening(server) })
    for (const text of ['one', 'two', 'three']) {
      await socket.send(Buffer.from(text))
      expect((await socket.recv(100, wait)).toString()).toBe(text)
    }
  })

  it('gets the answer of UDP-RECVFROM, from the address it was sent to', async () => {
    const server = socat(`UDP${ip}-RECVFROM:0,bind=${host}`, 'EXEC:cat')
    const port = await boundPort(server)
    using socket = new Socket(family, SOCK_DGRAM).bind({ address })
    await socket.sendto(Buffer.from('hello'), { address, port })
    const { data, address: from } = await socket.recvfrom(100, wait)
    expect({ text: data.toString(), address: from.address, port: from.port }).toEqual({ text: 'hello', address, port })
  })

  it('sends to UDP-RECV, which prints what it gets', async () => {
    const server = socat(`UDP${ip}-RECV:0,bind=${host}`, '-')
    const port = await boundPort(server)
    using socket = new Socket(family, SOCK_DGRAM)
    for (const text of ['one\n', 'two\n']) {
      await socket.sendto(Buffer.from(text), { address, port })
      await server.line(new RegExp(`^${text}`, 'm'))
    }
  })

  it('learns by ECONNREFUSED that it has gone', async () => {
    const server = socat(`UDP${ip}-RECV:0,bind=${host}`, '-')
    const port = await boundPort(server)
    using socket = new Socket(family, SOCK_DGRAM)
    await socket.connect({ address, port })
    await server.kill('SIGKILL')
    const receiving = expect(socket.recv(100, wait)).rejects.toMatchObject({ code: 'ECONNREFUSED', syscall: 'recv' })
    await socket.send(Buffer.from('hello?'))
    await receiving
  })
})
