// The thread that wakes the event loop where libuv cannot: BSD_SOCKETS_WAKEUP=thread chooses it under Node too.
import { describe, expect, it } from 'vitest'
import { type Outcome, runModule, runProgram } from '../support/node.js'

const header = `
const tasks = () => readdirSync('/proc/self/task').length
const cpu = before => { const { user, system } = process.cpuUsage(before); return (user + system) / 1000 }
const ignored = () => {}
`

function under(wakeup: string, text: string): Promise<Outcome> {
  return runModule(header + text, { under: ['env', `BSD_SOCKETS_WAKEUP=${wakeup}`], deadline: 30_000 })
}

async function linesUnder(wakeup: string, text: string): Promise<string[]> {
  const { code, signal, stdout, stderr } = await under(wakeup, text)
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
  return stdout.trimEnd().split('\n')
}

describe('BSD_SOCKETS_WAKEUP', () => {
  const countThreads = `
    const before = tasks()
    const [a, b] = Socket.pair(SOCK_STREAM)
    console.log(tasks() - before)`

  it('thread has one thread wait for all sockets', async () => {
    expect(
      await linesUnder('thread', `${countThreads}; Socket.pair(SOCK_STREAM); console.log(tasks() - before)`),
    ).toEqual(['1', '1'])
  })

  it('uv has the event loop itself wait, as it is where nothing is said', async () => {
    expect(await linesUnder('uv', countThreads)).toEqual(['0'])
    expect(await linesUnder('', countThreads)).toEqual(['0'])
  })

  it('of another value is refused, with those that there are', async () => {
    const { code, stderr } = await under('select', '')
    expect(code).toBe(1)
    expect(stderr).toContain('BSD_SOCKETS_WAKEUP is one of uv, thread; it was select')
  })

  it.each(['bun', 'deno'])('uv is refused by %s, which has no libuv', async runtime => {
    const text = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, ${runtime}: '1' } })
      await import('bsd-sockets').catch(error => console.log(error.message))`
    const command = ['env', 'BSD_SOCKETS_WAKEUP=uv', process.execPath, '--input-type=module', '--eval', text]
    const { stdout } = await runProgram(command)
    expect(stdout).toBe('BSD_SOCKETS_WAKEUP=uv is for Node: this run-time has no libuv\n')
  })
})

describe('the waiting thread', () => {
  it('sleeps while JavaScript has no time for what it told', async () => {
    const [milliseconds] = await linesUnder(
      'thread',
      `const [a, b] = Socket.pair(SOCK_STREAM)
      const received = b.recv(1)
      await turn()
      posix.send(a.fd, Buffer.from('x'))
      const before = process.cpuUsage()
      posix.poll([], 500)
      console.log(cpu(before))
      await received`,
    )
    expect(Number(milliseconds)).toBeLessThan(100)
  })

  it('sleeps when its descriptors were closed behind its back', async () => {
    const [milliseconds] = await linesUnder(
      'thread',
      `const { readlinkSync } = await import('node:fs')
      const queues = () => readdirSync('/proc/self/fd').filter(fd => { try { return readlinkSync('/proc/self/fd/' + fd).includes('eventpoll') } catch { return false } })
      const before = new Set(queues())
      const [a, b] = Socket.pair(SOCK_STREAM)
      b.recv(1).catch(ignored)
      await turn()
      for (let fd; (fd = queues().find(fd => !before.has(fd))) !== undefined; ) posix.close(Number(fd))
      posix.send(a.fd, Buffer.from('x'))
      const start = process.cpuUsage()
      await sleep(500)
      console.log(cpu(start))
      a.close()
      b.close()`,
    )
    expect(Number(milliseconds)).toBeLessThan(100)
  })

  it('loses no event when more sockets have one than a turn takes', async () => {
    expect(
      await linesUnder(
        'thread',
        `const pairs = Array.from({ length: 1000 }, () => Socket.pair(SOCK_DGRAM))
        for (let round = 0; round < 20; round++) {
          const waiting = pairs.map(([, to]) => to.recv(8))
          await turn()
          for (const [from] of pairs) posix.send(from.fd, Buffer.from(String(round)))
          const got = await Promise.all(waiting)
          if (!got.every(data => String(data) === String(round))) console.log('wrong', round)
        }
        for (const socket of pairs.flat()) socket.close()
        console.log('all')`,
      ),
    ).toEqual(['all'])
  })

  it('lets timers have their turn while another thread sends without end', async () => {
    const [milliseconds] = await linesUnder(
      'thread',
      `const { Worker } = await import('node:worker_threads')
      const pairs = Array.from({ length: 50 }, () => Socket.pair(SOCK_DGRAM))
      const receive = async ([, to]) => {
        for (;;) {
          await to.recv(1)
          for (const end = performance.now() + 0.02; performance.now() < end; );
        }
      }
      for (const pair of pairs) receive(pair)
      const fds = pairs.map(([from]) => from.fd)
      new Worker(
        \`import('bsd-sockets/posix').then(posix => {
          for (;;) for (const fd of \${JSON.stringify(fds)}) try { posix.send(fd, Buffer.from('x')) } catch (error) { if (error.code !== 'EAGAIN') throw error }
        })\`,
        { eval: true, execArgv: [] },
      )
      const start = performance.now()
      setTimeout(() => {
        console.log(performance.now() - start)
        process.exit(0)
      }, 500)`,
    )
    expect(Number(milliseconds)).toBeLessThan(5000)
  })

  it('ends with its worker, whenever that is terminated, and leaves no descriptor', async () => {
    expect(
      await linesUnder(
        'thread',
        `const { Worker } = await import('node:worker_threads')
        const { once } = await import('node:events')
        const text = \`import('bsd-sockets').then(async ({ Socket }) => {
          const [a, b] = Socket.pair('SOCK_STREAM')
          require('node:worker_threads').parentPort.postMessage('ready')
          for (;;) { const got = b.recv(1); setImmediate(() => a.trySend(Buffer.from('x'))); await got }
        })\`
        const round = async () => {
          const workers = [1, 2, 3].map(() => new Worker(text, { eval: true, execArgv: [] }))
          await Promise.all(workers.map(worker => once(worker, 'message')))
          await sleep(Math.random() * 3)
          await Promise.all(workers.map(worker => worker.terminate()))
        }
        const idle = tasks()
        await round()
        const before = open()
        for (let i = 0; i < 5; i++) await round()
        while (tasks() > idle) await turn()
        console.log(open() - before)`,
      ),
    ).toEqual(['0'])
  })

  it('does not hinder a process.exit() in the middle of its calls', async () => {
    for (let i = 0; i < 5; i++) {
      const { code, signal, stderr } = await under(
        'thread',
        `const [a, b] = Socket.pair(SOCK_STREAM)
        let count = 0
        for (;;) { const got = b.recv(1); setImmediate(() => a.trySend(Buffer.from('x'))); await got; if (++count > ${100 + i}) process.exit(7) }`,
      )
      expect({ code, signal, stderr }).toEqual({ code: 7, signal: null, stderr: '' })
    }
  })
})
