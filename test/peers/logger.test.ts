import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_UNIX, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { endPrograms, example, Program } from '../support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-logger-'))
const wait = { timeout: 10_000 }
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

function logger(path: string, ...args: string[]): Program {
  return new Program('logger', ['--socket', path, '--tag', 'test', ...args])
}

describe.runIf(needs('program', 'logger'))('logger', () => {
  it.each([[[]], [['--udp']]])('reaches examples/syslog.ts, with %j', async options => {
    const path = join(folder, `daemon${options.length}`)
    const daemon = example('syslog', 'serve', path)
    await daemon.line(/waiting at/)
    await logger(path, ...options, '--priority', 'mail.err', 'no such mailbox').output()
    await daemon.line(/^mail\.err: .* test: no such mailbox$/m)
    await daemon.kill()
  })

  it('sends a datagram a line of its input', async () => {
    const path = join(folder, 'lines')
    using socket = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    const client = logger(path, '--udp', '--priority', 'local0.debug')
    client.end('one\ntwo\nthree\n')
    await client.output()
    const texts = ['one', 'two', 'three']
    for (const text of texts)
      expect((await socket.recv(2000, wait)).toString()).toMatch(new RegExp(`^<135>.*: ${text}$`))
  })

  it('is cut to the size that is asked for, and that is said', async () => {
    const path = join(folder, 'cut')
    using socket = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    await logger(path, '--udp', 'x'.repeat(500)).output()
    const { data, truncated, address } = await socket.recvfrom(100, wait)
    expect({ length: data.length, truncated, address }).toEqual({
      length: 100,
      truncated: true,
      address: { family: 'AF_UNIX', path: '' },
    })
  })

  it('sends over a stream too', async () => {
    const path = join(folder, 'stream')
    using listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path }).listen()
    const client = logger(path, '--tcp', 'over a stream')
    using connection = (await listener.accept(wait)).socket
    const parts: Buffer[] = []
    for await (const chunk of connection.chunks(wait)) parts.push(chunk)
    expect(Buffer.concat(parts).toString()).toMatch(/^<13>.* test: over a stream\0?\n?$/)
    await client.output()
  })
})
