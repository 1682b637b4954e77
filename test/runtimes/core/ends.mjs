// The end: of a process, and of a worker, with operations pending.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { SOCK_STREAM, Socket } from 'bsd-sockets'
import { patience } from './patience.mjs'
import { skip } from './skipped.mjs'

/** How this run-time was started: CORE_RUNTIME where an emulator or a loader comes before it. */
const runtime = process.env.CORE_RUNTIME
  ? JSON.parse(process.env.CORE_RUNTIME)
  : [process.execPath, ...(process.versions.deno ? ['run', '--allow-all'] : [])]

/** How a process of this run-time ends that does what child.mjs has under `what`. */
async function ending(what) {
  const [command, ...args] = [...runtime, fileURLToPath(new URL('child.mjs', import.meta.url)), what]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', text => {
    stdout += text
  })
  child.stderr.on('data', text => {
    stderr += text
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000 * patience)
  const [code, signal] = await once(child, 'close')
  clearTimeout(timer)
  return { code, signal, stdout, stderr }
}

function openSockets() {
  if (process.platform !== 'linux') skip('counts descriptors in /proc')
  const targets = readdirSync('/proc/self/fd').map(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return '' // the folder's own
    }
  })
  return targets.filter(target => target.startsWith('socket:')).length
}

/** Starts a worker with operations pending that runs on, and waits until it is under way. */
async function busyWorker() {
  const worker = new Worker(new URL('worker.mjs', import.meta.url))
  const failed = once(worker, 'error').then(([error]) => Promise.reject(error))
  await Promise.race([once(worker, 'message'), failed])
  failed.catch(() => undefined)
  return worker
}

export const checks = {
  async 'a process lasts while an operation is pending, and no longer'() {
    deepEqual(await ending('ref'), { code: 0, signal: null, stdout: 'got x\n', stderr: '' })
    deepEqual(await ending('done'), { code: 0, signal: null, stdout: '', stderr: '' })
  },

  async "it ends while an operation of an unref'd socket is pending"() {
    deepEqual(await ending('unref'), { code: 0, signal: null, stdout: '', stderr: '' })
  },

  async 'process.exit() ends it with everything pending'() {
    deepEqual(await ending('exit'), { code: 7, signal: null, stdout: '', stderr: '' })
  },

  async 'an error that nobody catches ends it with 1'() {
    const { code, signal, stderr } = await ending('throw')
    deepEqual([code, signal], [1, null])
    ok(stderr.includes('mine'))
  },

  async 'it waits without CPU time'() {
    const { stdout } = await ending('wait')
    ok(Number(stdout) < 150, `${stdout} ms of CPU time in half a second`)
  },

  async 'a worker has sockets of its own, and closes them when it is terminated'(own) {
    const [one, other] = Socket.pair(SOCK_STREAM).map(own)
    const before = openSockets()
    for (let round = 0; round < 6; round++) {
      const workers = await Promise.all([busyWorker(), busyWorker()])
      await Promise.all(workers.map(worker => worker.terminate()))
    }
    // Deno's terminate() is done before the worker is.
    for (const end = performance.now() + 5000 * patience; openSockets() > before && performance.now() < end; )
      await sleep(10)
    const left = openSockets() - before
    ok(left <= 0, `${left} sockets of workers are left open`)
    const receiving = other.recv(10)
    await one.send(Buffer.from('still here'))
    equal(String(await receiving), 'still here')
  },
}
