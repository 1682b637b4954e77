// The examples of the documentation: each @example and each ```ts block of lib, and each ```ts block of a text.
import { readFileSync } from 'node:fs'

export interface Documented {
  readonly file: string
  /** Where its first line is, counted from 1. */
  readonly line: number
  readonly text: string
}

const block = /^```ts\n([\s\S]*?)^```$/gm
const comment = /\/\*\*([\s\S]*?)\*\//g
const tag = /^@example\b(.*\n(?:(?!@)[^\n]*\n)*)/gm

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** The parts of `text` that a pattern captures, with their lines; `text` itself begins at `line`. */
function captured(file: string, line: number, text: string, pattern: RegExp): Documented[] {
  return [...text.matchAll(pattern)].map(found => {
    const [whole, part = ''] = found
    const start = found.index + whole.lastIndexOf(part)
    return { file, line: line + lineAt(text, start) - 1, text: part }
  })
}

/** What a doc comment says, line by line, without its stars. */
function withoutStars({ file, line, text }: Documented): Documented {
  return { file, line, text: `${text.replace(/^[ \t]*\* ?/gm, '').replace(/^ /, '')}\n` }
}

function ofComment(one: Documented): Documented[] {
  const { file, line, text } = withoutStars(one)
  const bare = captured(file, line, text, tag).filter(({ text }) => !text.includes('```'))
  return [...captured(file, line, text, block), ...bare]
}

/** The examples of one file, in their order. */
export function documentedIn(file: string): Documented[] {
  const text = readFileSync(file, 'utf8')
  return file.endsWith('.md') ? captured(file, 1, text, block) : captured(file, 1, text, comment).flatMap(ofComment)
}

// One of the two is printed, depending on the user's rights.
const eitherOr = [/CAP_NET_RAW/, /^SOCK_RAW$/]

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** What the comments behind `console.log` of an example promise that it prints; `…` stands for anything. */
export function promised(example: string): RegExp[] {
  const comments = [...example.matchAll(/console\.log\(.*\) \/\/ (.*)/g)].map(([, comment = '']) => comment)
  const certain = comments.filter(comment => !eitherOr.some(pattern => pattern.test(comment)))
  return certain.map(comment => new RegExp(comment.split('…').map(literal).join('.*')))
}
