import { readdirSync } from 'node:fs'
import * as main from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { type Documented, documentedIn } from '../support/documented.js'
import { endPrograms } from '../support/program.js'
import { Project } from '../support/project.js'

afterEach(endPrograms)

const files = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...within('docs', '.md'), ...within('lib', '.ts')]

function within(folder: string, ending: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const own = names.filter(name => name.endsWith(ending) && !/^api\/|node_modules\//.test(name))
  return own.map(name => `${folder}/${name}`).sort()
}

/** What the example of a doc comment may take for given: what its entry point exports, and one name. */
function entryOf(file: string): { name: string; exported: object; given: string } {
  return /^lib\/(posix|socket\/descriptors|names\/(resolver|services)|address\/numeric|tables\/commands)\.ts$/.test(
    file,
  )
    ? { name: 'bsd-sockets/posix', exported: posix, given: 'const fd: number' }
    : { name: 'bsd-sockets', exported: main, given: "const socket: import('bsd-sockets').Socket<'AF_INET'>" }
}

/** The example as a module. One that imports is a program; others stand in a function. Always two lines are ahead. */
function moduleOf({ file, text }: Documented): string {
  if (/^import /m.test(text)) return `\n\n${text}\nexport {}\n`
  const { name, exported, given } = entryOf(file)
  const used = Object.keys(exported).filter(word => new RegExp(`\\b${word}\\b`).test(text))
  return `import { ${used} } from '${name}'; declare ${given}\nexport async function example() {\n${text}\n}\n`
}

/** What the compiler says of examples, at the lines of the files that they are in. */
async function complaints(examples: readonly Documented[]): Promise<string[]> {
  using project = new Project()
  for (const [i, example] of examples.entries()) project.write(`${i}.ts`, moduleOf(example))
  const compiler = project.compile()
  await compiler.ended
  const messages = compiler.stdout.split('\n').filter(line => line !== '')
  return messages.map(message => {
    const [, number, line, rest] = /(?:^|\/)(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(message) ?? []
    const example = examples[Number(number)]
    return example === undefined ? message : `${example.file}:${example.line + Number(line) - 3}: ${rest}`
  })
}

describe('the examples of the documentation', () => {
  it('compile against the built package', { timeout: 120_000 }, async () => {
    const examples = files.flatMap(documentedIn)
    expect(examples.length).toBeGreaterThan(100)
    expect(await complaints(examples)).toEqual([])
  })

  it('are named by file and line where they do not compile', { timeout: 120_000 }, async () => {
    const program = "import { TCP_NODELAY } from 'bsd-sockets'\n\nconsole.log(TCP_NODELAY.nothing)"
    const said = await complaints([
      { file: 'lib/posix.ts', line: 10, text: 'recv(fd, Buffer.alloc(9))\nsocket(9)' },
      { file: 'lib/socket/socket.ts', line: 20, text: 'socket.setsockopt(TCP_NODELAY, 1)' },
      { file: 'README.md', line: 30, text: program },
    ])
    expect(said.map(message => message.replace(/: error .*/, ''))).toEqual([
      'lib/posix.ts:11',
      'lib/socket/socket.ts:20',
      'README.md:32',
    ])
  })
})
