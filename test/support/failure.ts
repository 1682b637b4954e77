// The error that a test expects, by its code: for toThrow, and for rejects.toEqual.
import { expect } from 'vitest'

export function failure(code: string, details: Readonly<Record<string, unknown>> = {}): unknown {
  return expect.objectContaining({ code, ...details })
}

/** What `act` throws; undefined where it throws nothing. */
export function thrown(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
