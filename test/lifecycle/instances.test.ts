import { describe, expect, it } from 'vitest'
import { runModule } from '../support/node.js'

describe('two instances of the package in one thread', () => {
  it('have sockets that wait and are served, each its own', async () => {
    const { stdout, stderr, code } = await runModule(`
      const folder = import.meta.resolve('bsd-sockets')
      const { cpSync, mkdirSync, rmSync } = await import('node:fs')
      const { fileURLToPath } = await import('node:url')
      const dist = fileURLToPath(new URL('.', folder))
      const second = fileURLToPath(new URL('../build/second/', folder))
      cpSync(dist, second + 'dist', { recursive: true })
      const { symlinkSync, writeFileSync } = await import('node:fs')
      for (const name of ['build', 'prebuilds']) {
        rmSync(second + name, { recursive: true, force: true })
        symlinkSync(fileURLToPath(new URL('../' + name, folder)), second + name)
      }
      writeFileSync(second + 'package.json', '{ "type": "module", "name": "bsd-sockets" }')
      const other = await import(second + 'dist/index.js')
      const pairs = [Socket.pair(SOCK_DGRAM), other.Socket.pair(SOCK_DGRAM)]
      const waiting = pairs.map(([one]) => one.recv(10))
      for (const [i, [, to]] of pairs.entries()) await to.send(Buffer.from(String(i)))
      console.log(other.Socket === Socket, String(await Promise.all(waiting)))
      for (const socket of pairs.flat()) socket.close()
    `)
    expect(stderr).toBe('')
    expect([stdout.trim(), code]).toEqual(['false 0,1', 0])
  })
})
