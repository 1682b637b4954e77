// One direction of one socket: the operations that wait in it, in the order of their calls, and whether the kernel may
// have something for them. Each tries its system call first and waits only on EAGAIN.
import { systemError } from '../errors.js'
import { queueWatches } from '../tables/system.js'
import type { Handle } from './handle.js'
import { AGAIN, BLOCKED, type Operation, UNMET, type Unfinished, type Wait } from './operation.js'
import { type Deferred, defer, hold, type Interest, READ, Spender, WRITE } from './reactor.js'

function isUnfinished<T>(result: T | Unfinished): result is Unfinished {
  return result === BLOCKED || result === AGAIN || result === UNMET
}

// So many events in a row of which nothing came are taken for the last.
const patience = 4

export class Direction extends Spender implements Deferred {
  /** False after EAGAIN, until an event: a system call would block. */
  ready = true
  // Events in a row that said there is something, of which nothing came; negative: the kernel was asked about the last.
  #inVain = 0
  #head: Operation<unknown> | undefined
  #tail: Operation<unknown> | undefined

  constructor(
    readonly handle: Handle,
    readonly interest: Interest,
  ) {
    super()
  }

  get idle(): boolean {
    return this.#head === undefined
  }

  /** Whether the operation whose turn it is connects: until it is done, it alone is to see the socket's error. */
  get connects(): boolean {
    return this.#head?.connects ?? false
  }

  // No private names (#): V8 asks its run-time for such a getter each time.
  private get waitsForConnect(): boolean {
    return this.interest === READ && this.handle.connects
  }

  private get mayTry(): boolean {
    return this.hasBudget && !this.waitsForConnect
  }

  get keepsAlive(): boolean {
    return this.handle.keepsAlive
  }

  /** Serves `operation` at once, or when it is its turn. */
  perform<T>(operation: Operation<T>, wait: Wait): Promise<T> {
    if (this.handle.closed) return this.#refuse(this.handle.closedError(operation.name))
    if (wait.signal?.aborted) return this.#refuse(wait.signal.reason)
    if (wait.timeout === 0) operation.once = true
    if (operation.once && (!this.idle || this.waitsForConnect)) return this.#refuse(operation.missed())
    // There may be room before the kernel tells of it, which waits until much is free.
    if (this.idle && this.interest === WRITE) this.ready = true
    if (this.idle && this.mayTry && (this.ready || operation.once)) {
      let result: T | Unfinished
      try {
        result = this.#attempt(operation)
      } catch (error) {
        return Promise.reject(operation.cut(error))
      }
      if (!isUnfinished(result)) return Promise.resolve(result)
      if (result !== AGAIN && operation.once) return Promise.reject(operation.missed())
      // While it waits in front, an event is waited for.
      if (result === UNMET) this.ready = false
    }
    if (operation.once) this.ready = true
    const promise = operation.begin(this, wait)
    this.#append(operation)
    this.#goOn()
    return promise
  }

  // A loop of refused operations is a loop too.
  #refuse(error: unknown): Promise<never> {
    const { hasBudget } = this
    this.spendOperation()
    if (hasBudget) return Promise.reject(error)
    return new Promise((_, reject) => defer({ keepsAlive: this.keepsAlive, serve: () => reject(error) }))
  }

  /** The operation's only attempt, outside of the queue; BLOCKED also where others wait. */
  tryNow<T>(operation: Operation<T>): T | typeof BLOCKED {
    if (!this.idle || this.waitsForConnect) return BLOCKED
    let result: T | Unfinished
    try {
      result = operation.attempt()
    } catch (error) {
      throw operation.cut(error)
    }
    if (result === BLOCKED) this.ready = false
    else this.#inVain = 0
    return result === AGAIN || result === UNMET ? BLOCKED : result
  }

  /** Something happened: the kernel may have something. */
  wake(): void {
    this.ready = true
    this.serve()
  }

  /** An event says that the kernel has something. */
  wakeForSome(): void {
    this.#inVain = this.idle ? 1 : Math.abs(this.#inVain) + 1
    this.wake()
  }

  /** Makes the attempts of those who wait, until one would block or the turn's budget is spent. */
  serve(): void {
    for (let operation = this.#head; operation !== undefined && this.ready && this.mayTry; operation = this.#head) {
      let result: unknown
      try {
        result = this.#attempt(operation)
      } catch (error) {
        this.#remove(operation)
        operation.reject(operation.cut(error))
        continue
      }
      if (result === AGAIN) continue
      if (isUnfinished(result) && !operation.once) {
        this.ready = false
        break
      }
      this.#remove(operation)
      if (isUnfinished(result)) operation.reject(operation.missed())
      else operation.resolve(result)
    }
    this.#goOn()
  }

  /** Takes an operation back, where it still waits. Those behind it may be able to go on. */
  withdraw(operation: Operation<unknown>): boolean {
    if (!operation.queued) return false
    const first = operation === this.#head
    this.#remove(operation)
    if (first) this.wake()
    return true
  }

  /** Ends everything that waits. */
  cancel(): void {
    for (let operation = this.#head; operation !== undefined; operation = this.#head) {
      this.#remove(operation)
      operation.cancel()
    }
  }

  /** How many wait. */
  get length(): number {
    let count = 0
    for (let operation = this.#head; operation !== undefined; operation = operation.next) count++
    return count
  }

  #attempt<T>(operation: Operation<T>): T | Unfinished {
    this.spendOperation()
    const result = operation.paused ? BLOCKED : operation.attempt()
    if (result === BLOCKED) this.ready = false
    else this.#inVain = 0
    return result
  }

  /** Who still waits does so for a connect, the next turn, or an event. */
  #goOn(): void {
    if (this.#head === undefined || this.waitsForConnect || (!this.ready && this.#head.paused)) return
    const error = this.ready ? 0 : this.#watch()
    if (error < 0) this.#fail(error)
    else if (this.ready) defer(this)
  }

  // An EAGAIN right after an event that said there is something may not hold: asked anew, the kernel tells. Not without
  // end, as a queue may have something for others only, a ring say.
  #watch(): number {
    const isDoubtful = this.#inVain > 0 && this.#inVain < patience
    if (isDoubtful) this.#inVain = -this.#inVain
    return this.handle.watchFor(this.interest, isDoubtful)
  }

  #fail(error: number): void {
    for (let operation = this.#head; operation !== undefined; operation = this.#head) {
      this.#remove(operation)
      operation.reject(operation.cut(systemError(error, queueWatches)))
    }
  }

  #append(operation: Operation<unknown>): void {
    operation.previous = this.#tail
    if (this.#tail === undefined) this.#head = operation
    else this.#tail.next = operation
    this.#tail = operation
    operation.queued = true
    if (this.keepsAlive) hold(1)
  }

  #remove(operation: Operation<unknown>): void {
    const { next, previous } = operation
    if (next === undefined) this.#tail = previous
    else next.previous = previous
    if (previous === undefined) this.#head = next
    else previous.next = next
    operation.next = undefined
    operation.previous = undefined
    operation.queued = false
    if (this.keepsAlive) hold(-1)
    if (operation.connects) this.handle.reading.wake()
  }
}
