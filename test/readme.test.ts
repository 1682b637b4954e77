import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { documentedIn, promised } from './support/documented.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const programs = documentedIn(`${root}README.md`).map(({ text }) => text)

describe('the examples of the README', () => {
  it.each(programs.map((program, i) => [i + 1, program] as const))(
    'number %i runs and prints what it says',
    async (i, program) => {
      mkdirSync(`${root}build/readme`, { recursive: true })
      const file = `${root}build/readme/${i}.ts`
      writeFileSync(file, program)
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { timeout: 20_000 })
      const flat = stdout.replace(/\s+/g, ' ')
      for (const pattern of promised(program)) expect(flat).toMatch(pattern)
    },
  )
})
