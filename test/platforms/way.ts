// One way to install the package: what its tests are, whoever the manager is.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { onEachRuntime } from './cells.js'
import { Missing } from './command.js'
import { expectInstall, type Manager } from './managers.js'
import { expectPrograms, type Person } from './person.js'

/** Someone with the program of a manager. */
export interface Equipped {
  readonly person: Person
  readonly program: string
}

/** `equip` makes one; where it cannot, it is why. */
export function describeWay(name: string, manager: Manager, equip: (() => Equipped) | string): void {
  describe(name, () => {
    let equipped: Equipped | undefined
    beforeAll(() => {
      if (typeof equip === 'function') equipped = equip()
    })
    afterAll(() => equipped?.person.remove())

    const install = async (offline: boolean): Promise<void> => {
      if (equipped !== undefined) await expectInstall(equipped.person, equipped.program, manager, offline)
    }
    test.skipIf(typeof equip === 'string')('installs, and both import and require work', () => install(false))
    test.skipIf(typeof equip === 'string')('installs again from its cache, and without scripts', () => install(true))

    onEachRuntime(name, async (command, { plugAndPlay = false, env = {}, ...runtime }) => {
      if (typeof equip === 'string') throw new Missing(equip)
      if (manager.options !== undefined && !plugAndPlay) throw new Missing(`${runtime.name} has no Plug'n'Play`)
      // Not as that person, who cannot read the run-times.
      const project = join(equipped?.person.home ?? '', 'first')
      await expectPrograms([...command, ...(manager.options ?? [])], project, env)
      return undefined
    })
  })
}
