import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { needs } from '../support/needs.js'
import { dynamicSymbols, neededGlibc, neededLibraries, sections } from './elf.js'
import { readMachO } from './macho.js'
import { unpack, watchLoading } from './unpack.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const host = `${process.platform}-${process.arch}`
const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-prebuilds-'))
afterAll(() => rmSync(folder, { recursive: true }))

const installed = unpack(folder, 'node-gyp-build')
const prebuilds = readdirSync(join(installed, 'prebuilds'), { recursive: true, encoding: 'utf8' })
const ofLinux = prebuilds.filter(path => /^linux-.*\.node$/.test(path))

interface Surface {
  /** The file that was loaded. */
  addon: string
  numbers: Record<string, number>
  constants: Record<string, unknown>
  /** Those that this system has. */
  options: Record<string, { level: number; number: number }>
}

const show = `${watchLoading}
const [index, posix, { native }] = await Promise.all(['index', 'posix', 'native'].map(name => import('./dist/' + name + '.js')))
const all = Object.entries({ ...index, ...posix })
const constants = all.filter(([, value]) => ['number', 'string'].includes(typeof value))
const options = all.filter(([, value]) => value.supported === true)
console.log(JSON.stringify({
  addon,
  numbers: native.numbers,
  constants: Object.fromEntries(constants),
  options: Object.fromEntries(options.map(([name, { level, number }]) => [name, { level, number }])),
}))
`

/** What the package in a folder says of the system. */
function surface(folder: string): Surface {
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', show], { cwd: folder, encoding: 'utf8' }),
  )
}

describe.runIf(needs('program', 'readelf')).each(ofLinux)('%s', path => {
  const file = join(installed, 'prebuilds', path)

  test('needs the C library and nothing else', () => {
    const ofC = path.includes('musl') ? ['libc.so'] : ['libc.so.6', 'libdl.so.2', 'libpthread.so.0']
    expect(ofC).toEqual(expect.arrayContaining(neededLibraries(file)))
  })

  test('is content with glibc 2.28', () => {
    expect(Math.max(0, ...neededGlibc(file))).toBeLessThanOrEqual(228)
  })

  test('gives Node the two names that it asks for, and expects only those of Node and of the C library', () => {
    const { given, expected } = dynamicSymbols(file)
    expect(given).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1'])
    const foreign = expected.filter(name => !/^(napi|uv)_|@GLIBC_|^__gmon_start__$/.test(name))
    expect(foreign.filter(name => !path.includes('musl') || name.startsWith('_Z'))).toEqual([])
  })

  test('is stripped', () => {
    expect(sections(file)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^\.(symtab|debug)/)]))
  })
})

test.each(prebuilds.filter(path => /^darwin-.*\.node$/.test(path)))(
  '%s needs macOS 11 and nothing else, and is signed for arm64',
  path => {
    const { libraries, signed, oldest } = readMachO(join(installed, 'prebuilds', path))
    expect({ libraries, oldest }).toEqual({ libraries: ['/usr/lib/libSystem.B.dylib'], oldest: '11.0' })
    expect(signed).toBe(path.includes('arm64'))
  },
)

test.runIf(needs('musl'))("musl's loader finds all that the prebuild for it expects, but for what Node gives", () => {
  const file = join(installed, 'prebuilds/linux-x64/bsd-sockets.napi.musl.node')
  const { stderr } = spawnSync('/lib/ld-musl-x86_64.so.1', ['--list', file], { encoding: 'utf8' })
  const missing = [...stderr.matchAll(/: (\S+): symbol not found/g)].map(([, name]) => name ?? '')
  expect(missing).toContain('napi_create_object')
  expect(missing.filter(name => !/^(napi|uv)_/.test(name))).toEqual([])
})

describe.skipIf(inject('lacking') !== '')('the prebuild of this platform', () => {
  test.skipIf(process.env['TARBALL'])(
    'has the same bytes when it is built again elsewhere',
    { timeout: 900_000 },
    () => {
      const copy = join(folder, 'copy')
      for (const name of ['native', 'scripts', 'package.json'])
        cpSync(join(root, name), join(copy, name), { recursive: true })
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
      const options = { cwd: copy, env: { ...process.env, ZIG_LOCAL_CACHE_DIR: join(folder, 'cache') } }
      const path = prebuilds.find(name => name.startsWith(host) && name.endsWith('.node')) ?? ''
      execFileSync('npm', ['run', '--silent', 'prebuild', '--', path.replace('.node', '')], options)
      expect(readFileSync(join(copy, 'prebuilds', path)).equals(readFileSync(join(installed, 'prebuilds', path)))).toBe(
        true,
      )
    },
  )

  describe('beside the addon that is built here', () => {
    const there = surface(installed)
    const here = surface(root)

    test('is another file', () => {
      expect(there.addon).toMatch(/prebuilds/)
      expect(here.addon).toMatch(/build\/Release/)
    })

    test('knows the same numbers, all that have no fallback', () => {
      const unlike = Object.entries(here.numbers).filter(([name, value]) => there.numbers[name] !== value)
      const unknown = unlike.filter(([name]) => there.numbers[name] === undefined).map(([name]) => name)
      const different = unlike.filter(([name]) => there.numbers[name] !== undefined).map(([name]) => name)
      expect(different.filter(name => name !== 'tcp_info')).toEqual([]) // it grows with the kernel
      expect(unknown.filter(name => !(name in here.options) && !name.startsWith('SOL_'))).toEqual([])
    })

    test('has the same constants, and every option with the same number', () => {
      expect(there.constants).toEqual(here.constants)
      expect(there.options).toMatchObject(here.options)
    })
  })
})
