// A Socket that is dropped open is closed, with a warning that says where it was made; not while something is pending.
import { describe, expect, it } from 'vitest'
import { runModule } from '../support/node.js'

const watching = `
const warnings = []
process.on('warning', warning => warnings.push(warning))
async function collect(rounds = 20) {
  for (let i = 0; i < rounds && warnings.length === 0; i++) {
    globalThis.gc()
    await turn()
  }
}
`

async function outputOf(text: string): Promise<unknown> {
  const { code, stdout, stderr } = await runModule(watching + text, { flags: ['--expose-gc', '--no-warnings'] })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe('a Socket that is dropped open', () => {
  it.each([
    ['new Socket', 'new Socket(AF_INET, SOCK_DGRAM)', 1],
    ['Socket.pair', 'Socket.pair(SOCK_STREAM)', 2],
    ['dup', 'globalThis.kept.dup()', 1],
    ['Socket.from', 'Socket.from(posix.socket(AF_INET, SOCK_DGRAM))', 1],
    ['accept', 'globalThis.listener.tryAccept()', 1],
    [
      'one whose operations have ended',
      'await new Socket(AF_INET, SOCK_DGRAM).bind({}).recv(1, { timeout: 1 }).catch(() => {})',
      1,
    ],
    ['one that is a duplex', 'Socket.pair(SOCK_STREAM)[0].duplex()', 2],
  ])('is closed, with a warning: %s', async (_name, made, count) => {
    const result = await outputOf(`
      globalThis.kept = new Socket(AF_INET, SOCK_DGRAM)
      globalThis.listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
      const client = globalThis.client = new Socket(AF_UNIX, SOCK_STREAM)
      await client.connect(listener.getsockname())
      await kept.bind({}).recv(1, { timeout: 1 }).catch(() => {})
      const before = open()
      async function whoMadeIt() { ${made} }
      await whoMadeIt()
      for (let i = 0; i < 50 && warnings.length < ${count}; i++) { gc(); await turn() }
      const [{ name, code, message, detail }] = warnings
      console.log(JSON.stringify({ count: warnings.length, left: open() - before, name, code, message, told: detail.includes('whoMadeIt') || ${_name === 'accept'} }))
    `)
    expect(result).toMatchObject({
      count,
      left: 0,
      name: 'SocketWarning',
      message: expect.stringMatching(/fd \d+, AF_\w+ SOCK_\w+/),
      told: true,
    })
  })

  it('is not closed while an operation is pending, which then finishes', async () => {
    const result = await outputOf(`
      const [one, other] = Socket.pair(SOCK_STREAM).map(socket => socket.detach())
      const got = Socket.from(other).recv(1)
      await collect()
      posix.send(one, Buffer.from('x'))
      console.log(JSON.stringify([String(await got), warnings.length]))`)
    expect(result).toEqual(['x', 0])
  })

  it('is not closed while a loop over it waits', async () => {
    const result = await outputOf(`
      const [one, other] = Socket.pair(SOCK_STREAM).map(socket => socket.detach())
      const got = (async () => { for await (const chunk of Socket.from(other).chunks()) return String(chunk) })()
      await collect()
      posix.send(one, Buffer.from('x'))
      console.log(JSON.stringify([await got, warnings.length]))`)
    expect(result).toEqual(['x', 0])
  })

  it('is not closed while an iterator of it is held', async () => {
    const result = await outputOf(`
      const [one, other] = Socket.pair(SOCK_STREAM).map(socket => socket.detach())
      const chunks = Socket.from(other).chunks()
      await collect()
      posix.send(one, Buffer.from('x'))
      console.log(JSON.stringify([String((await chunks.next()).value), warnings.length]))`)
    expect(result).toEqual(['x', 0])
  })

  it('is not closed while a stream of it is held', async () => {
    const result = await outputOf(`
      const [one, other, third] = [...Socket.pair(SOCK_STREAM), ...Socket.pair(SOCK_STREAM)].map(socket => socket.detach())
      const duplex = Socket.from(one).duplex()
      const { writable } = Socket.from(third).streams()
      await collect()
      posix.send(other, Buffer.from('x'))
      const data = await new Promise(resolve => duplex.once('data', resolve))
      await writable.getWriter().write(Buffer.from('y'))
      console.log(JSON.stringify([String(data), warnings.length]))
      process.exit(0)`)
    expect(result).toEqual(['x', 0])
  })

  it('says nothing of sockets that were closed or detached', async () => {
    const result = await outputOf(`
      for (let i = 0; i < 100; i++) {
        new Socket(AF_INET, SOCK_DGRAM).close()
        posix.close(new Socket(AF_INET, SOCK_DGRAM).detach())
      }
      await collect()
      console.log(JSON.stringify(warnings.length))`)
    expect(result).toBe(0)
  })

  it('does not close a descriptor that took its number since', async () => {
    const result = await outputOf(`
      const numbers = []
      for (let i = 0; i < 100; i++) numbers.push(new Socket(AF_INET, SOCK_DGRAM).detach())
      for (const fd of numbers) posix.close(fd)
      const again = numbers.map(() => posix.socket(AF_INET, SOCK_DGRAM))
      await collect()
      const types = again.map(fd => posix.getsockopt(fd, bsd.SO_TYPE))
      console.log(JSON.stringify([new Set(types).size, warnings.length]))`)
    expect(result).toEqual([1, 0])
  })
})
