import { afterAll, describe, inject, test } from 'vitest'
import { expectInstall, npm, npmAtHand } from './managers.js'
import { Person } from './person.js'

const person = inject('lacking') === '' ? new Person() : undefined

async function install(offline: boolean): Promise<void> {
  if (person !== undefined) await expectInstall(person, npmAtHand(), npm, offline)
}

describe.runIf(person)('the npm at hand, by a user without rights, compiler and Python', () => {
  afterAll(() => person?.remove())

  test('installs, and both import and require work', () => install(false))

  test('installs again offline and with --ignore-scripts', () => install(true))
})
