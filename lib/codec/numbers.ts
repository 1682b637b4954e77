// The platform's numbers by name: constants, sizes of structs, offsets of fields. native.ts provides them before any
// table is read; without the addon (when constants.inc is generated) every number is unknown, and only its name is kept.

const known = new Map<string, number>()
const asked = new Map<string, string | undefined>()

/** Called once, by native.ts. */
export function provideNumbers(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) known.set(name, value)
}

/** A number of this platform; undefined where it lacks the name. `needs` is the macro that a struct exists with. */
export function number(name: string, needs?: string): number | undefined {
  asked.set(name, needs)
  return known.get(name)
}

/** The names that were asked for, each with the macro that it needs: what constants.inc has to hold. */
export function askedNumbers(): ReadonlyMap<string, string | undefined> {
  return asked
}

/** A closed set of C names that people print and narrow on, and their numbers. */
export class Names<Name extends string> {
  readonly #numbers = new Map<string, number>()
  readonly #names = new Map<number, Name>()

  constructor(names: readonly Name[]) {
    for (const name of names) {
      const value = number(name)
      if (value === undefined) continue
      this.#numbers.set(name, value)
      if (!this.#names.has(value)) this.#names.set(value, name)
    }
  }

  /** The number of a name; undefined where this system lacks it. */
  numberOf(name: string): number | undefined {
    return this.#numbers.get(name)
  }

  /** The name of a number; the number itself where it has none. */
  nameOf(value: number): Name | number {
    return this.#names.get(value) ?? value
  }
}
