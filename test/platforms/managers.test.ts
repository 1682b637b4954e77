import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { expectInstall, type Manager, npm, pnpm, yarn1, yarn4, yarnPlugAndPlay } from './managers.js'
import { Person } from './person.js'
import { findTool, type Tool } from './tools.js'

interface Row {
  readonly name: string
  readonly tool: Tool
  readonly manager: Manager
  /** Which Node it asks for. */
  readonly node?: Tool
}

const rows: readonly Row[] = [
  { name: 'npm 11', tool: 'npm 11', manager: npm },
  { name: 'npm 12', tool: 'npm 12', manager: npm, node: 'Node 24' },
  { name: 'pnpm 12', tool: 'pnpm 12', manager: pnpm },
  { name: 'yarn 1', tool: 'yarn 1', manager: yarn1 },
  { name: 'yarn 4', tool: 'yarn 4', manager: yarn4 },
  { name: 'yarn 4 with plug and play', tool: 'yarn 4', manager: yarnPlugAndPlay },
]

/** How to make a person with the tools of a row; undefined where they cannot be had. */
async function personWith({ tool, node }: Row): Promise<(() => [Person, string]) | undefined> {
  if (inject('lacking') !== '') return undefined
  const program = await findTool(tool)
  const runtime = node === undefined ? undefined : await findTool(node)
  if (program === undefined || (node !== undefined && runtime === undefined)) return undefined
  return () => {
    const person = new Person(runtime)
    return [person, person.take(program)]
  }
}

for (const row of rows) {
  const make = await personWith(row)

  describe.runIf(make)(row.name, () => {
    let made: [Person, string] | undefined
    const install = async (offline: boolean) => made && (await expectInstall(...made, row.manager, offline))
    beforeAll(() => {
      made = make?.()
    })
    afterAll(() => made?.[0].remove())

    test('installs, and both import and require work', () => install(false))

    test('installs again from its cache, and without scripts', () => install(true))
  })
}
