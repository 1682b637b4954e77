// Random numbers that can be had again: the seed is printed, and SEED=… repeats a run.

export class Random {
  #state: number

  constructor(readonly seed: number) {
    this.#state = seed >>> 0
  }

  /** A generator whose seed is printed under `name`. */
  static seeded(name: string): Random {
    const seed = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff)
    process.stdout.write(`${name}: SEED=${seed}\n`)
    return new Random(seed)
  }

  /** An integer from 0 to below `bound`: mulberry32. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }
}
