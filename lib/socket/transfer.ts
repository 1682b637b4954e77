// What every operation that moves bytes shares: its flags, and the caller's view while it waits.
import { bytes, INT_MAX, integer, invalidType, object } from '../codec/arguments.js'
import { systemError } from '../errors.js'
import { errno } from '../tables/errnos.js'
import { MSG_DONTWAIT } from '../tables/flags.js'
import type { Handle } from './handle.js'
import { Operation, type Wait } from './operation.js'

export type Bytes = Uint8Array<ArrayBuffer>

/** Options of an operation that moves bytes. */
export interface TransferOptions extends Wait {
  /** MSG_* or-ed. */
  flags?: number | undefined
}

export const EAGAIN = errno('EAGAIN')

/** The flags of a transfer, checked. Properties are read once, and before any descriptor is looked at. */
export function flagsOf(options: unknown): number {
  if (options === undefined) return 0
  const { flags } = object(options, 'options')
  return flags === undefined ? 0 : integer(flags, 'options.flags', 0, INT_MAX)
}

/** The caller's view. Detached while the operation waits it has no bytes; zero of them would look like the end. */
export class Held {
  readonly #view: Bytes
  readonly #length: number

  constructor(
    view: unknown,
    readonly name: string,
  ) {
    this.#view = bytes(view, name)
    this.#length = this.#view.length
  }

  get bytes(): Bytes {
    if (this.#view.length !== this.#length)
      throw invalidType(this.name, 'a view that keeps its bytes until the operation ends', this.#view)
    return this.#view
  }
}

export abstract class Transfer<T> extends Operation<T> {
  constructor(
    readonly handle: Handle,
    owner: object,
    name: string,
    readonly flags: number,
  ) {
    super(owner, name)
    this.once = (flags & MSG_DONTWAIT) !== 0
  }

  override missed(): unknown {
    return this.flags & MSG_DONTWAIT ? systemError(EAGAIN, this.name) : super.missed()
  }
}
