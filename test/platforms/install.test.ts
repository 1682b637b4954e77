import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { expectInstall, npm, npmAtHand } from './managers.js'
import { Person } from './person.js'

describe.skipIf(inject('lacking') !== '')('the npm at hand, by a user without rights, compiler and Python', () => {
  let person: Person | undefined
  const install = async (offline: boolean) => person && (await expectInstall(person, npmAtHand(), npm, offline))
  beforeAll(() => {
    person = new Person()
  })
  afterAll(() => person?.remove())

  test('installs, and both import and require work', () => install(false))

  test('installs again offline and with --ignore-scripts', () => install(true))
})
