// Writes docs/reference/options.md from the rows and their doc comments. With --check it only compares.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import * as options from '../lib/tables/options/index.js'
import { type Access, type Row, rowOf } from '../lib/tables/options/option.js'

const tables = new URL('../lib/tables/options/', import.meta.url)
const file = new URL('../docs/reference/options.md', import.meta.url)
const tokens = new Map<string, unknown>(Object.entries(options))

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*')
}

function ways(access: Access, asks: boolean): string {
  const read = asks ? 'read with an argument' : 'read'
  if (access === 'read-write') return `${read}, set`
  return access === 'read-only' ? read : 'set'
}

function accessOf({ access, linux, asks }: Row): string {
  return `${ways(access, asks)}${linux === undefined ? '' : `; Linux: ${ways(linux, asks)}`}`
}

function line(name: string, doc: string): string {
  const token = tokens.get(name)
  const row = typeof token === 'object' && token !== null ? rowOf(token) : undefined
  if (row === undefined) throw new Error(`${name} is no row`)
  return `| ${name} | ${cell(row.codec.type)} | ${accessOf(row)} | ${cell(doc)} |`
}

function section(source: string): string | undefined {
  const rows = [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const ([A-Z][A-Z0-9_]+) =/g)]
  if (rows.length === 0) return undefined
  const title = /^\/\/ (.*)$/m.exec(source)?.[1] ?? ''
  const lines = rows.map(([, doc = '', name = '']) =>
    line(name, doc.replace(/\n \*/g, ' ').replace(/\s+/g, ' ').trim()),
  )
  return `## ${title}\n\n| Option | Value | Access | Meaning |\n|---|---|---|---|\n${lines.join('\n')}\n`
}

const files = readdirSync(tables).sort()
const sections = files
  .map(name => section(readFileSync(new URL(name, tables), 'utf8')))
  .filter(one => one !== undefined)
const text = `# Socket options

Generated from lib/tables/options by \`npm run generate\`. \`getsockopt(SO_RCVBUF)\`, \`setsockopt(TCP_NODELAY, true)\`; what
this system lacks throws ENOPROTOOPT. Types that have a name are exported.

${sections.join('\n')}`

if (!process.argv.includes('--check')) {
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, text)
} else if (readFileSync(file, 'utf8') !== text) {
  console.error("docs/reference/options.md is not what the tables say: run 'npm run generate'")
  process.exitCode = 1
}
