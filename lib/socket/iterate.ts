// Async iterables of operations: each step is one operation. They end quietly when the socket is closed; an abort, a
// timeout and any other error is thrown; leaving one closes nothing and loses nothing.
import type { Handle } from './handle.js'
import type { Operation, Wait } from './operation.js'
import type { Direction } from './readiness.js'

/** Options of an iterable of chunks or datagrams. */
export type SizedWait = Wait & {
  /** The most bytes of one item. */
  size?: number | undefined
}

const left = Symbol('left')

export interface Step<T, Item> {
  readonly handle: Handle
  readonly direction: Direction
  readonly wait: Wait
  operation(): Operation<T>
  /** What the loop gets of a result; undefined ends the loop. */
  item(result: T): Item | undefined
  /** What is there already, before any operation. */
  now?(): Item | undefined
}

export class Items<T, Item> implements AsyncIterableIterator<Item> {
  readonly #step: Step<T, Item>
  readonly #pending = new Set<Operation<T>>()
  #ended = false

  constructor(step: Step<T, Item>) {
    this.#step = step
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const { handle, direction, wait } = this.#step
    if (this.#ended || handle.closed) return this.return()
    if (direction.idle && !wait.signal?.aborted) {
      const value = this.#step.now?.()
      if (value !== undefined) return Promise.resolve({ done: false, value })
    }
    const operation = this.#step.operation()
    this.#pending.add(operation)
    return direction.perform(operation, wait).then(
      result => this.#give(operation, result),
      (error: unknown) => this.#fail(operation, error),
    )
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#ended = true
    for (const operation of this.#pending) if (this.#step.direction.withdraw(operation)) operation.reject(left)
    return Promise.resolve({ done: true, value: undefined })
  }

  #give(operation: Operation<T>, result: T): IteratorResult<Item, undefined> {
    this.#pending.delete(operation)
    const value = this.#step.item(result)
    if (value !== undefined) return { done: false, value }
    this.#ended = true
    return { done: true, value: undefined }
  }

  #fail(operation: Operation<T>, error: unknown): IteratorReturnResult<undefined> {
    this.#pending.delete(operation)
    this.#ended = true
    if (error === left || this.#step.handle.closed) return { done: true, value: undefined }
    throw error
  }
}
