// What was made lately of a few 32-bit words, so that it need not be made again: addresses repeat.

const entries = 256

/** A table of `entries` values; what falls on the place of another takes it. */
export class Recent<T> {
  readonly #stride: number
  // For each entry how many words it was made of, and they.
  readonly #keys: Int32Array
  readonly #values: (T | undefined)[] = new Array(entries).fill(undefined)

  /** `most`: how many words a value is made of at most. */
  constructor(most: number) {
    this.#stride = most + 1
    this.#keys = new Int32Array(entries * this.#stride)
  }

  /** The value that was kept for `count` words at the index `at`. */
  find(words: Int32Array, at: number, count: number): T | undefined {
    const entry = this.#entryOf(words, at, count)
    const key = entry * this.#stride
    if (this.#keys[key] !== count) return undefined
    for (let i = 0; i < count; i++) if (this.#keys[key + 1 + i] !== words[at + i]) return undefined
    return this.#values[entry]
  }

  keep(words: Int32Array, at: number, count: number, value: T): T {
    const entry = this.#entryOf(words, at, count)
    const key = entry * this.#stride
    this.#keys[key] = count
    for (let i = 0; i < count; i++) this.#keys[key + 1 + i] = words[at + i] ?? 0
    this.#values[entry] = value
    return value
  }

  #entryOf(words: Int32Array, at: number, count: number): number {
    let hash = count
    for (let i = 0; i < count; i++) hash = Math.imul(hash ^ (words[at + i] ?? 0), 0x9e3779b1)
    return (hash ^ (hash >>> 15)) & (entries - 1)
  }
}
