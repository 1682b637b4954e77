// The examples of the README, each a program of a project that has only the package, installed by npm 12 as it comes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject } from 'vitest'
import { documentedIn, promised } from '../support/documented.js'
import { onEachRuntime } from './cells.js'
import { Missing } from './command.js'
import { execute } from './execute.js'
import { expectInstall, npm } from './managers.js'
import { Person } from './person.js'
import { findTool } from './tools.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const examples = documentedIn(`${root}README.md`).map(({ text }) => text)

/** On one line. Bun and Deno quote the strings of an object in their own way. */
function asNodePrints(output: string): string {
  return output.replace(/\s+/g, ' ').replaceAll('"', "'").replaceAll(', }', ' }')
}

/** As JavaScript: neither types nor `using` are known to every run-time. */
function compiled(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-examples-'))
  const sources = examples.map((_, i) => join(folder, `${i + 1}.mts`))
  for (const [i, text] of examples.entries()) writeFileSync(sources[i] ?? '', text)
  const args = ['--noCheck', '--ignoreConfig', '--target', 'es2022', '--module', 'nodenext', '--outDir', folder]
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...args, ...sources], { stdio: 'pipe' })
  return folder
}

const npm12 = inject('lacking') === '' ? await findTool('npm 12') : undefined
const node24 = npm12 && (await findTool('Node 24'))

describe('the examples of the README', () => {
  let person: Person | undefined
  beforeAll(async () => {
    if (npm12 === undefined || node24 === undefined) return
    person = new Person(node24)
    await expectInstall(person, person.take(npm12), npm, false)
    const folder = compiled()
    const project = join(person.home, 'first/examples')
    mkdirSync(project)
    for (const name of readdirSync(folder).filter(one => one.endsWith('.mjs')))
      writeFileSync(join(project, name), readFileSync(join(folder, name)))
    rmSync(folder, { recursive: true })
  })
  afterAll(() => person?.remove())

  onEachRuntime("README's examples, npm 12", async (command, { env = {} }) => {
    if (person === undefined) throw new Missing(inject('lacking') || 'npm 12 could not be fetched')
    const [program = '', ...args] = command
    for (const [i, text] of examples.entries()) {
      const file = `examples/${i + 1}.mjs`
      const setting = { cwd: join(person.home, 'first'), env: { ...process.env, ...env } }
      const { code, output } = await execute(program, [...args, file], setting)
      expect(code, `${file}: ${output}`).toBe(0)
      for (const pattern of promised(text)) expect(asNodePrints(output), file).toMatch(pattern)
    }
    return `${examples.length}`
  })
})
