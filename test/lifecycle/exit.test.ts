// The end of a process: it comes when nothing ref'd is pending, and open sockets do not disturb it.
import { describe, expect, it } from 'vitest'
import { runModule } from '../support/node.js'

const everything = `
const ignored = () => {}
const keep = []
function pend(way) {
  const [one, other] = Socket.pair(SOCK_STREAM)
  const [dgram, peer] = Socket.pair(SOCK_DGRAM)
  const udp = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
  const tcp = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
  const full = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen(0)
  const clients = [1, 2, 3].map(() => new Socket(AF_UNIX, SOCK_STREAM))
  const packets = Socket.pair(SOCK_SEQPACKET)
  const web = Socket.pair(SOCK_STREAM)
  for (const socket of [one, other, dgram, peer, udp, tcp, full, ...clients, ...packets, ...web]) keep.push(socket[way]())
  const waiting = [
    other.recv(1), other.recv(9, { flags: bsd.MSG_WAITALL }), other.recv(1, { timeout: 100_000 }),
    other.recv(1, { signal: new AbortController().signal }), one.sendall(Buffer.alloc(8 << 20)), other.readable(),
    dgram.recvfrom(1), dgram.datagrams().next(), udp.recvfrom(1), tcp.accept(), tcp.connections().next(),
    packets[0].recv(1), web[0].streams().readable.getReader().read(), web[1].duplex().on('data', ignored),
    ...clients.map(client => client.connect(full.getsockname())),
  ]
  for (const promise of waiting) promise.catch?.(ignored)
}
`

describe('a process with everything pending', () => {
  it.each(['at once', 'some turns later', 'in a handler of a socket'])(
    'ends with the code of process.exit(): %s',
    async when => {
      const exit = {
        'at once': 'process.exit(7)',
        'some turns later': 'await turn(); await turn(); process.exit(7)',
        'in a handler of a socket':
          'const [a, b] = Socket.pair(SOCK_STREAM); b.recv(1).then(() => process.exit(7)); await turn(); a.trySend(Buffer.alloc(1)); await sleep(60_000)',
      }[when]
      const { code, signal, stderr } = await runModule(`${everything} pend('ref'); ${exit}`)
      expect({ code, signal, stderr }).toEqual({ code: 7, signal: null, stderr: '' })
    },
  )

  it("ends by itself when none of it is ref'd", async () => {
    const { code, signal, stderr } = await runModule(`${everything} pend('unref'); await turn()`)
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
  })

  it('ends by itself when all has been closed', async () => {
    const { code, signal, stderr } = await runModule(
      `${everything} pend('ref'); await turn(); for (const socket of keep) socket.close()`,
    )
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
  })

  it('is ended by a signal like any other', async () => {
    const { code, signal } = await runModule(
      `${everything} pend('ref'); await turn(); process.kill(process.pid, 'SIGTERM')`,
    )
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' })
  })

  it('may use its sockets in an exit handler', async () => {
    const { code, stdout, stderr } = await runModule(`${everything} pend('ref')
      const [a, b] = Socket.pair(SOCK_STREAM)
      process.on('exit', () => {
        a.trySend(Buffer.from('bye'))
        console.log(String(b.tryRecv(3)))
        for (const socket of keep) socket.close()
        b.recv(1).catch(ignored)
      })
      await turn()
      process.exit(0)`)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'bye\n', stderr: '' })
  })
})

describe('a process with open sockets on which nothing is pending', () => {
  it('ends by itself', async () => {
    const { code, signal, stderr, overdue } = await runModule(`
      globalThis.keep = [...Socket.pair(SOCK_STREAM), new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()]
      await keep[0].send(Buffer.from('x'))
      await keep[1].recv(1)
      await keep[1].recv(1, { timeout: 1 }).catch(() => {})`)
    expect({ code, signal, stderr, overdue }).toEqual({ code: 0, signal: null, stderr: '', overdue: false })
  })

  it('ends by itself after its operations were aborted', async () => {
    const { code, overdue } = await runModule(`
      const [a, b] = globalThis.keep = Socket.pair(SOCK_STREAM)
      const controller = new AbortController()
      const all = Promise.allSettled([a.recv(1, controller), a.recv(1, controller), b.chunks(controller).next(), b.readable(controller)])
      await turn()
      controller.abort()
      await all`)
    expect({ code, overdue }).toEqual({ code: 0, overdue: false })
  })
})
