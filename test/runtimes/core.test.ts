// core.mjs, which `npm run test:runtimes` runs on every run-time, on this Node and this checkout.
import { describe, expect, it } from 'vitest'
import { runProgram } from '../support/node.js'

describe('test/runtimes/core.mjs', () => {
  it.each(['uv', 'thread'])('passes with the wake-up of %s', { timeout: 120_000 }, async wakeup => {
    const command = ['env', `BSD_SOCKETS_WAKEUP=${wakeup}`, process.execPath, 'test/runtimes/core.mjs']
    const { code, stdout } = await runProgram(command, { deadline: 110_000 })
    const last = stdout.trimEnd().split('\n').at(-1) ?? ''
    expect(JSON.parse(last)).toMatchObject({ failed: [], skipped: [] })
    expect(code).toBe(0)
  })

  it('that finds nothing to run fails', async () => {
    const { code, stdout } = await runProgram([process.execPath, 'test/runtimes/core.mjs', 'no such check'])
    expect([code, stdout.trimEnd().split('\n').at(-2)]).toEqual([1, '0 passed, 0 failed, 0 skipped'])
  })
})
