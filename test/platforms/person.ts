// Someone who installs the package: without rights, with Node and neither a compiler nor Python, with a home of their own.
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, inject } from 'vitest'
import { type Ended, execute } from './execute.js'
import type { Found } from './tools.js'

const nobody = process.getuid?.() === 0 ? 65534 : undefined

const imports = ['{ AF_INET, SOCK_STREAM, Socket }', '{ close, socket }'] as const
const heads = {
  'import.mjs': `import ${imports[0]} from 'bsd-sockets'; import ${imports[1]} from 'bsd-sockets/posix'`,
  'require.cjs': `const ${imports[0]} = require('bsd-sockets'), ${imports[1]} = require('bsd-sockets/posix')`,
}
const body = `
async function main() {
  close(socket(AF_INET, SOCK_STREAM))
  const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
  const client = new Socket(AF_INET, SOCK_STREAM)
  const [{ socket: server }] = await Promise.all([listener.accept(), client.connect(listener.getsockname())])
  await client.sendall(Buffer.from('it works'))
  console.log(String(await server.recv(100)))
  for (const open of [client, server, listener]) open.close()
}
main()
`

/** What every project has: the package is used by import and by require. */
export const programs = Object.entries(heads).map(([file, head]) => ({ file, text: head + body }))

/** Expects that a run-time runs both in a project. */
export async function expectPrograms(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [program = '', ...args] = command
  for (const { file } of programs) {
    const ended = await execute(program, [...args, file], { cwd, env: { ...process.env, ...env } })
    expect(ended, file).toEqual({ code: 0, output: 'it works\n' })
  }
}

// The way out to the registry, and nothing of the npm that runs the tests.
const network = Object.entries(process.env).filter(([name]) => /proxy|cert|ssl/i.test(name))

function give(path: string): void {
  if (nobody !== undefined) chownSync(path, nobody, nobody)
}

export class Person {
  readonly home = mkdtempSync(join(tmpdir(), 'bsd-sockets-person-'))
  /** Of their own, as they got it. */
  readonly tarball = join(this.home, basename(inject('tarball')))
  readonly #env: NodeJS.ProcessEnv

  /** `node`: theirs, if not the one that runs the tests. */
  constructor(node?: Found) {
    give(this.home)
    cpSync(inject('tarball'), this.tarball)
    const programs = join(this.home, 'bin')
    mkdirSync(programs)
    symlinkSync(node === undefined ? process.execPath : this.take(node), join(programs, 'node'))
    this.#env = { ...Object.fromEntries(network), PATH: programs, HOME: this.home, TMPDIR: this.home }
  }

  /** A copy of a tool, which they may read; the file that is run. */
  take({ folder, file }: Found): string {
    const copy = join(this.home, basename(folder))
    cpSync(folder, copy, { recursive: true })
    return join(copy, file)
  }

  /** A new and empty project, but for two programs. */
  project(name: string): string {
    const folder = join(this.home, name)
    mkdirSync(folder)
    give(folder)
    const manifest = { name: 'project', version: '1.0.0', license: 'MIT', private: true }
    this.write(join(folder, 'package.json'), JSON.stringify(manifest))
    for (const { file, text } of programs) this.write(join(folder, file), text)
    return folder
  }

  /** A file of theirs. */
  write(path: string, text: string): void {
    writeFileSync(path, text)
    give(path)
  }

  /** Runs a JavaScript file by their Node. */
  run(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const node = join(this.home, 'bin/node')
    const whole = { ...this.#env, ...env }
    return execute(node, args, { cwd: folder, env: whole, ...(nobody === undefined ? {} : { uid: nobody }) })
  }

  /** Expects that both programs of a project work. */
  async usesPackage(folder: string, options: readonly string[] = []): Promise<void> {
    for (const { file } of programs)
      expect(await this.run(folder, [...options, file]), file).toEqual({ code: 0, output: 'it works\n' })
  }

  remove(): void {
    rmSync(this.home, { recursive: true })
  }
}
