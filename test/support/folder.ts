// Some wrong paths are paths all the same: what is bound to them is to lie in a folder of the test's own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** Runs the tests of this file in a new folder, which is gone afterwards. */
export function runInFolderOfItsOwn(): void {
  const home = process.cwd()
  const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
  beforeAll(() => process.chdir(folder))
  afterAll(() => {
    process.chdir(home)
    rmSync(folder, { recursive: true })
  })
}
