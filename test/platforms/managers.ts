// How package managers are told to install a tarball into a project.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect } from 'vitest'
import type { Person } from './person.js'

export interface Manager {
  readonly add: (tarball: string) => readonly string[]
  /** From the cache alone, and with no script of any package. */
  readonly offline: readonly string[]
  readonly offlineEnv?: NodeJS.ProcessEnv
  /** Its lock file, where it resolves nothing without a network: the second project begins as the first has ended. */
  readonly lock?: string
  /** Files that the project begins with. */
  readonly settings?: Readonly<Record<string, string>>
  /** Warnings that are about the manager itself. */
  readonly own?: RegExp
  /** Options of Node that programs of the project need to find packages. */
  readonly options?: readonly string[]
}

export const npm: Manager = {
  add: tarball => ['install', '--no-audit', '--no-fund', '--no-update-notifier', tarball],
  offline: ['--offline', '--ignore-scripts'],
}

export const pnpm: Manager = { add: tarball => ['add', tarball], offline: ['--offline', '--ignore-scripts'] }

export const yarn1: Manager = {
  add: tarball => ['add', `file:${tarball}`],
  offline: ['--offline', '--ignore-scripts'],
  own: /warning Ignored scripts due to flag/,
}

export const yarn4: Manager = {
  add: tarball => ['add', `bsd-sockets@file:${tarball}`],
  offline: ['--mode=skip-build'],
  offlineEnv: { YARN_ENABLE_NETWORK: '0' },
  lock: 'yarn.lock',
  settings: { '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n', 'yarn.lock': '' },
}

export const yarnPlugAndPlay: Manager = {
  ...yarn4,
  settings: { '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\n', 'yarn.lock': '' },
  own: /ESM support for PnP[\s\S]*with warnings/,
  options: ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs', '--no-warnings'],
}

/** The program of the npm at hand. */
export function npmAtHand(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = folders.map(folder => join(folder, 'npm')).find(path => existsSync(path))
  if (found === undefined) throw new Error('there is no npm in PATH')
  return realpathSync(found)
}

/** Packages that the project did not ask for, nor the package needs. */
function strangers(project: string): string[] {
  const folder = join(project, 'node_modules')
  const needed = ['bsd-sockets', 'node-gyp-build']
  const found = existsSync(folder) ? readdirSync(folder) : []
  return found.filter(name => !name.startsWith('.') && !needed.includes(name))
}

/** Installs into a new project, and expects a word of warning neither from the manager nor from two programs. */
export async function expectInstall(
  person: Person,
  program: string,
  manager: Manager,
  offline: boolean,
): Promise<void> {
  const project = person.project(offline ? 'offline' : 'first')
  for (const [name, text] of Object.entries(manager.settings ?? {})) person.write(join(project, name), text)
  const { lock, add } = manager
  if (offline && lock !== undefined)
    for (const name of ['package.json', lock])
      person.write(join(project, name), readFileSync(join(person.home, 'first', name), 'utf8'))
  const asked = offline && lock !== undefined ? ['install'] : add(person.tarball)
  const args = [program, ...asked, ...(offline ? manager.offline : [])]
  const { code, output } = await person.run(project, args, offline ? manager.offlineEnv : {})
  expect(output.replace(manager.own ?? '', '')).not.toMatch(/\bwarn|\berror/i)
  expect(code, output).toBe(0)
  expect(strangers(project)).toEqual([])
  await person.usesPackage(project, manager.options)
}
