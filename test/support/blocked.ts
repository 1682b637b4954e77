// A call that blocks this thread, and what another thread does once it sees it blocked.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

type Posix = typeof import('bsd-sockets/posix')

const program = `
  const { readFileSync } = require('node:fs')
  const { parentPort, workerData } = require('node:worker_threads')
  const { called, peer, given, pid } = workerData
  import('bsd-sockets/posix').then(posix => {
    parentPort.postMessage('ready')
    Atomics.wait(called, 0, 0)
    const state = () => readFileSync('/proc/self/task/' + pid + '/stat', 'utf8').replace(/.*\\) /s, '')[0]
    while (state() !== 'S');
    (0, eval)('(' + peer + ')')(posix, given)
  })
`

/** Calls `call`, and once that sleeps, `peer` in another thread, which sees nothing but its arguments. Linux. */
export async function whileBlocked<T, G>(call: () => T, given: G, peer: (posix: Posix, given: G) => void): Promise<T> {
  const called = new Int32Array(new SharedArrayBuffer(4))
  const workerData = { called, peer: String(peer), given, pid: process.pid }
  const worker = new Worker(program, { eval: true, workerData })
  await once(worker, 'message')
  const ended = once(worker, 'exit')
  Atomics.store(called, 0, 1)
  Atomics.notify(called, 0)
  const value = call()
  await ended
  return value
}
