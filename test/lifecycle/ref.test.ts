// ref() and unref(): only a pending operation of a ref'd socket keeps the process alive.
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { runModule } from '../support/node.js'

const late = `
const [a, b] = Socket.pair(SOCK_STREAM)
const say = data => console.log('got', String(data))
const sendLater = milliseconds => setTimeout(() => posix.send(a.fd, Buffer.from('x')), milliseconds).unref()
`

async function outputOf(text: string): Promise<{ code: number | null; stdout: string; overdue: boolean }> {
  const { code, stdout, overdue } = await runModule(late + text)
  return { code, stdout, overdue }
}

const alive = { code: 0, stdout: 'got x\n', overdue: false }
const ended = { code: 0, stdout: '', overdue: false }

describe("a ref'd socket", () => {
  it('keeps the process alive while an operation is pending', async () => {
    expect(await outputOf('sendLater(200); b.recv(1).then(say)')).toEqual(alive)
  })

  it('keeps it alive by a step of an iterator', async () => {
    expect(await outputOf('sendLater(200); b.chunks().next().then(({ value }) => say(value))')).toEqual(alive)
  })

  it('keeps it alive until its timeout, and no longer', async () => {
    expect(await outputOf('b.recv(1, { timeout: 100 }).catch(error => console.log(error.code))')).toEqual({
      ...alive,
      stdout: 'ETIMEDOUT\n',
    })
  })

  it('keeps it alive while a connect waits for room in the queue of a listener', async () => {
    expect(
      await outputOf(`
        const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen(0)
        const [one, two] = [1, 2].map(() => new Socket(AF_UNIX, SOCK_STREAM))
        await one.connect(listener.getsockname())
        two.connect(listener.getsockname()).then(() => say('x'))
        setTimeout(() => posix.close(posix.accept(listener.fd).fd), 200).unref()`),
    ).toEqual(alive)
  })

  it('keeps it alive by what was put off to the next turn', async () => {
    expect(
      await outputOf(`
        const to = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
        const from = new Socket(AF_INET, SOCK_DGRAM)
        setTimeout(() => {
          const all = Array.from({ length: 300 }, () => from.sendto(Buffer.from('x'), to.getsockname()))
          Promise.all(all).then(() => say('x'))
        }, 20)`),
    ).toEqual(alive)
  })

  it.runIf(needs('epoll'))('keeps it alive while a sendall waits for the kernel to release its bytes', async () => {
    const sendall = `
      const listener = new Socket(AF_INET, SOCK_STREAM).setsockopt(bsd.SO_RCVBUF, 65536).bind({ address: '127.0.0.1' }).listen()
      const client = new Socket(AF_INET, SOCK_STREAM).setsockopt(bsd.SO_ZEROCOPY, true)
      await client.connect(listener.getsockname())
      const { socket } = await listener.accept()
      client.sendall(Buffer.alloc(500_000), { flags: bsd.MSG_ZEROCOPY }).then(() => say('x'))
      await client.sendall(Buffer.alloc(1))
      setTimeout(() => { while (socket.tryRecv(65536)); setInterval(() => { while (socket.tryRecv(65536)); }, 5).unref() }, 100).unref()
    `
    expect(await outputOf(sendall)).toEqual(alive)
    expect(await outputOf(`${sendall}; client.unref()`)).toEqual(ended)
    expect(await outputOf(`${sendall}; client.unref().ref()`)).toEqual(alive)
  })

  it('does not keep it alive once it is closed or detached', async () => {
    expect(await outputOf('b.recv(1).catch(() => {}); setTimeout(() => b.close(), 50)')).toEqual(ended)
    expect(await outputOf('b.recv(1).catch(() => {}); setTimeout(() => b.detach(), 50)')).toEqual(ended)
  })
})

describe("an unref'd socket", () => {
  it('lets the process end while an operation is pending', async () => {
    expect(await outputOf('b.unref(); sendLater(2000); b.recv(1).then(say)')).toEqual(ended)
  })

  it("lets it end when it is unref'd after the call", async () => {
    expect(await outputOf('sendLater(2000); b.recv(1).then(say); await turn(); b.unref()')).toEqual(ended)
  })

  it('still works as long as something else keeps the process alive', async () => {
    expect(
      await outputOf(
        `const keeper = setInterval(() => {}, 50)
        b.unref()
        b.recv(1).then(say).then(() => clearInterval(keeper))
        setTimeout(() => a.trySend(Buffer.from('x')), 50)`,
      ),
    ).toEqual(alive)
  })

  it('lets it end although it loops', async () => {
    expect(
      await outputOf(`b.unref(); a.unref();
        (async () => { for (;;) { await a.send(Buffer.from('y')); await b.recv(1) } })()`),
    ).toEqual(ended)
  })

  it('lets it end while an operation with a timeout is pending', async () => {
    expect(await outputOf('b.unref(); b.recv(1, { timeout: 5000 }).catch(say)')).toEqual(ended)
  })

  it('keeps the process alive again after ref()', async () => {
    expect(await outputOf('b.unref(); sendLater(200); b.recv(1).then(say); await turn(); b.ref()')).toEqual(alive)
    expect(await outputOf('b.unref().ref().unref().ref(); sendLater(200); b.recv(1).then(say)')).toEqual(alive)
  })

  it('keeps it alive again after ref() when its operations were put off to the next turn', async () => {
    expect(
      await outputOf(`
        const to = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
        const from = new Socket(AF_INET, SOCK_DGRAM)
        setTimeout(() => {
          from.unref()
          const all = Array.from({ length: 70 }, () => from.sendto(Buffer.from('x'), to.getsockname()))
          from.ref()
          Promise.all(all).then(() => say('x'))
        }, 20)`),
    ).toEqual(alive)
  })

  it('counts every operation once: aborts, timeouts, ref and unref in between', async () => {
    expect(
      await outputOf(`
        for (let i = 0; i < 1000; i++) {
          const controller = new AbortController()
          const all = [b.recv(1, controller), b.recv(1, { timeout: 1 }), b.recv(1, controller)].map(one => one.catch(() => {}))
          if (i % 3 === 0) b.unref()
          if (i % 4 === 0) await turn()
          controller.abort()
          if (i % 5 === 0) b.ref()
          const chunks = b.chunks()
          const step = chunks.next()
          chunks.return()
          await step
          if (i % 100 === 0) await Promise.all(all)
        }
        b.ref()
        await sleep(10)
        sendLater(200)
        say(await b.recv(1))`),
    ).toEqual(alive)
  })
})
