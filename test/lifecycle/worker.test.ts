// Worker threads: each has a reactor of its own, and nothing outlives it.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { openDescriptors, openSockets } from '../support/fdtable.js'
import { runModule } from '../support/node.js'
import { Random } from '../support/random.js'

const pendingWorker = new URL('pending-worker.mjs', import.meta.url)
const echoWorker = new URL('echo-worker.mjs', import.meta.url)

const activities = ['nothing', 'opening and closing', 'making pairs', 'taking dups', 'echoing', 'aborting', 'accepting']

describe('worker.terminate() with everything pending', () => {
  it.each(activities)('leaves no descriptor, while it is busy with %s', { timeout: 60_000 }, async activity => {
    const random = Random.seeded(`terminate while ${activity}`)
    const first = new Worker(pendingWorker, { workerData: 'nothing' })
    await once(first, 'message')
    await first.terminate()
    const before = openSockets()
    const all = openDescriptors()
    for (let round = 0; round < 6; round++) {
      const workers = [1, 2].map(() => new Worker(pendingWorker, { workerData: activity }))
      await Promise.all(workers.map(worker => once(worker, 'message')))
      await sleep(random.below(5))
      await Promise.all(workers.map(worker => worker.terminate()))
    }
    expect(openSockets() - before).toBe(0)
    expect(openDescriptors() - all).toBe(0)
  })

  it('leaves the sockets of the main thread as they are', async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const receiving = other.recv(16)
    const worker = new Worker(pendingWorker, { workerData: 'echoing' })
    await once(worker, 'message')
    await worker.terminate()
    await one.send(Buffer.from('still here'))
    expect(String(await receiving)).toBe('still here')
    one.close()
    other.close()
  })

  it('of many workers at once leaves the process alive', async () => {
    const { code, stdout, signal } = await runModule(
      `import { Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      for (let i = 0; i < 5; i++) {
        const workers = Array.from({ length: 4 }, () => new Worker(${JSON.stringify(pendingWorker.pathname)}, { workerData: 'echoing', execArgv: [] }))
        await Promise.all(workers.map(worker => once(worker, 'message')))
        await Promise.all(workers.map(worker => worker.terminate()))
      }
      console.log('alive')`,
      { deadline: 20_000 },
    )
    expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: 'alive\n' })
  })

  it('does not hinder a process.exit() that comes while workers are busy', async () => {
    const { code, signal, stderr } = await runModule(
      `import { Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      const workers = ['echoing', 'accepting', 'opening and closing', 'detaching and adopting'].map(workerData => new Worker(${JSON.stringify(pendingWorker.pathname)}, { workerData, execArgv: [] }))
      await Promise.all(workers.map(worker => once(worker, 'message')))
      process.exit(0)`,
    )
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
  })
})

describe('the end of a worker', () => {
  it('by itself closes what it left open', async () => {
    const before = openSockets()
    const worker = new Worker(
      `import('bsd-sockets').then(({ Socket }) => { Socket.pair('SOCK_STREAM'); new Socket('AF_INET', 'SOCK_DGRAM') })`,
      { eval: true },
    )
    await once(worker, 'exit')
    expect(openSockets()).toBe(before)
  })

  it('by process.exit() closes what it left open', async () => {
    const before = openSockets()
    const worker = new Worker(
      `import('bsd-sockets').then(({ Socket }) => { Socket.pair('SOCK_STREAM')[0].recv(1); process.exit(3) })`,
      { eval: true },
    )
    expect(await once(worker, 'exit')).toEqual([3])
    expect(openSockets()).toBe(before)
  })

  it('does not close what it had detached', async () => {
    const worker = new Worker(
      `import('bsd-sockets').then(({ Socket }) => {
        const [one, other] = Socket.pair('SOCK_STREAM')
        require('node:worker_threads').parentPort.postMessage([one.detach(), other.detach()])
      })`,
      { eval: true },
    )
    const [[fds]] = (await Promise.all([once(worker, 'message'), once(worker, 'exit')])) as [
      [[number, number]],
      unknown,
    ]
    const [one, other] = [Socket.from(fds[0]), Socket.from(fds[1])]
    await one.send(Buffer.from('x'))
    expect(String(await other.recv(1))).toBe('x')
    one.close()
    other.close()
  })
})

describe('two workers', () => {
  it('hand a descriptor to each other: detached in one, adopted in the other', async () => {
    const before = openSockets()
    const workers = [new Worker(echoWorker), new Worker(echoWorker)] as const
    const [one, other] = Socket.pair(SOCK_STREAM)
    let fd = other.detach()
    for (let i = 0; i < 200; i++) {
      const worker = workers[i % 2 === 0 ? 0 : 1]
      worker.postMessage(fd)
      await one.sendall(Buffer.from(`message ${i}`))
      expect(String(await one.recv(64))).toBe(`message ${i}`)
      worker.postMessage('detach')
      const [given] = (await once(worker, 'message')) as [number]
      fd = given
    }
    posix.close(fd)
    expect(await one.recv(1)).toHaveLength(0)
    one.close()
    await Promise.all(workers.map(worker => worker.terminate()))
    expect(openSockets()).toBe(before)
  })

  it('serve one listener together: each connection is accepted once', async () => {
    const listener = new Socket('AF_UNIX', SOCK_STREAM).bind({ path: '' }).listen()
    const address = listener.getsockname()
    const workers = [1, 2].map(() => new Worker(echoWorker))
    for (const worker of workers) worker.postMessage({ listen: listener.dup().detach() })
    listener.close()
    const answers = Array.from({ length: 200 }, async (_, i) => {
      using socket = new Socket('AF_UNIX', SOCK_STREAM)
      await socket.connect(address)
      await socket.sendall(Buffer.from(`${i}`))
      return String(await socket.recv(16))
    })
    expect(await Promise.all(answers)).toEqual(answers.map((_, i) => `${i}`))
    await Promise.all(workers.map(worker => worker.terminate()))
  })
})
