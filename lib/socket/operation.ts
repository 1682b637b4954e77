// One operation that may have to wait, and the ways in which it ends: by its result, an error, an abort, a timeout, or
// the end of its socket. It makes its system call only in `attempt`, and is settled right after: so what a system call
// took is never lost to a cancellation.

import { listen, signalOf, unlisten } from '../abort.js'
import { INT_MAX, invalidType, object, outOfRange } from '../codec/arguments.js'
import { ownError, type SocketError, type SocketErrorDetails } from '../errors.js'
import type { Direction } from './readiness.js'

/**
 * How long one operation may wait.
 * @example
 * const stop = new AbortController()
 * const waiting = socket.recv(100, { timeout: 1000, signal: stop.signal })
 * stop.abort(new Error('enough')) // `waiting` rejects with it, and no byte is lost
 */
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

/** What an operation has while it waits. */
interface Waiting<T> {
  readonly direction: Direction
  readonly signal: AbortSignal | undefined
  readonly timer: NodeJS.Timeout | undefined
  resolve(value: T): void
  reject(error: unknown): void
}

// Most operations are done at their first attempt: they are made small, and what waiting takes is made when they wait. No
// private names (#) here: V8 defines those slowly on objects of as many shapes as this class has subclasses.
export abstract class Operation<T> {
  /** The operations of a direction are a list. */
  next: Operation<unknown> | undefined = undefined
  previous: Operation<unknown> | undefined = undefined
  /** Whether it is in that list. */
  queued = false
  /** Whether one attempt is all: MSG_DONTWAIT, or no time at all. */
  once = false

  private waiting: Waiting<T> | undefined = undefined
  private pause: NodeJS.Timeout | undefined = undefined

  /** `owner` stays reachable for as long as this waits. `name` is the method's. */
  constructor(
    readonly owner: object,
    readonly name: string,
  ) {}

  /** Whether it makes the connection: then an error that the socket has pending is its own. */
  get connects(): boolean {
    return false
  }

  /** Makes the system call; throws what the promise is to reject with. */
  abstract attempt(): T | Unfinished

  /** What is told when the operation is cut short: what it had done so far. Undefined: nothing. */
  progress(): SocketErrorDetails | undefined {
    return undefined
  }

  /** The error of an only attempt that would have blocked. */
  missed(): unknown {
    return ownErrorOf(this, 'ETIMEDOUT', 'would have had to wait')
  }

  /** Waits in a direction, for as long as `wait` says. */
  begin(direction: Direction, { signal, timeout }: Wait): Promise<T> {
    if (signal !== undefined) listen(signal, this)
    const timer = timeout !== undefined && timeout > 0 ? this.expireAfter(timeout) : undefined
    return new Promise((resolve, reject) => {
      this.waiting = { direction, signal, timer, resolve, reject }
    })
  }

  /** Whether a pause has not run out. */
  get paused(): boolean {
    return this.pause !== undefined
  }

  /** For what no event tells: attempts again after `milliseconds`, where it still waits then. */
  protected pauseFor(milliseconds: number): void {
    this.pause ??= setTimeout(() => {
      this.pause = undefined
      this.waiting?.direction.wake()
    }, milliseconds).unref()
  }

  resolve(value: T): void {
    this.end()?.resolve(value)
  }

  reject(error: unknown): void {
    this.end()?.reject(error)
  }

  /** The error of a cut: that of a system call too gets to know what was done. */
  cut(error: unknown): unknown {
    const progress = this.progress()
    return progress === undefined || !(error instanceof Error) ? error : Object.assign(error, progress)
  }

  /** The socket was closed, or detached. */
  cancel(): void {
    this.reject(ownErrorOf(this, 'ECANCELED', 'was pending when the socket was closed'))
  }

  /** Its signal aborted. */
  abort(reason: unknown): void {
    const wasCut = this.progress() !== undefined
    this.takeBack(wasCut ? ownErrorOf(this, 'ECANCELED', 'was aborted', { cause: reason }) : reason)
  }

  // What keeps the process alive is the reactor, while this is pending.
  private expireAfter(timeout: number): NodeJS.Timeout {
    const expire = () => this.takeBack(ownErrorOf(this, 'ETIMEDOUT', `took longer than ${timeout} ms`))
    return setTimeout(expire, timeout).unref()
  }

  private takeBack(error: unknown): void {
    if (this.waiting?.direction.withdraw(this)) this.reject(error)
  }

  private end(): Waiting<T> | undefined {
    const { waiting } = this
    clearTimeout(this.pause)
    clearTimeout(waiting?.timer)
    if (waiting?.signal !== undefined) unlisten(waiting.signal, this)
    this.waiting = undefined
    return waiting
  }
}

function ownErrorOf(operation: Operation<unknown>, code: string, text: string, options?: ErrorOptions): SocketError {
  return ownError(code, `${operation.name} ${text}`, operation.progress(), options)
}
