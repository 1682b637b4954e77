// One operation that may have to wait, and the ways in which it ends: by its result, an error, an abort, a timeout, or
// the end of its socket. It makes its system call only in `attempt`, and is settled right after: so what a system call
// took is never lost to a cancellation.

import { listen, signalOf, unlisten } from '../abort.js'
import { INT_MAX, invalidType, object, outOfRange } from '../codec/arguments.js'
import { ownError, type SocketError, type SocketErrorDetails } from '../errors.js'
import type { Direction } from './readiness.js'

/** How long one operation may wait. */
export interface Wait {
  /** Takes the operation back; the promise rejects with `signal.reason`, and the socket stays usable. */
  signal?: AbortSignal | undefined
  /** Milliseconds; the promise rejects with ETIMEDOUT. 0: at once. */
  timeout?: number | undefined
}

/** An attempt that would block: there is nothing before the next event. */
export const BLOCKED = Symbol('blocked')
/** An attempt that got somewhere and is to be made again. */
export const AGAIN = Symbol('again')
/** An attempt that found not what it wants, which says nothing of what others want. */
export const UNMET = Symbol('unmet')
export type Unfinished = typeof BLOCKED | typeof AGAIN | typeof UNMET

const none: Wait = {}

/** The options of an operation, checked. */
export function waitOf(options: unknown): Wait {
  if (options === undefined) return none
  const { signal: given, timeout } = object(options, 'options')
  const signal = signalOf(given, 'options.signal')
  if (timeout === undefined) return signal === undefined ? none : { signal }
  if (typeof timeout !== 'number') throw invalidType('options.timeout', 'a number of milliseconds', timeout)
  if (!(timeout >= 0 && timeout <= INT_MAX)) throw outOfRange('options.timeout', `from 0 to ${INT_MAX} ms`, timeout)
  return { signal, timeout }
}

interface Settling<T> {
  resolve(value: T): void
  reject(error: unknown): void
}

export abstract class Operation<T> {
  /** The operations of a direction are a list. */
  next: Operation<unknown> | undefined
  previous: Operation<unknown> | undefined
  /** Whether it is in that list. */
  queued = false
  /** Whether it makes the connection: then an error that the socket has pending is its own. */
  connects = false
  /** Whether one attempt is all: MSG_DONTWAIT, or no time at all. */
  once = false

  #direction: Direction | undefined
  #promise: Settling<T> | undefined
  #timer: NodeJS.Timeout | undefined
  #pause: NodeJS.Timeout | undefined
  #paused = false
  #signal: AbortSignal | undefined

  /** `owner` stays reachable for as long as this waits. `name` is the method's. */
  constructor(
    readonly owner: object,
    readonly name: string,
  ) {}

  /** Makes the system call; throws what the promise is to reject with. */
  abstract attempt(): T | Unfinished

  /** What is told when the operation is cut short: what it had done so far. Undefined: nothing. */
  progress(): SocketErrorDetails | undefined {
    return undefined
  }

  /** The error of an only attempt that would have blocked. */
  missed(): unknown {
    return this.#own('ETIMEDOUT', 'found nothing at once')
  }

  /** Waits in a direction, for as long as `wait` says. */
  begin(direction: Direction, wait: Wait): Promise<T> {
    this.#direction = direction
    if (wait.timeout !== undefined && wait.timeout > 0) this.#expireAfter(wait.timeout)
    if (wait.signal !== undefined) {
      this.#signal = wait.signal
      listen(wait.signal, this)
    }
    return new Promise((resolve, reject) => {
      this.#promise = { resolve, reject }
    })
  }

  /** Whether a pause has not run out. */
  get paused(): boolean {
    return this.#paused
  }

  /** For what no event tells: attempts again after `milliseconds`, where it still waits then. */
  protected pauseFor(milliseconds: number): void {
    if (this.#paused) return
    this.#paused = true
    this.#pause = setTimeout(() => {
      this.#paused = false
      this.#direction?.wake()
    }, milliseconds).unref()
  }

  resolve(value: T): void {
    this.#end()
    this.#promise?.resolve(value)
  }

  reject(error: unknown): void {
    this.#end()
    this.#promise?.reject(error)
  }

  /** The error of a cut: that of a system call too gets to know what was done. */
  cut(error: unknown): unknown {
    const progress = this.progress()
    return progress === undefined || !(error instanceof Error) ? error : Object.assign(error, progress)
  }

  /** The socket was closed, or detached. */
  cancel(): void {
    this.reject(this.#own('ECANCELED', 'was pending when the socket was closed'))
  }

  /** Its signal aborted. */
  abort(reason: unknown): void {
    this.#takeBack(this.progress() === undefined ? reason : this.#own('ECANCELED', 'was aborted', { cause: reason }))
  }

  #expireAfter(timeout: number): void {
    // What keeps the process alive is the reactor, while this is pending.
    this.#timer = setTimeout(
      () => this.#takeBack(this.#own('ETIMEDOUT', `took longer than ${timeout} ms`)),
      timeout,
    ).unref()
  }

  #takeBack(error: unknown): void {
    if (this.#direction?.withdraw(this)) this.reject(error)
  }

  #own(code: string, text: string, options?: ErrorOptions): SocketError {
    return ownError(code, `${this.name} ${text}`, this.progress(), options)
  }

  #end(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#pause)
    if (this.#signal !== undefined) unlisten(this.#signal, this)
    this.#signal = undefined
  }
}
