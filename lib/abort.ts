// One listener a signal, however many operations share it: a signal that ends a whole server has thousands of them.
import { invalidType } from './codec/arguments.js'

interface Abortable {
  abort(reason: unknown): void
}

class Listener {
  readonly operations = new Set<Abortable>()

  constructor(readonly signal: AbortSignal) {}

  handleEvent(): void {
    for (const operation of [...this.operations]) operation.abort(this.signal.reason)
  }
}

const listeners = new WeakMap<AbortSignal, Listener>()

/** The signal that an argument gives, or none. */
export function signalOf(value: unknown, name: string): AbortSignal | undefined {
  if (value !== undefined && !(value instanceof AbortSignal)) throw invalidType(name, 'an AbortSignal', value)
  return value
}

/** Tells `operation` when the signal aborts. */
export function listen(signal: AbortSignal, operation: Abortable): void {
  const listener = listeners.get(signal) ?? new Listener(signal)
  if (listener.operations.size === 0) {
    listeners.set(signal, listener)
    signal.addEventListener('abort', listener)
  }
  listener.operations.add(operation)
}

/** Not any more. Without operations there is no listener, which might keep the signal alive. */
export function unlisten(signal: AbortSignal, operation: Abortable): void {
  const listener = listeners.get(signal)
  if (listener?.operations.delete(operation) && listener.operations.size === 0)
    signal.removeEventListener('abort', listener)
}
