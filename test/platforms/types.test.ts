import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execute } from './execute.js'
import { findTool } from './tools.js'
import { unpack } from './unpack.js'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'bsd-sockets-types-'))
afterAll(() => rmSync(project, { recursive: true }))

const program = `
import { AF_INET, SO_REUSEADDR, SOCK_STREAM, Socket, SocketError, TCP_NODELAY, type Sockaddr } from 'bsd-sockets'
import { close, socket } from 'bsd-sockets/posix'

export async function ask(address: string, port: number): Promise<string> {
  using client = new Socket(AF_INET, SOCK_STREAM).setsockopt(SO_REUSEADDR, true)
  const on: boolean = client.getsockopt(TCP_NODELAY)
  await client.connect({ address, port }, { timeout: 1000, signal: AbortSignal.timeout(2000) })
  const peer: Sockaddr = client.getpeername()
  for await (const chunk of client.chunks()) return \`\${peer.family} \${on} \${chunk.toString('utf8')}\`
  // @ts-expect-error an option has the type of its row
  client.setsockopt(TCP_NODELAY, 1)
  throw new SocketError('nothing came')
}
close(socket(AF_INET, SOCK_STREAM))
`

/** How a project finds packages, and the file that does. */
const ways = [
  { name: 'nodenext, by import', file: 'main.mts', options: { module: 'nodenext' } },
  { name: 'nodenext, by require', file: 'main.cts', options: { module: 'nodenext' } }, // since TypeScript 5.8
  { name: 'bundler', file: 'main.mts', options: { module: 'esnext', moduleResolution: 'bundler' } },
]

// What a call gives is known in a project that asks for no types of its own, as `tsc --init` makes them.
const known = `
import type { Socket } from 'bsd-sockets'
import type { recvfrom } from 'bsd-sockets/posix'

export async function receive(socket: Socket, from: ReturnType<typeof recvfrom>): Promise<void> {
  const data = await socket.recv(10)
  // @ts-expect-error a Buffer has no such method
  data.noSuchMethod()
  // @ts-expect-error nor has a number
  from.length.noSuchMethod()
}
`
const initial = {
  compilerOptions: { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', types: [], skipLibCheck: true },
  files: ['known.mts'],
}

beforeAll(() => {
  writeFileSync(join(project, 'known.mts'), known)
  writeFileSync(join(project, 'tsconfig.initial.json'), JSON.stringify(initial))
  unpack(project, '@types/node', 'undici-types')
  for (const file of ['main.mts', 'main.cts']) writeFileSync(join(project, file), program)
})

const compilers = [
  { name: 'TypeScript 5.8', found: await findTool('TypeScript 5.8') },
  { name: 'TypeScript 5.9', found: await findTool('TypeScript 5.9') },
  { name: 'TypeScript 7', found: { folder: modules, file: 'typescript/bin/tsc' } },
]

for (const { name, found } of compilers)
  describe.runIf(found)(`${name} compiles a program and the declarations that it uses`, () => {
    test.each(ways)('with $name', async ({ file, options }) => {
      const settings = [
        '--strict',
        '--noEmit',
        '--target',
        'es2022',
        '--lib',
        'es2023,esnext.disposable',
        '--types',
        'node',
      ]
      const way = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value])
      const args = [join(found?.folder ?? '', found?.file ?? ''), ...settings, ...way, file]
      expect(await execute(process.execPath, args, { cwd: project })).toEqual({ code: 0, output: '' })
    })

    test('in a project that names no types', async () => {
      const args = [join(found?.folder ?? '', found?.file ?? ''), '--project', 'tsconfig.initial.json']
      expect(await execute(process.execPath, args, { cwd: project })).toEqual({ code: 0, output: '' })
    })
  })
