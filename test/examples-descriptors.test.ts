import { AF_INET, AF_UNIX, parseSockaddr, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { afterEach, describe, expect, it } from 'vitest'
import { own } from './support/pairs.js'
import { endPrograms, example, Program } from './support/program.js'

afterEach(endPrograms)

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
