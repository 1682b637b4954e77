import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_INET, AF_UNIX, parseSockaddr, SO_PEERPIDFD, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { close } from 'bsd-sockets/posix'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { thrown } from './support/failure.js'
import { needs } from './support/needs.js'
import { own } from './support/pairs.js'
import { endPrograms, example, Program } from './support/program.js'

const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-examples-'))
chmodSync(folder, 0o755)
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

async function greeting(port: number): Promise<string> {
  using socket = new Socket(AF_INET, SOCK_STREAM)
  await socket.connect({ address: '127.0.0.1', port }, { timeout: 5000 })
  const parts: Buffer[] = []
  for await (const chunk of socket.chunks({ timeout: 5000 })) parts.push(chunk)
  return Buffer.concat(parts).toString()
}

describe('examples/pass-listener.ts', () => {
  it('refuses no client while the listener changes hands', async () => {
    const program = example('pass-listener')
    const [, text = ''] = await program.line(/listening on (\S+)\n/)
    const address = parseSockaddr(text)
    const port = 'port' in address ? address.port : 0
    const answers = new Set<string>()
    for (let handedOver = false; !handedOver || answers.size < 2; ) {
      answers.add((await greeting(port)).replace(/ .*\n/, ''))
      handedOver = program.stdout.includes('handed over')
    }
    expect([...answers]).toEqual(['parent', 'child'])
    expect(await greeting(port)).toMatch(/^child \d+\n$/)
    expect(await program.kill('SIGTERM')).toMatchObject({ code: 0 })
  })
})

describe('examples/sd-notify.ts', () => {
  it('tells a service manager at a path or an abstract name', async () => {
    const manager = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' }))
    const { path } = manager.getsockname()
    const name = `NOTIFY_SOCKET=${String(path).replace('\0', '@')}`
    const program = new Program('env', [name, process.execPath, '--import', 'tsx', 'examples/sd-notify.ts'])
    const { data } = await manager.recvfrom(1000, { timeout: 10_000 })
    expect(data.toString()).toMatch(/^READY=1\nSTATUS=serving, as \d+\nMAINPID=\d+\n$/)
    expect(await program.output()).toBe('told the service manager\n')
  })

  it('says so where there is none', async () => {
    const program = new Program('env', [
      '-u',
      'NOTIFY_SOCKET',
      process.execPath,
      '--import',
      'tsx',
      'examples/sd-notify.ts',
    ])
    expect(await program.output()).toBe('there is no service manager to tell\n')
  })
})

function hasPeerpidfd(): boolean {
  const pair = Socket.pair(SOCK_STREAM)
  const error = thrown(() => close(pair[0].getsockopt(SO_PEERPIDFD)))
  for (const socket of pair) socket.close()
  return error === undefined
}

describe.runIf(needs('linux'))('examples/peercred.ts', () => {
  const hasPidfd = needs('linux') && hasPeerpidfd()
  let count = 0

  async function server(): Promise<[program: Program, path: string]> {
    const path = join(folder, `who${count++}`)
    const program = example('peercred', path)
    await program.line(/waiting at/)
    chmodSync(path, 0o777)
    return [program, path]
  }

  /** What a client is told, that is somebody else by then. */
  async function told(path: string, become = ''): Promise<[pid: number, text: string]> {
    const text = `
      import { Socket } from 'bsd-sockets'
      const socket = new Socket('AF_UNIX', 'SOCK_STREAM')
      ${become}
      await socket.connect({ path: ${JSON.stringify(path)} })
      process.stdout.write(await socket.recv(100))`
    const client = new Program(process.execPath, ['--input-type=module', '--eval', text])
    const { pid } = client
    return [pid, await client.output()]
  }

  it('knows its clients: the process, the user, and that it runs', async () => {
    const [program, path] = await server()
    const [pid, text] = await told(path)
    expect(text).toBe(`hello, process ${pid}\n`)
    const running = hasPidfd ? 'is running' : 'may be running'
    const who = `process ${pid} of user ${process.getuid?.()}, group ${process.getgid?.()}, ${running}: welcome`
    expect(program.stdout).toContain(who)
    expect(await program.kill()).toEqual({ code: 0, signal: null })
    expect(existsSync(path)).toBe(false)
  })

  it.runIf(hasPidfd && needs('program', 'socat'))('knows when a client has ended before it was answered', async () => {
    const [program, path] = await server()
    process.kill(program.pid, 'SIGSTOP')
    const client = new Program('socat', ['/dev/null', `UNIX-CONNECT:${path}`])
    const { pid } = client
    await client.output()
    process.kill(program.pid, 'SIGCONT')
    await program.line(new RegExp(`process ${pid} of user \\d+, group \\d+, has ended: welcome`))
  })

  it.runIf(needs('root'))('refuses other users', async () => {
    const [program, path] = await server()
    const [pid, text] = await told(path, 'process.setegid(65534); process.seteuid(65534)')
    expect(text).toBe('not you\n')
    await program.line(new RegExp(`process ${pid} of user 65534, group 65534, .*: refused`))
  })
})
