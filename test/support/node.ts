// A Node program on its own, given as the text of a module of this package, and how it ended.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** It had to be ended: it ran longer than its deadline. */
  overdue: boolean
  milliseconds: number
}

export interface Settings {
  flags?: readonly string[]
  /** A program that starts it: ['strace', '-f', …]. */
  under?: readonly string[]
  deadline?: number
}

const header = `
import * as bsd from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { readdirSync } from 'node:fs'
const { Socket, AF_INET, AF_UNIX, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET } = bsd
const open = () => readdirSync('/proc/self/fd').length - 1
`

/** Runs `text`, which finds the exports of both entry points as `bsd` and `posix`. */
export function runModule(text: string, settings: Settings = {}): Promise<Outcome> {
  const { under = [], flags = [] } = settings
  return runProgram([...under, process.execPath, ...flags, '--input-type=module', '--eval', header + text], settings)
}

/** Runs a program in the folder of this package. */
export async function runProgram(
  [command = '', ...args]: readonly string[],
  { deadline = 10_000 }: Settings = {},
): Promise<Outcome> {
  const started = performance.now()
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  let overdue = false
  const timer = setTimeout(() => {
    overdue = true
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, deadline)
  await once(child, 'close')
  clearTimeout(timer)
  const milliseconds = performance.now() - started
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr, overdue, milliseconds }
}
