// The core of the suite, on the package as npm installs it.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import { onEachRuntime } from './cells.js'
import { Missing } from './command.js'
import { execute } from './execute.js'
import { expectInstall, npm, npmAtHand } from './managers.js'
import { Person } from './person.js'

const core = fileURLToPath(new URL('../runtimes', import.meta.url))
const minute = 60_000

interface Report {
  passed: number
  failed: { name: string; reason: string }[]
  skipped: { name: string; reason: string }[]
}

describe('test/runtimes/core.mjs', { timeout: 15 * minute }, () => {
  let person: Person | undefined
  beforeAll(async () => {
    if (inject('lacking') !== '') return
    person = new Person()
    await expectInstall(person, npmAtHand(), npm, false)
    cpSync(core, join(person.home, 'first', 'runtimes'), { recursive: true })
  })
  afterAll(() => person?.remove())

  onEachRuntime('core', async (command, { patience = 1, env = {} }) => {
    if (person === undefined) throw new Missing(inject('lacking'))
    const [program = '', ...args] = [...command, 'runtimes/core.mjs']
    const told = { CORE_RUNTIME: JSON.stringify(command), CORE_PATIENCE: `${patience}`, DENO_NO_UPDATE_CHECK: '1' }
    const { code, output } = await execute(program, args, {
      cwd: join(person.home, 'first'),
      env: { ...process.env, ...env, ...told },
      deadline: patience * minute,
    })
    const last = output.trimEnd().split('\n').at(-1) ?? ''
    expect(last, output).toMatch(/^\{.*\}$/)
    const report: Report = JSON.parse(last)
    expect(report.failed).toEqual([])
    expect(code, output).toBe(0)
    return [`${report.passed}`, ...report.skipped.map(({ name, reason }) => `without "${name}": ${reason}`)].join('; ')
  })
})
