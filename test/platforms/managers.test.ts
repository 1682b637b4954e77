import { inject } from 'vitest'
import { type Manager, npm, pnpm, yarn1, yarn4, yarnPlugAndPlay } from './managers.js'
import { Person } from './person.js'
import { findTool, type Tool } from './tools.js'
import { describeWay, type Equipped } from './way.js'

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
  { name: 'yarn 4, PnP', tool: 'yarn 4', manager: yarnPlugAndPlay },
]

/** Someone with the tools of a row; or what cannot be had. */
async function equipment({ tool, node }: Row): Promise<(() => Equipped) | string> {
  if (inject('lacking') !== '') return inject('lacking')
  const program = await findTool(tool)
  if (program === undefined) return `${tool} could not be fetched`
  const runtime = node === undefined ? undefined : await findTool(node)
  if (node !== undefined && runtime === undefined) return `${node} could not be fetched`
  return () => {
    const person = new Person(runtime)
    return { person, program: person.take(program) }
  }
}

for (const row of rows) describeWay(row.name, row.manager, await equipment(row))
