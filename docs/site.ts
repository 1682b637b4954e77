// Writes the API reference to docs/api: the doc comments of both entry points, the README and the other texts. Every
// warning is an error: a broken link, an export without a comment, a type that is mentioned but not exported. So is a
// function or a class without an example, and what no section of sections.ts takes.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Application,
  type ContainerReflection,
  Converter,
  type DeclarationReflection,
  type DocumentReflection,
  ReflectionCategory,
  ReflectionKind,
} from 'typedoc'
import { pages, type Section } from './sections.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const lib = `${root}lib`
/** Where the sources are to be seen; undefined while package.json names no repository. */
const sources = sourcesOf(`${root}package.json`)

const application = await Application.bootstrap({
  name: 'bsd-sockets',
  entryPoints: [`${lib}/index.ts`, `${lib}/posix.ts`],
  tsconfig: `${root}tsconfig.build.json`,
  out: `${root}docs/api`,
  readme: `${root}README.md`,
  projectDocuments: [
    'docs/reference/options.md',
    'docs/platforms.md',
    'docs/performance.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
  ].map(name => root + name),
  basePath: root,
  // TypeDoc would ask for a remote of git that it knows.
  disableGit: true,
  sourceLinkTemplate: sources ?? '{path}',
  excludeInternal: true,
  groupOrder: ['Modules', 'Documents'],
  sort: ['documents-last', 'source-order'],
  navigation: { includeCategories: true, includeGroups: false, includeFolders: false, compactFolders: false },
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true, rewrittenLink: true },
  // Not the fields: those of the structs are C's, and say themselves what they are.
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Method', 'Accessor', 'Variable'],
})

function sourcesOf(manifest: string): string | undefined {
  const { repository, version }: { repository?: { url: string }; version: string } = JSON.parse(
    readFileSync(manifest, 'utf8'),
  )
  const site = repository?.url.replace(/^git\+/, '').replace(/\.git$/, '')
  return site && `${site}/blob/v${version}/{path}#L{line}`
}

/** The file of a reflection, under lib/. */
function fileOf(reflection: DeclarationReflection): string {
  const [source] = reflection.sources ?? []
  return source === undefined ? '' : relative(lib, source.fullFileName)
}

// What a section begins with; the rest is as it is declared.
const first = [ReflectionKind.Class, ReflectionKind.Constructor, ReflectionKind.Function]

/** The place of a kind in its section. */
function rank({ kind }: DeclarationReflection): number {
  return first.includes(kind) ? first.indexOf(kind) : first.length
}

function hasExample(child: DeclarationReflection): boolean {
  const commented = [child, ...(child.signatures ?? [])]
  return commented.some(({ comment }) => comment?.getTag('@example') !== undefined)
}

function isIn({ from, names }: Section, child: DeclarationReflection): boolean {
  return (from?.test(fileOf(child)) ?? true) && (names?.test(child.name) ?? true)
}

/** Puts what a page has into its sections. */
function divide(page: ContainerReflection, sections: readonly Section[]): void {
  const categories = sections.map(({ title }) => new ReflectionCategory(title))
  for (const child of [...(page.children ?? [])].sort((one, other) => rank(one) - rank(other))) {
    if (child.kindOf([ReflectionKind.Function, ReflectionKind.Class]) && !hasExample(child))
      application.logger.error(`${child.name} of ${page.name} has no @example`)
    const category = categories[sections.findIndex(section => isIn(section, child))]
    if (category === undefined && child.kindOf(ReflectionKind.Reference)) page.project.removeReflection(child)
    else if (category === undefined)
      application.logger.error(`${child.name} of ${page.name}, ${fileOf(child)}: no section of docs/sections.ts fits`)
    category?.children.push(child)
  }
  for (const { title, children } of categories)
    if (children.length === 0) application.logger.error(`${title} of ${page.name}: nothing is in this section`)
  page.categories = categories
}

/** The first heading of a text. */
function titleOf({ content }: DocumentReflection): string | undefined {
  return /^# (.*)$/m.exec(content.map(({ text }) => text).join(''))?.[1]
}

application.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
  for (const text of project.documents ?? []) text.name = titleOf(text) ?? text.name
  const kinds = ReflectionKind.Module | ReflectionKind.Class
  for (const [name, sections] of Object.entries(pages)) {
    const page = project.getReflectionsByKind(kinds).find(one => one.name === name)
    if (page?.isContainer()) divide(page, sections)
    else application.logger.error(`there is no page ${name}, which docs/sections.ts names`)
  }
})

const project = await application.convert()
if (project !== undefined) {
  if (sources === undefined)
    for (const one of project.getReflectionsByKind(ReflectionKind.All))
      if (one.isDeclaration() || one.isSignature()) for (const source of one.sources ?? []) delete source.url
  application.validate(project)
  await application.generateOutputs(project)
}
const { errorCount, warningCount, validationWarningCount } = application.logger
process.exitCode = project === undefined || errorCount + warningCount + validationWarningCount > 0 ? 1 : 0
