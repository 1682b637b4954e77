// A program that is run to its end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Setting {
  cwd: string
  env?: NodeJS.ProcessEnv
  uid?: number
}

export interface Ended {
  code: number | null
  /** Both streams. */
  output: string
}

export async function execute(command: string, args: readonly string[], { cwd, env, uid }: Setting): Promise<Ended> {
  const person = uid === undefined ? {} : { uid, gid: uid }
  const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], ...person })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  await once(child, 'close')
  return { code: child.exitCode, output }
}
