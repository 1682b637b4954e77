import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { needs } from '../support/needs.js'
import { onEachRuntime } from './cells.js'
import { Missing } from './command.js'
import { execute } from './execute.js'
import { expectPrograms, programs } from './person.js'
import { unpack, watchLoading } from './unpack.js'

const project = mkdtempSync(join(tmpdir(), 'bsd-sockets source-'))
afterAll(() => rmSync(project, { recursive: true }))

const load = ['--eval', `${watchLoading}; require('bsd-sockets'); console.log(addon)`]

describe.runIf(needs('program', 'make', 'c++', 'python3'))('where no prebuild fits', () => {
  test('the command that the error names builds the addon, which is then loaded', async () => {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ dependencies: { 'bsd-sockets': '*' } }))
    const installed = unpack(project, 'node-gyp-build', '.bin')
    rmSync(join(installed, 'prebuilds'), { recursive: true, force: true })
    const failed = await execute(process.execPath, load, { cwd: project })
    expect(failed.code).toBe(1)
    const command = /to build it: (.+)/.exec(failed.output)?.[1] ?? ''
    expect(command).toMatch(/^npx node-gyp rebuild /)

    // Node's headers are beside it; else node-gyp would fetch them.
    const env = { ...process.env, npm_config_nodedir: join(dirname(process.execPath), '..') }
    const built = await execute('sh', ['-c', command], { cwd: project, env })
    expect(built.code, built.output).toBe(0)
    const loaded = await execute(process.execPath, load, { cwd: project })
    expect(loaded.output.trim()).toBe(join(installed, 'native/build/Release/bsd_sockets.node'))
    for (const { file, text } of programs) writeFileSync(join(project, file), text)
  })

  onEachRuntime('built from source', async (command, { addon, env = {} }) => {
    if (addon !== `linux-${process.arch}/bsd-sockets.napi.glibc.node`)
      throw new Missing('it was built for this machine')
    await expectPrograms(command, project, env)
    return undefined
  })
})
