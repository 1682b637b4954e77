// The tarball, unpacked as the package bsd-sockets of a project.
import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** The folder of the package; beside it are these packages of this checkout. */
export function unpack(project: string, ...beside: readonly string[]): string {
  const folder = join(project, 'node_modules')
  mkdirSync(join(folder, '@types'), { recursive: true })
  execFileSync('tar', ['-xzf', inject('tarball'), '-C', folder])
  renameSync(join(folder, 'package'), join(folder, 'bsd-sockets'))
  for (const name of beside) symlinkSync(join(modules, name), join(folder, name))
  return join(folder, 'bsd-sockets')
}

/** The beginning of a program, which then says as `addon` what file is loaded. */
export const watchLoading = `
let addon
const { dlopen } = process
process.dlopen = (module, path) => dlopen.call(process, module, (addon = path))
`
