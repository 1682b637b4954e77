// What was cancelled leaves nothing behind.
import { setImmediate as turn } from 'node:timers/promises'
import { MSG_WAITALL, MSG_ZEROCOPY, SO_ZEROCOPY, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { openDescriptors } from '../support/fdtable.js'
import { needs } from '../support/needs.js'
import { tcpPair } from '../support/pairs.js'
import { withoutSanitizer } from '../support/sanitizer.js'

const MiB = 1 << 20
const collect = globalThis.gc

async function memory(): Promise<{ heap: number; outside: number; resident: number }> {
  for (let i = 0; i < 3; i++) {
    collect?.()
    await turn()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed, outside: external, resident: rss }
}

/** Runs `round` for a while, then many times: memory must be what it was. */
async function expectFlat(rounds: number, round: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < rounds / 4; i++) await round()
  const before = await memory()
  const descriptors = openDescriptors()
  for (let i = 0; i < rounds; i++) await round()
  const after = await memory()
  expect(after.heap - before.heap).toBeLessThan(4 * MiB)
  expect(after.outside - before.outside).toBeLessThan(4 * MiB)
  expect(after.resident - before.resident).toBeLessThan(64 * MiB)
  expect(openDescriptors()).toBe(descriptors)
}

describe.runIf(withoutSanitizer('it keeps freed memory'))('memory stays flat', () => {
  it('over 100,000 receives that were aborted', { timeout: 60_000 }, async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    await expectFlat(100, async () => {
      const waiting: Promise<unknown>[] = []
      const controllers: AbortController[] = []
      for (let i = 0; i < 1000; i++) {
        const controller = new AbortController()
        controllers.push(controller)
        waiting.push(
          i % 2 ? other.recv(65_536, controller) : other.recv(1000, { flags: MSG_WAITALL, signal: controller.signal }),
        )
      }
      for (const controller of controllers) controller.abort()
      await Promise.allSettled(waiting)
    })
    one.close()
    other.close()
  })

  it('over 100,000 receives that ran out of time', { timeout: 60_000 }, async () => {
    const [one, other] = Socket.pair(SOCK_DGRAM)
    await expectFlat(100, () =>
      Promise.allSettled(Array.from({ length: 1000 }, (_, i) => other.recvfrom(65_536, { timeout: i % 2 }))),
    )
    one.close()
    other.close()
  })

  it('over 50,000 receives with one signal that is never aborted', { timeout: 60_000 }, async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    const { signal } = new AbortController()
    await expectFlat(50, async () => {
      for (let i = 0; i < 1000; i++) {
        const receiving = other.recv(1, { signal })
        one.trySend(Buffer.alloc(1))
        await receiving
      }
    })
    one.close()
    other.close()
  })

  it.runIf(needs('linux'))(
    'over 20,000 zero-copy sends whose completions nobody reads',
    { timeout: 60_000 },
    async () => {
      const [client, server] = await tcpPair()
      client.setsockopt(SO_ZEROCOPY, true)
      await expectFlat(20, async () => {
        for (let i = 0; i < 1000; i++) {
          await client.send(Buffer.alloc(1000), { flags: MSG_ZEROCOPY })
          await server.recv(1000, { flags: MSG_WAITALL })
        }
      })
    },
  )

  it('over 20,000 iterators that were left', { timeout: 60_000 }, async () => {
    const [one, other] = Socket.pair(SOCK_STREAM)
    await expectFlat(20, async () => {
      for (let i = 0; i < 1000; i++) {
        const chunks = other.chunks()
        const step = chunks.next()
        await chunks.return?.()
        await step
      }
    })
    one.close()
    other.close()
  })
})
