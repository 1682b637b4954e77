// From a method to its operation: arguments are checked first, and what is wrong with them rejects; then it is its turn.
import type { Domain } from '../tables/families.js'
import { type OpenSocket, openFd } from './open.js'
import { BLOCKED, type Operation, waitOf } from './operation.js'
import type { Direction } from './readiness.js'

/** Makes the operation and waits for it; and for what it leaves to be waited for. */
export function perform<T>(direction: Direction, make: () => Operation<T | Promise<T>>, wait: unknown): Promise<T>
export function perform(direction: Direction, make: () => Operation<unknown>, wait: unknown): Promise<unknown> {
  try {
    const checkedWait = waitOf(wait)
    return direction.perform(make(), checkedWait)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Makes the operation and its only attempt; undefined where it would block, or others wait. Throws. */
export function performNow<T>(
  socket: OpenSocket<Domain>,
  direction: Direction,
  make: () => Operation<T>,
): T | undefined {
  const operation = make()
  operation.once = true
  openFd(socket, operation.name)
  const result = direction.tryNow(operation)
  return result === BLOCKED ? undefined : result
}
