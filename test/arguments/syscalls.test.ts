import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { endPrograms, run } from '../support/program.js'

afterEach(endPrograms)

const program = `
  import { accessSync } from 'node:fs'
  import { Socket } from 'bsd-sockets'
  import { calls } from './test/support/wrong.ts'

  const never = [Symbol('x'), Number.NaN, 0.5, 2 ** 53, 1n, () => 1]
  const open = new Socket('AF_INET', 'SOCK_DGRAM').bind({ address: '127.0.0.1' })
  const mark = name => { try { accessSync('/' + name) } catch {} }
  const settled = []
  const typed = error => { if (!/^ERR_/.test(error.code)) throw error }
  const refused = call => {
    try {
      const result = call()
      if (!(result instanceof Promise)) throw new Error('taken')
      settled.push(result.then(() => { throw new Error('taken') }, typed))
    } catch (error) { typed(error) }
  }
  mark('wrong-begin')
  for (const { act, right } of Object.values(calls)) {
    const sound = right.map(value => value === 1_000_000 ? open.fd : value)
    for (const place of sound.keys()) for (const value of never) refused(() => act(...sound.with(place, value)))
  }
  const to = { address: '127.0.0.1', port: 9 }
  for (const value of never) {
    for (const address of [value, { address: value, port: 9 }, { address: '127.0.0.1', port: value }]) {
      refused(() => open.bind(address))
      refused(() => open.connect(address))
      refused(() => open.trySendto(Buffer.alloc(1), address))
    }
    for (const options of [value, { flags: value }, { signal: value }]) {
      refused(() => open.recv(9, options))
      refused(() => open.recvfrom(9, options))
      refused(() => open.send(Buffer.alloc(1), options))
      refused(() => open.sendto(Buffer.alloc(1), to, options))
      refused(() => open.sendall(Buffer.alloc(1), options))
    }
    refused(() => open.recv(value))
    refused(() => open.send(value))
    refused(() => open.listen(value))
    refused(() => open.shutdown(value))
    refused(() => open.setsockopt(value, 1))
    refused(() => open.getsockopt(value))
  }
  mark('wrong-end')
  await Promise.all(settled)
  open.close()
`

describe.runIf(needs('linux') && needs('program', 'strace'))('a wrong argument', () => {
  it('never reaches a system call', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
    const log = join(folder, 'log')
    const traced = '%network,close,dup,dup3,fcntl,ioctl,poll,ppoll,epoll_ctl,access,faccessat,faccessat2'
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program]
    await run('strace', '-o', log, '-e', `trace=${traced}`, ...node)
    const lines = readFileSync(log, 'utf8').split('\n')
    rmSync(folder, { recursive: true })
    const at = (mark: string): number => lines.findIndex(line => line.includes(`"/${mark}"`))
    expect(at('wrong-begin')).toBeGreaterThan(0)
    expect(lines.slice(at('wrong-begin') + 1, at('wrong-end'))).toEqual([])
  })
})
