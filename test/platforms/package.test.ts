import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, test } from 'vitest'
import { execute } from './execute.js'
import { findTool, type Tool } from './tools.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tarball = inject('tarball')

async function listing(command: string, ...args: string[]): Promise<string[]> {
  const { code, output } = await execute(command, args, { cwd: root })
  expect(code, output).toBe(0)
  return output.trim().split('\n').sort()
}

const packed = (await listing('tar', '-tzf', tarball)).map(path => path.replace(/^package\//, ''))
const sources = (await listing('git', 'ls-files', 'lib', 'native')).map(path => path.replace(/^lib\//, 'dist/'))

describe('the tarball', () => {
  test('has what lib compiles to, the sources of the addon, prebuilds and the texts', () => {
    const compiled = sources.flatMap(path =>
      path.endsWith('.ts') ? [path.replace(/\.ts$/, '.js'), path.replace(/\.ts$/, '.d.ts')] : [path],
    )
    const texts = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']
    const others = packed.filter(path => !/^(prebuilds|vendor\/node-addon-api)\//.test(path))
    expect(others).toEqual([...compiled, ...texts].sort())
  })

  test('has no binding.gyp at its top and no script that an install would run', () => {
    const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
    expect(packed).not.toContain('binding.gyp')
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^((pre|post)?install|(pre|post)?prepare)$/)]),
    )
    // Yarn installs node-gyp for whoever uses a package whose scripts speak of it.
    expect(Object.values(manifest.scripts).join()).not.toContain('node-gyp')
  })

  test('is under 2 MB', () => {
    expect(statSync(tarball).size).toBeLessThan(2_000_000)
  })
})

// A require of a module works from Node 20.19 on, which is the oldest that this package takes.
const linters: readonly (readonly [Tool, ...string[]])[] = [
  ['publint', 'run', '--strict', tarball],
  ['attw', '--profile', 'esm-only', tarball],
]

for (const [name, ...args] of linters) {
  const found = await findTool(name)

  test.runIf(found)(`${name} finds nothing`, async () => {
    const { code, output } = await execute(process.execPath, [join(found?.folder ?? '', found?.file ?? ''), ...args], {
      cwd: root,
    })
    expect(code, output).toBe(0)
  })
}
