// Imports run one way: a file may import from its own layer, and from the layers above it in these lists.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Language {
  readonly folder: string
  readonly ending: RegExp
  readonly reference: RegExp
  /** From the left to the right; the entry points are last. */
  readonly layers: readonly RegExp[]
}

const languages: readonly Language[] = [
  {
    folder: 'lib',
    ending: /\.ts$/,
    reference: /(?:from|import) '(\.[^']*)\.js'/g,
    layers: [
      /^codec\//,
      /^(tables\/|address\/types$)/,
      /^addon$/,
      /^native$/,
      /^(errors|abort)$/,
      /^(address|control|names)\//,
      /^socket\//,
      /^node\//,
      /^packet\//,
      /^(index|posix|dgram|net|packet|exports)$/,
    ],
  },
  {
    folder: 'native',
    ending: /\.(cc|h)$/,
    reference: /#include "([^"]*)\.h"/g,
    layers: [
      /^platform$/,
      /^(call|list|guarded_room|reactor\/(event_queue|epoll|kqueue|wakeup))/,
      /^env$/,
      /^(numbers|syscalls\/|reactor\/)/,
      /^addon$/,
    ],
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))

function layerOf(language: Language, module: string): number {
  const found = language.layers.findIndex(pattern => pattern.test(module))
  if (found === -1) throw new Error(`${language.folder}/${module} belongs to no layer of scripts/check-imports.ts`)
  return found
}

function* wrongWay(language: Language): Generator<string> {
  const base = join(root, language.folder)
  for (const file of readdirSync(base, { recursive: true, encoding: 'utf8' }).filter(name =>
    language.ending.test(name),
  )) {
    const module = file.replace(language.ending, '')
    for (const [, target = ''] of readFileSync(join(base, file), 'utf8').matchAll(language.reference)) {
      const imported = normalize(join(dirname(module), target))
      if (layerOf(language, imported) > layerOf(language, module))
        yield `${language.folder}/${file} imports ${imported}, which is to the right of it`
    }
  }
}

const found = languages.flatMap(language => [...wrongWay(language)])
for (const line of found) console.error(line)
process.exitCode = found.length === 0 ? 0 : 1
