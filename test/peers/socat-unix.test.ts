import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_UNIX, SHUT_WR, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, Socket } from 'bsd-sockets'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { endPrograms } from '../support/program.js'
import { bound, listening, socat } from '../support/socat.js'

const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-socat-'))
const long = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('')
const wait = { timeout: 20_000 }
const SEQPACKET = 'type=5'
let count = 0

const kinds = [
  { kind: 'UNIX', ours: (name: string) => name },
  { kind: 'ABSTRACT', ours: (name: string) => `\0${name}` },
].filter(({ kind }) => kind === 'UNIX' || needs('linux'))

afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

describe.runIf(needs('program', 'socat')).each(kinds)('$kind with socat', ({ kind, ours }) => {
  let name = ''
  let path = ''
  beforeEach(() => {
    name = join(folder, `${kind}-${count++}`)
    path = ours(name)
  })

  it('passes more than a megabyte through our stream server and back', async () => {
    using listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path }).listen()
    const client = socat('-', `${kind}-CONNECT:${name}`)
    client.end(long)
    const { socket, address } = await listener.accept(wait)
    expect(address).toEqual({ family: 'AF_UNIX', path: '' })
    for await (const chunk of socket.chunks(wait)) await socket.sendall(chunk)
    socket.close()
    expect(await client.output()).toBe(long)
  })

  it('passes more than a megabyte through its stream server and back', async () => {
    const server = socat(`${kind}-LISTEN:${name}`, 'EXEC:cat')
    await listening(server)
    using socket = new Socket(AF_UNIX, SOCK_STREAM)
    await socket.connect({ path }, wait)
    expect(socket.getpeername()).toEqual({ family: 'AF_UNIX', path })
    const sending = socket.sendall(Buffer.from(long), wait).then(() => socket.shutdown(SHUT_WR))
    const parts: Buffer[] = []
    for await (const chunk of socket.chunks(wait)) parts.push(chunk)
    expect(Buffer.concat(parts).toString()).toBe(long)
    await sending
  })

  it('keeps the messages of a seqpacket client apart', async () => {
    using listener = new Socket(AF_UNIX, SOCK_SEQPACKET).bind({ path }).listen()
    const client = socat('-', `${kind}-CONNECT:${name},${SEQPACKET}`)
    using server = (await listener.accept(wait)).socket
    for (const text of ['one\n', 'two\n', 'x'.repeat(8000)]) {
      client.write(text)
      expect((await server.recv(65_535, wait)).toString()).toBe(text)
    }
    await server.send(Buffer.from('three\n'))
    await client.line(/^three$/m)
    client.end()
    expect(await server.recv(100, wait)).toHaveLength(0)
  })

  it('gets the messages of a seqpacket server one by one, and its end', async () => {
    const server = socat(`${kind}-LISTEN:${name},${SEQPACKET}`, 'EXEC:cat')
    await listening(server)
    using socket = new Socket(AF_UNIX, SOCK_SEQPACKET)
    await socket.connect({ path }, wait)
    for (const text of ['one', 'two']) {
      await socket.send(Buffer.from(text))
      expect((await socket.recv(100, wait)).toString()).toBe(text)
    }
    socket.shutdown(SHUT_WR)
    expect(await socket.recv(100, wait)).toHaveLength(0)
  })

  it('is refused where the types differ', async () => {
    const server = socat(`${kind}-LISTEN:${name},${SEQPACKET}`, 'EXEC:cat')
    await listening(server)
    using socket = new Socket(AF_UNIX, SOCK_STREAM)
    const code = kind === 'UNIX' ? 'EPROTOTYPE' : 'ECONNREFUSED'
    await expect(socket.connect({ path }, wait)).rejects.toMatchObject({ code, syscall: 'connect', path })
  })

  it('receives what SENDTO sends from nowhere', async () => {
    using server = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    const client = socat('-', `${kind}-SENDTO:${name}`)
    client.write('logged')
    const { data, address } = await server.recvfrom(100, wait)
    expect({ text: data.toString(), address }).toEqual({ text: 'logged', address: { family: 'AF_UNIX', path: '' } })
  })

  it('answers a SENDTO that is bound', async () => {
    using server = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    const client = socat('-', `${kind}-SENDTO:${name},bind=${name}-client`)
    for (const text of ['one\n', 'two\n']) {
      client.write(text)
      const { data, address } = await server.recvfrom(100, wait)
      expect({ text: data.toString(), address }).toEqual({
        text,
        address: { family: 'AF_UNIX', path: `${path}-client` },
      })
      await server.sendto(Buffer.from(`got ${text}`), address)
      await client.line(new RegExp(`^got ${text}`, 'm'))
    }
  })

  it('gets the answer of RECVFROM', async () => {
    await bound(socat(`${kind}-RECVFROM:${name}`, 'EXEC:cat'))
    using socket = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: `${path}-ours` })
    await socket.sendto(Buffer.from('hello'), { path })
    const { data, address } = await socket.recvfrom(100, wait)
    expect({ text: data.toString(), address }).toEqual({ text: 'hello', address: { family: 'AF_UNIX', path } })
  })

  it('sends to RECV, which prints what it gets', async () => {
    const server = socat(`${kind}-RECV:${name}`, '-')
    await bound(server)
    using socket = new Socket(AF_UNIX, SOCK_DGRAM)
    await socket.connect({ path })
    await socket.send(Buffer.from('hello\n'))
    await server.line(/^hello$/m)
  })
})

describe.runIf(needs('program', 'socat'))('UNIX-CLIENT of socat', () => {
  it('tries the types, and finds our datagram socket', async () => {
    const path = join(folder, 'client')
    using server = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    socat('-', `UNIX-CLIENT:${path}`).write('which type?')
    expect((await server.recv(100, wait)).toString()).toBe('which type?')
  })
})

describe.runIf(needs('program', 'socat') && needs('linux'))('abstract names with socat', () => {
  it('have exactly the length that was bound, NULs at the end included', async () => {
    const name = `bsd-sockets-${process.pid}`
    await bound(socat(`ABSTRACT-RECVFROM:${name},unix-tightsocklen=0`, 'EXEC:cat'))
    using socket = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' })
    await expect(socket.sendto(Buffer.from('short'), { path: `\0${name}` })).rejects.toThrow(/ECONNREFUSED/)
    const path = `\0${name}`.padEnd(108, '\0')
    await socket.sendto(Buffer.from('whole'), { path })
    const { data, address } = await socket.recvfrom(100, wait)
    expect({ text: data.toString(), address }).toEqual({ text: 'whole', address: { family: 'AF_UNIX', path } })
  })
})
