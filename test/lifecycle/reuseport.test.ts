// Two processes that listen on one port: SO_REUSEPORT, socket(7).
import { AF_INET, SO_REUSEPORT, SOCK_STREAM, Socket } from 'bsd-sockets'
import { afterEach, describe, expect, it } from 'vitest'
import { failure, thrown } from '../support/failure.js'
import { own } from '../support/pairs.js'
import { endPrograms, Program } from '../support/program.js'

afterEach(endPrograms)

const service = `
  import { AF_INET, SO_REUSEPORT, SOCK_STREAM, Socket } from 'bsd-sockets'
  const address = { address: '127.0.0.1', port: Number(process.argv[1]) }
  const listener = new Socket(AF_INET, SOCK_STREAM).setsockopt(SO_REUSEPORT, true).bind(address).listen()
  console.log('port ' + listener.getsockname().port)
  for await (const { socket } of listener.connections()) {
    await socket.sendall(Buffer.from(String(process.pid)))
    socket.close()
  }
`

async function started(port: number): Promise<{ program: Program; port: number }> {
  const program = new Program(process.execPath, ['--input-type=module', '--eval', service, `${port}`])
  const [, text] = await program.line(/^port (\d+)$/m)
  return { program, port: Number(text) }
}

/** The process that takes a new connection. */
async function taker(port: number): Promise<number> {
  using client = new Socket(AF_INET, SOCK_STREAM)
  await client.connect({ address: '127.0.0.1', port }, { timeout: 5000 })
  return Number(await client.recv(100, { timeout: 5000 }))
}

describe('two processes that listen on one port', () => {
  it('both get connections, and the other all of them when one has ended', async () => {
    const first = await started(0)
    const { port } = first
    const second = await started(port)
    const pids = [first.program.pid, second.program.pid]
    const takers = new Set<number>()
    for (let i = 0; i < 500 && takers.size < 2; i++) takers.add(await taker(port))
    expect([...takers].toSorted()).toEqual(pids.toSorted())
    await first.program.kill()
    for (let i = 0; i < 20; i++) expect(await taker(port)).toBe(second.program.pid)
  })

  it('keep out a socket that does not share', async () => {
    const { port } = await started(0)
    const socket = own(new Socket(AF_INET, SOCK_STREAM))
    const taken = thrown(() => socket.bind({ address: '127.0.0.1', port }).listen())
    expect(taken).toEqual(failure('EADDRINUSE'))
    socket.setsockopt(SO_REUSEPORT, true).bind({ address: '127.0.0.1', port })
  })
})
