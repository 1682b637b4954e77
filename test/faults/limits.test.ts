// RLIMIT_NOFILE reached: what reports it, what waits, and what goes on afterwards.
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { runModule } from '../support/node.js'

// In a child whose limit is low: takeAll() opens descriptors until none is left.
const limited = `
const taken = []
function takeAll() {
  try { for (;;) taken.push(posix.dup(0)) } catch (error) { if (error.code !== 'EMFILE') throw error }
}
function giveBack(count = taken.length) { for (const fd of taken.splice(0, count)) posix.close(fd) }
const codeOf = promise => promise.then(() => 'done', error => error.code + ' ' + error.syscall)
const local = { address: '127.0.0.1', port: 0 }
// Connected before there were none left.
async function waiting(count) {
  const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
  const clients = Array.from({ length: count }, () => new Socket(AF_UNIX, SOCK_STREAM))
  for (const client of clients) await client.connect(listener.getsockname())
  return { listener, clients }
}
`

async function resultOf(text: string): Promise<unknown> {
  const { code, stdout, stderr, overdue } = await runModule(limited + text, { under: ['prlimit', '--nofile=400:400'] })
  expect({ code, stderr, overdue }).toEqual({ code: 0, stderr: '', overdue: false })
  return JSON.parse(stdout)
}

describe.runIf(needs('program', 'prlimit'))('a process without a free descriptor', () => {
  it('has accept() reject with EMFILE, and the connection is still there afterwards', async () => {
    expect(
      await resultOf(`
        const { listener, clients } = await waiting(1)
        takeAll()
        const first = await codeOf(listener.accept())
        const second = await codeOf(listener.accept())
        giveBack()
        const { socket } = await listener.accept()
        clients[0].trySend(Buffer.from('x'))
        console.log(JSON.stringify([first, second, String(await socket.recv(1))]))
        process.exit()`),
    ).toEqual(['EMFILE accept', 'EMFILE accept', 'x'])
  })

  it('has connections() wait, while timers fire, and go on when there is one', async () => {
    expect(
      await resultOf(`
        const { listener, clients } = await waiting(10)
        const other = Socket.pair(SOCK_STREAM)
        takeAll()
        const accepted = []
        let timers = 0
        const loop = (async () => { for await (const { socket } of listener.connections()) accepted.push(socket) })()
        const timer = setInterval(() => timers++, 5)
        const before = { cpu: process.cpuUsage(), time: performance.now() }
        await sleep(100)
        while (timers <= 5) await sleep(5)
        const { user, system } = process.cpuUsage(before.cpu)
        const idle = (user + system) / 1000 < 0.8 * (performance.now() - before.time)
        const during = accepted.length
        other[0].trySend(Buffer.from('x'))
        const served = String(await other[1].recv(1))
        giveBack(5)
        while (accepted.length < 5) await sleep(5)
        giveBack()
        while (accepted.length < 10) await sleep(5)
        listener.close()
        await loop
        clearInterval(timer)
        console.log(JSON.stringify({ during, served, idle }))
        process.exit()`),
    ).toEqual({ during: 0, served: 'x', idle: true })
  })

  it('has connections() wait even where nothing has waited before', async () => {
    expect(
      await resultOf(`
        const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
        const client = posix.socket(AF_UNIX, SOCK_STREAM)
        posix.connect(client, listener.getsockname())
        takeAll()
        setTimeout(giveBack, 50)
        for await (const { socket } of listener.connections()) {
          console.log(JSON.stringify('accepted'))
          process.exit()
        }`),
    ).toBe('accepted')
  })

  it('has connections() end quietly when it is closed meanwhile, and take back its wait', async () => {
    expect(
      await resultOf(`
        const { listener } = await waiting(1)
        takeAll()
        const aborted = await listener.connections({ timeout: 50 }).next().catch(error => error.code)
        const step = listener.connections().next()
        await sleep(20)
        listener.close()
        console.log(JSON.stringify([aborted, await step]))
        process.exit()`),
    ).toEqual(['ETIMEDOUT', { done: true }])
  })

  it('has a receive that must wait either do so or reject, and no byte is lost', async () => {
    expect(
      await resultOf(`
        const [one, other] = Socket.pair(SOCK_STREAM)
        takeAll()
        const receiving = other.recv(1).then(String, error => error.code)
        await turn()
        giveBack()
        one.trySend(Buffer.from('xy'))
        const first = await receiving
        const rest = String(await other.recv(2))
        console.log(JSON.stringify(first === 'x' ? first + rest : [first, rest]))
        process.exit()`),
    ).toBeOneOf(['xy', ['EMFILE', 'xy']])
  })

  it('has the constructors throw EMFILE and leave nothing behind', async () => {
    expect(
      await resultOf(`
        const kept = new Socket(AF_INET, SOCK_DGRAM)
        takeAll()
        giveBack(1)
        const codes = []
        for (const make of [() => Socket.pair(SOCK_STREAM), () => { takeAll(); new Socket(AF_INET, SOCK_STREAM) }, () => kept.dup()])
          try { make(); codes.push('made') } catch (error) { codes.push(error.code + ' ' + error.syscall) }
        giveBack()
        console.log(JSON.stringify(codes))`),
    ).toEqual(['EMFILE socketpair', 'EMFILE socket', 'EMFILE dup'])
  })

  it('still sends, receives and closes', async () => {
    expect(
      await resultOf(`
        const [one, other] = Socket.pair(SOCK_STREAM)
        await other.recv(1, { timeout: 1 }).catch(() => {})
        takeAll()
        const receiving = other.recv(1)
        await one.send(Buffer.from('x'))
        const got = String(await receiving)
        one.close()
        const end = (await other.recv(1)).length
        console.log(JSON.stringify([got, end]))
        process.exit()`),
    ).toEqual(['x', 0])
  })
})
