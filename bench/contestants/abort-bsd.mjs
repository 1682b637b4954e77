// `abort`: receives that are taken back. abort-bsd <how>; each line of the input is a number of receives.
// How much the memory has grown for each receive since the first line is answered too.
import { AF_INET, SOCK_DGRAM, Socket } from 'bsd-sockets'
import { answerLines } from './cost.mjs'
import { memory } from './memory.mjs'

const socket = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
const buffer = Buffer.alloc(64)
const atATime = 1000

async function ended(promises, name) {
  for (const { reason } of await Promise.allSettled(promises))
    if (reason?.name !== name && reason?.code !== name) throw reason ?? new Error('it was given something')
}

const taken = {
  /** A controller for each receive. */
  async signal() {
    const controllers = Array.from({ length: atATime }, () => new AbortController())
    const receives = controllers.map(({ signal }) => socket.recv(buffer, { signal }))
    for (const controller of controllers) controller.abort()
    await ended(receives, 'AbortError')
  },

  /** The same without receives: what a controller and a promise cost by themselves. */
  async floor() {
    const controllers = Array.from({ length: atATime }, () => new AbortController())
    const promises = controllers.map(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    for (const controller of controllers) controller.abort()
    await ended(promises, 'AbortError')
  },

  /** One signal that outlives them all; each receive is given a datagram. */
  async kept() {
    for (let i = 0; i < atATime; i++) {
      const receive = socket.recv(buffer, { signal: lasting })
      await socket.sendto(buffer, own)
      await receive
    }
  },

  async given() {
    for (let i = 0; i < atATime; i++) {
      const receive = socket.recv(buffer)
      await socket.sendto(buffer, own)
      await receive
    }
  },

  async timeout() {
    await ended(
      Array.from({ length: atATime }, () => socket.recv(buffer, { timeout: 1 })),
      'ETIMEDOUT',
    )
  },
}

const own = socket.getsockname()
const lasting = new AbortController().signal
const work = taken[process.argv[2]]
let first
let since = 0
await answerLines(async (receives, cost) => {
  await cost.of(async () => {
    for (let left = receives; left > 0; left -= atATime) await work()
  })
  const { heap, rss } = await memory()
  // The first line warms up.
  if (first === undefined) first = heap
  else since += receives
  return { grown: since === 0 ? 0 : (heap - first) / since, rss }
})
