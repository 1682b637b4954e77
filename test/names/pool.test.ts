import { execFileSync } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AI_NUMERICHOST, getaddrinfo, getnameinfo, NI_NUMERICHOST, SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it, onTestFinished } from 'vitest'
import { failure } from '../support/failure.js'
import { runModule } from '../support/node.js'

const local = { family: 'AF_INET', address: '127.0.0.1', port: 80 } as const

/** Has every thread of the pool wait for the other end of a FIFO. What comes after has to wait, until they are freed. */
function occupyPool(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-pool-'))
  const fifo = join(folder, 'fifo')
  execFileSync('mkfifo', [fifo])
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  const readers = Array.from({ length: threads }, () => open(fifo, 'r'))
  const free = async (): Promise<void> => {
    if (!existsSync(fifo)) return
    const writer = openSync(fifo, 'r+')
    for (const reader of await Promise.all(readers)) await reader.close()
    closeSync(writer)
    rmSync(folder, { recursive: true })
  }
  onTestFinished(free)
  return free
}

describe('a lookup on the thread pool', () => {
  it('gives what the synchronous one gives', async () => {
    const hints = { type: SOCK_STREAM, flags: posix.AI_CANONNAME } as const
    expect(await getaddrinfo('localhost', 'http', hints)).toEqual(posix.getaddrinfo('localhost', 'http', hints))
    expect(await getnameinfo(local)).toEqual(posix.getnameinfo(local))
  })

  it('rejects with the same errors', async () => {
    const expected = failure('EAI_NONAME', { syscall: 'getaddrinfo', hostname: 'localhost' })
    await expect(getaddrinfo('localhost', null, { flags: AI_NUMERICHOST })).rejects.toEqual(expected)
    const nameless = getnameinfo({ family: 'AF_NETLINK', pid: 0, groups: 0 })
    await expect(nameless).rejects.toEqual(failure('EAI_FAMILY', { syscall: 'getnameinfo' }))
  })

  it('rejects for wrong arguments too, and throws nothing', async () => {
    await expect(getaddrinfo('a\0b')).rejects.toEqual(failure('ERR_INVALID_ARG_VALUE'))
    for (const signal of [null, 1, {}, new EventTarget()]) {
      const promise: unknown = Reflect.apply(getaddrinfo, undefined, ['localhost', 1, { signal }])
      await expect(promise).rejects.toEqual(failure('ERR_INVALID_ARG_TYPE'))
    }
    const promise: unknown = Reflect.apply(getnameinfo, undefined, ['127.0.0.1'])
    await expect(promise).rejects.toEqual(failure('ERR_INVALID_ARG_TYPE'))
  })

  it('lets timers and sockets go on', async () => {
    const free = occupyPool()
    let answers = 0
    const lookups = Array.from({ length: 500 }, (_, i) => getaddrinfo('localhost', i, { type: SOCK_STREAM }))
    const names = Array.from({ length: 500 }, (_, i) => getnameinfo({ ...local, port: i }, NI_NUMERICHOST))
    for (const lookup of [...lookups, ...names]) lookup.then(() => answers++)
    const [one, other] = Socket.pair(SOCK_STREAM)
    for (let i = 0; i < 20; i++) {
      await sleep(1)
      await one.send(Buffer.from('x'))
      expect(await other.recv(9)).toHaveLength(1)
    }
    expect(answers).toBe(0)
    one.close()
    other.close()
    await free()
    const found = await Promise.all(lookups)
    expect(found.map(([first]) => first?.address.port)).toEqual(found.map((_, i) => i))
    expect((await Promise.all(names)).every(({ host }) => host === '127.0.0.1')).toBe(true)
  })

  it('keeps the process alive until it ends', async () => {
    const { stdout, code } = await runModule(`bsd.getaddrinfo('127.0.0.1', 1).then(found => console.log(found.length))`)
    expect({ stdout, code }).toEqual({ stdout: '3\n', code: 0 })
  })
})

describe('an abort', () => {
  it('before the call rejects with its reason', async () => {
    const reason = new Error('before')
    const signal = AbortSignal.abort(reason)
    await expect(getaddrinfo('localhost', null, { signal })).rejects.toBe(reason)
  })

  it('rejects at once, also while every thread is busy', async () => {
    const free = occupyPool()
    const controller = new AbortController()
    const reason = new Error('during')
    const lookups = Array.from({ length: 100 }, () => getaddrinfo('localhost', null, { signal: controller.signal }))
    await sleep(1)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    controller.abort(reason)
    const settled = await Promise.allSettled(lookups)
    expect(settled.every(one => one.status === 'rejected' && one.reason === reason)).toBe(true)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    await free()
  })

  it('at any moment ends each lookup once: by its answer or by the reason', async () => {
    for (let i = 0; i < 200; i++) {
      const controller = new AbortController()
      const lookup = getaddrinfo('localhost', null, { signal: controller.signal, type: SOCK_STREAM })
      setTimeout(() => controller.abort('late'), i % 3)
      const [settled] = await Promise.allSettled([lookup])
      if (settled?.status === 'fulfilled') expect(settled.value.length).toBeGreaterThan(0)
      else expect(settled?.reason).toBe('late')
    }
  })

  it('after the end does nothing, and nothing listens any more', async () => {
    const controller = new AbortController()
    await getaddrinfo('localhost', null, { signal: controller.signal })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    controller.abort()
  })

  it('lets the handle and the signal be collected', async () => {
    const { code, stderr } = await runModule(
      `for (let i = 0; i < 50; i++) {
        const controllers = Array.from({ length: 100 }, () => new AbortController())
        const all = controllers.map(({ signal }) => bsd.getaddrinfo('127.0.0.1', 1, { signal }).catch(() => 0))
        for (const controller of controllers.slice(i)) controller.abort()
        gc()
        await Promise.all(all)
      }
      gc()`,
      { flags: ['--expose-gc'] },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('however many lookups', () => {
  it('leave threads of the pool to others', async () => {
    const order: string[] = []
    const lookups = Array.from({ length: 1000 }, () => getaddrinfo('localhost'))
    const all = Promise.all(lookups).then(() => order.push('lookups'))
    const file = stat('/').then(() => order.push('a file'))
    await Promise.all([all, file])
    expect(order).toEqual(['a file', 'lookups'])
  })
})

describe('the end of an environment with lookups pending', () => {
  const worker = `
    const { parentPort } = require('node:worker_threads')
    import('bsd-sockets').then(({ getaddrinfo, getnameinfo }) => {
      const again = i => {
        const { signal } = new AbortController()
        getaddrinfo(i % 2 ? 'localhost' : '127.0.0.1', i, { signal }).catch(() => 0).then(() => again(i))
        getnameinfo({ family: 'AF_INET', address: '127.0.0.1', port: i })
      }
      for (let i = 0; i < 100; i++) again(i)
      parentPort.postMessage('ready')
    })`
  const start = `
    import { Worker } from 'node:worker_threads'
    import { once } from 'node:events'
    const start = async () => {
      const worker = new Worker(${JSON.stringify(worker)}, { eval: true, execArgv: [] })
      await once(worker, 'message')
      return worker
    }`

  it('leaves the process alive: worker.terminate()', async () => {
    const outcome = await runModule(
      `${start}
      for (let i = 0; i < 8; i++) {
        const workers = await Promise.all([start(), start()])
        await sleep(i)
        await Promise.all(workers.map(worker => worker.terminate()))
        console.log((await bsd.getaddrinfo('127.0.0.1', 1)).length)
      }`,
      { deadline: 25_000 },
    )
    const { code, signal, stdout, stderr } = outcome
    expect({ code, signal, stdout, stderr }).toEqual({ code: 0, signal: null, stdout: '3\n'.repeat(8), stderr: '' })
  })

  it('ends the process with its code: process.exit()', async () => {
    const { code, signal, stderr } = await runModule(
      `${start}
      await start()
      for (let i = 0; i < 100; i++) bsd.getaddrinfo('localhost', i)
      setTimeout(() => process.exit(7), 5)`,
    )
    expect({ code, signal, stderr }).toEqual({ code: 7, signal: null, stderr: '' })
  })
})
