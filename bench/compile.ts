// Builds the C programs of c/ with the system's compiler, each when it is first asked for.
import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Command, type Program, started } from './program.js'

const folder = new URL('c/', import.meta.url)
const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE']

function path(name: string): string {
  return fileURLToPath(new URL(name, folder))
}

function changed(name: string): number {
  return statSync(path(name), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function compiled(name: string): string {
  const program = `bin/${name}`
  if (changed(program) > Math.max(changed(`${name}.c`), changed('bench.h'))) return path(program)
  mkdirSync(path('bin'), { recursive: true })
  const compiler = process.env['CC'] ?? 'cc'
  execFileSync(compiler, [...flags, '-o', path(program), path(`${name}.c`)], { encoding: 'utf8', stdio: 'pipe' })
  return path(program)
}

/** A C program. Throws where it does not compile. */
export function cCommand(name: string, ...args: Command['args']): Command {
  return { command: compiled(name), args }
}

export function cProgram(name: string, ...args: Command['args']): Program {
  return started(cCommand(name, ...args))
}
