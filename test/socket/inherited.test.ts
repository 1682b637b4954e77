import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { own } from '../support/pairs.js'

const child = `
  import { Socket } from 'bsd-sockets'
  const given = JSON.parse(process.argv[1])
  for (const [name, value] of Object.entries(given)) process.env[name] = value === 'mine' ? process.pid : value
  const found = Socket.inherited()
  const left = Object.keys(process.env).filter(name => name.startsWith('LISTEN_'))
  console.log(JSON.stringify({ left, again: Socket.inherited().length, found: found.map(({ name, socket }) =>
    [name, socket.fd, socket.type, socket.getsockname().port]) }))
  for (const { socket } of found) socket.close()
`

async function inherited(environment: Record<string, string>, ...fds: number[]): Promise<unknown> {
  const args = ['--input-type=module', '--eval', child, JSON.stringify(environment)]
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', ...fds] })
  let text = ''
  started.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await once(started, 'close')
  return JSON.parse(text)
}

function bound(type: 'SOCK_STREAM' | 'SOCK_DGRAM'): Socket<'AF_INET'> {
  return own(new Socket(AF_INET, type).bind({ address: '127.0.0.1' }))
}

describe('Socket.inherited', () => {
  it('gives the sockets that a service manager opened, by name, once', async () => {
    const [stream, datagram] = [bound(SOCK_STREAM).listen(), bound(SOCK_DGRAM)]
    const environment = { LISTEN_FDS: '2', LISTEN_PID: 'mine', LISTEN_FDNAMES: 'http' }
    expect(await inherited(environment, stream.fd, datagram.fd)).toEqual({
      left: [],
      again: 0,
      found: [
        ['http', 3, 'SOCK_STREAM', stream.getsockname().port],
        ['unknown', 4, 'SOCK_DGRAM', datagram.getsockname().port],
      ],
    })
  })

  it('leaves alone what is no socket', async () => {
    const file = openSync('/dev/null', 'r')
    const datagram = bound(SOCK_DGRAM)
    const environment = { LISTEN_FDS: '2', LISTEN_PID: 'mine', LISTEN_FDNAMES: 'file:log' }
    const found = [['log', 4, 'SOCK_DGRAM', datagram.getsockname().port]]
    expect(await inherited(environment, file, datagram.fd)).toMatchObject({ found })
    closeSync(file)
  })

  it.each([{}, { LISTEN_FDS: '1', LISTEN_PID: '1' }, { LISTEN_FDS: 'x', LISTEN_PID: 'mine' }])(
    'gives nothing with %j',
    async environment => {
      expect(await inherited(environment, bound(SOCK_DGRAM).fd)).toEqual({ left: [], again: 0, found: [] })
    },
  )
})
