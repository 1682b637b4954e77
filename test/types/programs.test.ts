import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endPrograms, Program } from '../support/program.js'
import { Project } from '../support/project.js'

const programs = {
  'echo.ts': `
    import { AF_INET, MSG_WAITALL, SHUT_WR, SOCK_STREAM, SO_REUSEADDR, Socket, SocketError, TCP_NODELAY } from 'bsd-sockets'

    async function serve(connection: Socket<'AF_INET'>): Promise<void> {
      using _ = connection
      const buffer = Buffer.allocUnsafe(65536)
      for (let count; (count = await connection.recv(buffer)) > 0; ) await connection.sendall(buffer.subarray(0, count))
    }
    async function accepting(listener: Socket<'AF_INET'>): Promise<void> {
      for await (const { socket, address } of listener.connections()) {
        socket.setsockopt(TCP_NODELAY, true)
        serve(socket).catch((error: unknown) => console.error(address.address, address.port, error))
      }
    }
    using listener = new Socket(AF_INET, SOCK_STREAM).setsockopt(SO_REUSEADDR, true).bind({ address: '127.0.0.1' }).listen()
    const served = accepting(listener)
    using client = new Socket(AF_INET, SOCK_STREAM)
    try {
      await client.connect(listener.getsockname(), { timeout: 5000, signal: AbortSignal.timeout(5000) })
      await client.sendall([Buffer.from('hello '), Buffer.from('world')])
      const first: Buffer = await client.recv(5, { flags: MSG_WAITALL })
      client.shutdown(SHUT_WR)
      const parts = [first]
      for await (const chunk of client.chunks({ timeout: 5000 })) parts.push(chunk)
      console.log(Buffer.concat(parts).toString())
    } catch (error) {
      if (error instanceof SocketError && error.code === 'ETIMEDOUT') console.log(error.bytesSent ?? 0)
      throw error
    }
    listener.close()
    await served
  `,
  'abstract.ts': `
    import { AF_UNIX, SOCK_DGRAM, SOCK_STREAM, Socket, SocketError, formatSockaddr, parseSockaddr } from 'bsd-sockets'

    function lock(name: string): Socket<'AF_UNIX'> | undefined {
      const socket = new Socket(AF_UNIX, SOCK_STREAM)
      try {
        return socket.bind({ path: '\\0' + name }).listen(1)
      } catch (error) {
        socket.close()
        if (error instanceof SocketError && error.code === 'EADDRINUSE') return undefined
        throw error
      }
    }
    const name = 'bsd-sockets-' + process.pid
    using mine = lock(name)
    console.log(mine !== undefined, lock(name))
    using server = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' })
    using client = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' })
    const to = parseSockaddr(formatSockaddr(server.getsockname()))
    if (to.family === AF_UNIX) await client.sendto(Buffer.from('hi'), to)
    const { data, address } = await server.recvfrom(9)
    console.log(data.toString(), address.path === client.getsockname().path)
  `,
  'posix.ts': `
    import { AF_INET, F_GETFL, F_SETFL, O_NONBLOCK, POLLIN, SOCK_STREAM, SO_REUSEADDR, SocketError, accept, bind, close,
      connect, fcntl, getsockname, listen, poll, recvfrom, send, setsockopt, socket } from 'bsd-sockets/posix'

    const listener = socket(AF_INET, SOCK_STREAM)
    setsockopt(listener, SO_REUSEADDR, true)
    bind(listener, { family: AF_INET, address: '127.0.0.1', port: 0 })
    listen(listener, 1)
    fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK)
    try { accept(listener) } catch (error) { console.log(error instanceof SocketError && error.code) }
    const client = socket(AF_INET, SOCK_STREAM), name = getsockname(listener)
    if (name.family === AF_INET) connect(client, name)
    const fds = [{ fd: listener, events: POLLIN, revents: 0 }]
    if (poll(fds, 5000) > 0 && (fds[0]?.revents ?? 0) & POLLIN) {
      const { fd } = accept(listener)
      console.log(send(client, Buffer.from('ab')), recvfrom(fd, Buffer.alloc(9)).length)
      close(fd)
    }
    for (const fd of [client, listener]) close(fd)
  `,
}
const printed: Record<keyof typeof programs, string> = {
  'echo.ts': 'hello world\n',
  'abstract.ts': 'true undefined\nhi true\n',
  'posix.ts': 'EAGAIN\n2 2\n',
}

let project: Project
beforeAll(() => {
  project = new Project()
})
afterAll(() => project[Symbol.dispose]())
afterEach(endPrograms)

describe('the programs of a user', () => {
  it('compile against the built package, its declarations checked too, and run', { timeout: 120_000 }, async () => {
    for (const [name, text] of Object.entries(programs)) project.write(name, text)
    for (const name of ['addresses', 'control', 'socket'])
      cpSync(`test/types/${name}.test-d.ts`, join(project.folder, `${name}.test-d.ts`))
    const compiler = project.compile()
    expect(await compiler.ended, compiler.stdout).toEqual({ code: 0, signal: null })
    for (const [name, text] of Object.entries(printed)) {
      const program = new Program(process.execPath, [join(project.folder, 'out', name.replace(/ts$/, 'js'))])
      expect(await program.output(), name).toBe(text)
    }
  })

  it('see nothing of what is internal', { timeout: 120_000 }, async () => {
    for (const name of Object.keys(programs)) rmSync(join(project.folder, name), { force: true })
    const uses = ['socket.handle', "socket.openFd('x')", 'socket.duplicate()', 'new SocketError({})']
    const text = uses.map(use => `// @ts-expect-error internal\nvoid ${use}\n`).join('')
    project.write(
      'internal.ts',
      `import { Socket, SocketError } from 'bsd-sockets'\nconst socket = new Socket('AF_INET', 'SOCK_DGRAM')\n${text}`,
    )
    const compiler = project.compile()
    expect(await compiler.ended, compiler.stdout).toEqual({ code: 0, signal: null })
  })
})
