import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from './support/node.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-native-'))
const installed = join(folder, 'installed')
afterAll(() => rmSync(folder, { recursive: true }))

/** The package without an addon. */
beforeEach(() => {
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed)
  for (const name of ['dist', 'package.json']) cpSync(join(root, name), join(installed, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'))
  place('native/binding.gyp')
})

/** Something that no system loads, at a path in the package. */
function place(path: string): string {
  const whole = join(installed, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, 'no addon')
  return whole
}

/** What the package says when it is loaded by a process that takes itself for another. */
async function complaint(
  process_: Readonly<Record<string, unknown>> = {},
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const settings = Object.entries(process_).map(
    ([name, value]) => `Object.defineProperty(process, '${name}', { value: ${JSON.stringify(value)} })`,
  )
  const module = JSON.stringify(join(installed, 'dist/index.js'))
  const text = `${settings.join('\n')}\nimport(${module}).catch(error => console.log(error.message))`
  const { stdout } = await runProgram([
    'env',
    '-u',
    'BSD_SOCKETS_PREBUILD',
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    process.execPath,
    '--eval',
    text,
  ])
  return stdout.trim()
}

const { platform, arch, version } = process
const cure = `to build it: npx node-gyp rebuild --directory "${join(installed, 'native')}"`

describe('the package without an addon', () => {
  test('names the platform, the C library, the version of Node and the command that builds one', async () => {
    expect(await complaint()).toMatch(
      new RegExp(`^bsd-sockets has no addon for ${platform} ${arch}( glibc| musl)?, Node ${version}; `),
    )
    expect(await complaint()).toContain(cure)
  })

  test('names a platform that it has no prebuild for', async () => {
    place('prebuilds/linux-x64/bsd-sockets.napi.glibc.node')
    expect(await complaint({ platform: 'sunos', arch: 'sparc' })).toBe(
      `bsd-sockets has no addon for sunos sparc, Node ${version}; ${cure}`,
    )
  })

  test('sends users of Windows to its Linux', async () => {
    expect(await complaint({ platform: 'win32' })).toContain('Windows Subsystem for Linux')
  })
})

describe('where the addon cannot be had for another reason, the error names that', () => {
  test('BSD_SOCKETS_PREBUILD, which names no such folder', async () => {
    const told = await complaint({}, { BSD_SOCKETS_PREBUILD: '/nowhere' })
    expect(told).toContain(
      'BSD_SOCKETS_PREBUILD is /nowhere: it names a folder with prebuilds/ or build/Release/ in it',
    )
  })

  test('a bundle, which has lost its package', async () => {
    rmSync(join(installed, 'native'), { recursive: true })
    expect(await complaint()).toMatch(/; leave bsd-sockets out of the bundle \(.*--external:bsd-sockets\)/)
  })

  test("Node's permission model", async () => {
    const program = `import(${JSON.stringify(join(installed, 'dist/index.js'))}).catch(error => console.log(error.message))`
    const flag = Number(process.versions.node.split('.')[0]) < 24 ? '--experimental-permission' : '--permission'
    const allowed = [`--allow-fs-read=${root}*`, `--allow-fs-read=${folder}*`]
    const { stdout } = await runProgram([process.execPath, flag, ...allowed, '--eval', program])
    expect(stdout).toMatch(
      /^bsd-sockets may not load its addon: .*; Node is to allow it: --allow-addons, and --allow-fs-read /,
    )
  })

  test('an addon of another version, which lacks a call', async () => {
    const built = readFileSync(join(root, 'build/Release/bsd_sockets.node'), 'latin1')
    writeFileSync(
      place('native/build/Release/bsd_sockets.node'),
      built.replaceAll('\0recvmmsg\0', '\0recvmmxx\0'),
      'latin1',
    )
    expect(await complaint()).toContain('is not of this version')
  })
})

describe.runIf(platform === 'linux')('on Linux it takes', () => {
  const libcs = { glibc: '/lib64/ld-linux-x86-64.so.2', musl: '/lib/ld-musl-x86_64.so.1' }
  const prebuild = (libc: string) => `prebuilds/linux-x64/bsd-sockets.napi.${libc}.node`
  const programOf = (libc: string) => join(folder, `node-of-${libc}`)

  beforeEach(() => {
    for (const [libc, loader] of Object.entries(libcs)) {
      place(prebuild(libc))
      writeFileSync(programOf(libc), `ELF, and somewhere: ${loader}`)
    }
  })

  test.each(['glibc', 'musl'])(
    'the prebuild for %s where Node is a program of that, on any distribution',
    async libc => {
      const told = await complaint({ arch: 'x64', execPath: programOf(libc) })
      expect(told).toContain(`no addon for linux x64 ${libc}, Node ${version}: ${join(installed, prebuild(libc))}: `)
      expect(told).toContain(cure)
    },
  )

  test('the prebuild for the C library that LIBC names', async () => {
    const told = await complaint({ arch: 'x64', execPath: programOf('glibc') }, { LIBC: 'musl' })
    expect(told).toContain(`: ${join(installed, prebuild('musl'))}: `)
  })

  test('what was built from the sources, before any prebuild', async () => {
    const built = place('native/build/Release/bsd_sockets.node')
    expect(await complaint({ arch: 'x64' })).toContain(`: ${built}: `)
  })
})
