import * as main from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { thrown } from '../support/failure.js'
import { runInFolderOfItsOwn } from '../support/folder.js'
import { addresses, type Called, calls, classes, isTyped, lookups, spoilt } from '../support/wrong.js'

const functionsOf = (module: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(module).filter(name => typeof module[name] === 'function')

function untyped({ act, right, free }: Called): string[] {
  const found: string[] = []
  for (const { given, name } of spoilt(right)) {
    const error = thrown(() => {
      const made: unknown = Reflect.apply(act, undefined, given)
      if (free !== undefined) Reflect.apply(free, undefined, [made])
    })
    if (error !== undefined && !isTyped(error)) found.push(`${name}: ${error}`)
  }
  return found
}

runInFolderOfItsOwn()

describe('a function with a wrong argument', () => {
  it.each(Object.entries({ ...addresses, ...classes }))('gives a value or a typed error: %s', (_name, called) => {
    expect(untyped(called)).toEqual([])
  })

  it.each(Object.entries(calls))('gives a value or a typed error: posix.%s', (_name, called) => {
    expect(untyped(called)).toEqual([])
  })

  it.each(Object.entries(lookups))('gives a promise, of a value or of a typed error: %s', async (_name, called) => {
    for (const { given, name } of spoilt(called.right)) {
      const promise: unknown = Reflect.apply(called.act, undefined, given)
      expect(promise, name).toBeInstanceOf(Promise)
      const [settled] = await Promise.allSettled([promise])
      if (settled?.status === 'rejected') expect(settled.reason, name).toSatisfy(isTyped)
    }
  })

  it('is covered here, whatever is exported', () => {
    const tested = [...Object.keys(addresses), ...Object.keys(lookups), ...Object.keys(classes), ...Object.keys(calls)]
    for (const name of [...functionsOf(main), ...functionsOf(posix)]) expect(tested).toContain(name)
    for (const name of functionsOf(main.Socket as never)) expect(tested).toContain(`Socket.${name}`)
  })
})
