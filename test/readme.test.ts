import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { documentedIn } from './support/documented.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const programs = documentedIn(`${root}README.md`).map(({ text }) => text)

/** What the comments behind `console.log` promise; `…` stands for anything. */
function promised(program: string): RegExp[] {
  const comments = [...program.matchAll(/console\.log\(.*\) \/\/ (.*)/g)].map(([, comment = '']) => comment)
  return comments.map(comment => new RegExp(comment.split('…').map(literal).join('.*')))
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

describe('the examples of the README', () => {
  it.each(programs.map((program, i) => [i + 1, program] as const))(
    'number %i runs and prints what it says',
    async (i, program) => {
      mkdirSync(`${root}build/readme`, { recursive: true })
      const file = `${root}build/readme/${i}.ts`
      writeFileSync(file, program)
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { timeout: 20_000 })
      const flat = stdout.replace(/\s+/g, ' ')
      const either = promised(program).filter(
        pattern => !pattern.source.includes('CAP_NET_RAW') && pattern.source !== 'SOCK_RAW',
      )
      for (const pattern of either) expect(flat).toMatch(pattern)
    },
  )
})
