// A kernel that hands back what it is told: control data, and the keys of TLS. For what the kernel here lacks.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { needs } from './needs.js'
import { Program, run } from './program.js'
import { withoutSanitizer } from './sanitizer.js'

export const canMirror =
  needs('linux') && needs('program', 'cc') && withoutSanitizer('they preload a library of their own')

/** What mirror.mjs makes of these, in a process with mirror.c preloaded. */
export async function turned(given: readonly unknown[]): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
  try {
    const library = join(folder, 'mirror.so')
    await run('cc', '-shared', '-fPIC', '-o', library, 'test/support/mirror.c')
    const mirror = new Program('env', [`LD_PRELOAD=${library}`, process.execPath, 'test/support/mirror.mjs'])
    mirror.end(serialize(given).toString('base64'))
    return deserialize(Buffer.from(await mirror.output(), 'base64'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
