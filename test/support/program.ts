// A program on the other end: what it prints can be awaited line by line, and it is ended by its process id.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

interface Waiting {
  pattern: RegExp
  resolve(found: RegExpExecArray): void
  reject(error: Error): void
}

const running = new Set<Program>()

/** A child process. Whatever still runs at the end of a test is ended by `endPrograms`. */
export class Program {
  stdout = ''
  stderr = ''
  readonly ended: Promise<Ended>
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #name: string
  #waiting: Waiting[] = []

  constructor(command: string, args: readonly string[]) {
    this.#name = [command, ...args].join(' ')
    this.#child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stdin.on('error', () => this.#child.stdin.destroy())
    for (const stream of ['stdout', 'stderr'] as const)
      this.#child[stream].setEncoding('utf8').on('data', (text: string) => {
        this[stream] += text
        this.#look()
      })
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
    this.ended.then(
      ({ code, signal }) => this.#finish(`ended with ${signal ?? code}`),
      (error: Error) => this.#finish(error.message),
    )
    running.add(this)
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** What was or will be printed, on either stream, that matches; each part of the output may be found again. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ pattern, resolve, reject })
      this.#look()
      if (!running.has(this)) this.#finish('has ended')
    })
  }

  write(text: string | Uint8Array): void {
    this.#child.stdin.write(text)
  }

  /** Ends its standard input, after `text`. */
  end(text: string | Uint8Array = ''): void {
    this.#child.stdin.end(text)
  }

  /** All that it prints, once it has ended well. */
  async output(): Promise<string> {
    const { code, signal } = await this.ended
    if (code !== 0) throw new Error(`${this.#name} ended with ${signal ?? code}:\n${this.stdout}${this.stderr}`)
    return this.stdout
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended
  }

  #look(): void {
    this.#waiting = this.#waiting.filter(({ pattern, resolve }) => {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
      if (found) resolve(found)
      return !found
    })
  }

  #finish(reason: string): void {
    running.delete(this)
    this.#look()
    for (const { pattern, reject } of this.#waiting.splice(0))
      reject(new Error(`${this.#name} ${reason} before it printed ${pattern}:\n${this.stdout}${this.stderr}`))
  }
}

/** Runs a program to its end. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const program = new Program(command, args)
  program.end()
  return program.output()
}

/** One of the examples, as a child. */
export function example(name: string, ...args: string[]): Program {
  return new Program(process.execPath, ['--import', 'tsx', `examples/${name}.ts`, ...args])
}

/** Ends what still runs: for afterEach. */
export async function endPrograms(): Promise<void> {
  await Promise.all([...running].map(program => program.kill('SIGKILL')))
}
