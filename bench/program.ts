// A process of a benchmark: started here, spoken to in lines, answering in lines of JSON, and ended by its pid.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Figures by name, as a line of JSON. */
export type Figures = Readonly<Record<string, number>>

export interface Command {
  readonly command: string
  readonly args: readonly (string | number)[]
}

const answerWithin = 60_000
const running = new Set<ChildProcessWithoutNullStreams>()

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

function isFigures(value: unknown): value is Figures {
  return typeof value === 'object' && value !== null && Object.values(value).every(one => typeof one === 'number')
}

/** A figure that must be there. */
export function figure(figures: Figures, name: string): number {
  const value = figures[name]
  if (value === undefined) throw new Error(`no figure '${name}' in ${JSON.stringify(figures)}`)
  return value
}

export class Program {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<unknown>
  #errors = ''

  constructor(command: string, args: Command['args']) {
    this.#child = spawn(command, args.map(String))
    running.add(this.#child)
    this.#ended = once(this.#child, 'close').catch((error: unknown) => {
      this.#errors += String(error)
    })
    this.#child.once('close', () => running.delete(this.#child))
    this.#child.stdin.on('error', error => {
      this.#errors += `${error.message}\n`
    })
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4000)
    })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  tell(...words: readonly (string | number)[]): void {
    this.#child.stdin.write(`${words.join(' ')}\n`)
  }

  /** The next line of its output. */
  async answer(): Promise<Figures> {
    const late = new AbortController()
    const timer = setTimeout(answerWithin, 'late' as const, { signal: late.signal }).catch(() => 'early' as const)
    const line = await Promise.race([this.#lines.next(), timer])
    late.abort()
    if (typeof line === 'string') throw new Error(`no answer within ${answerWithin / 1000} s`)
    if (line.done === true) {
      await this.#ended
      throw new Error(`ended${this.errors === '' ? ` with ${this.#child.exitCode}` : `: ${this.errors}`}`)
    }
    const figures: unknown = JSON.parse(line.value)
    if (!isFigures(figures)) throw new Error(`answered ${line.value}`)
    return figures
  }

  /** What it wrote about its failure: the line that names the error, else the last one. */
  get errors(): string {
    const lines = this.#errors.split('\n').filter(line => line.trim() !== '' && !line.startsWith('Node.js v'))
    return lines.find(line => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? ''
  }

  /** Resolves when its error output contains `text`. */
  async said(text: string): Promise<void> {
    const deadline = Date.now() + 5000
    while (!this.#errors.includes(text)) {
      if (this.#child.exitCode !== null || Date.now() > deadline) throw new Error(this.errors || `never said '${text}'`)
      await setTimeout(10)
    }
  }

  /** Bytes of its memory that are in use, kernel buffers aside; NaN where there is no /proc. */
  residentMemory(): number {
    if (process.platform !== 'linux') return Number.NaN
    const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'latin1'))?.[1]
    return Number(kibibytes) * 1024
  }

  /** Seconds of processor time, of all its threads, so far; NaN where there is no /proc. To 10 ms. */
  processorTime(): number {
    if (process.platform !== 'linux') return Number.NaN
    // After the name, in brackets, which may have blanks: field 3 and on, see proc_pid_stat(5).
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ')
    const [user, system] = fields.slice(11)
    return (Number(user) + Number(system)) / ticksPerSecond
  }

  pause(): void {
    this.#child.kill('SIGSTOP')
  }

  resume(): void {
    this.#child.kill('SIGCONT')
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#child.kill(signal)
    this.resume()
    await this.#ended
  }
}

const ticksPerSecond = process.platform === 'linux' ? Number(execFileSync('getconf', ['CLK_TCK'])) : 1

function contestantFile(name: string): string {
  return fileURLToPath(new URL(`contestants/${name}`, import.meta.url))
}

/** A contestant in plain JavaScript, run by this Node. */
export function nodeCommand(name: string, ...args: Command['args']): Command {
  return { command: process.execPath, args: [contestantFile(`${name}.mjs`), ...args] }
}

export function nodeProgram(name: string, ...args: Command['args']): Program {
  return started(nodeCommand(name, ...args))
}

export function pythonProgram(name: string): Program {
  return started({ command: 'python3', args: [contestantFile(`${name}.py`)] })
}

export function started({ command, args }: Command): Program {
  return new Program(command, args)
}

/** The same in a network namespace of its own, where it hears of nobody else. Takes root. */
export function isolated({ command, args }: Command): Command {
  const script = 'ip link set lo up && exec "$@"'
  return { command: 'unshare', args: ['--net', 'sh', '-c', script, 'isolated', command, ...args] }
}
