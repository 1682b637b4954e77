// A program that is run to its end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Setting {
  cwd: string
  env?: NodeJS.ProcessEnv
  uid?: number
  /** Milliseconds, after which it is ended. */
  deadline?: number
}

export interface Ended {
  code: number | null
  /** Both streams. */
  output: string
}

export async function execute(
  command: string,
  args: readonly string[],
  { cwd, env, uid, deadline }: Setting,
): Promise<Ended> {
  const person = uid === undefined ? {} : { uid, gid: uid }
  const end = { timeout: deadline ?? 240_000, killSignal: 'SIGKILL' as const }
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: [...stdio], ...person, ...end })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  await once(child, 'close')
  return { code: child.exitCode, output }
}
