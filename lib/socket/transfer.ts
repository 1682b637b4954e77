// What every operation that moves bytes shares: its flags, and the caller's view while it waits.
import { bytes, INT_MAX, integer, invalidType, object } from '../codec/arguments.js'
import { systemError } from '../errors.js'
import { errno } from '../tables/errnos.js'
import { CAN_J1939, MSG_DONTWAIT, MSG_TRUNC } from '../tables/flags.js'
import type { Handle, Kind } from './handle.js'
import { BLOCKED, Operation, type Wait } from './operation.js'

export type Bytes = Uint8Array

/** Options of an operation that moves bytes. */
export interface TransferOptions extends Wait {
  /** MSG_* or-ed. */
  flags?: number | undefined
}

export const EAGAIN = errno('EAGAIN')

/** What ICMP messages become: ip(7), icmp(7). */
const icmpErrors = new Set(
  [
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EHOSTDOWN',
    'EPROTO',
    'EACCES',
    'ENOPROTOOPT',
    'EOPNOTSUPP',
    'ENONET',
  ].map(errno),
)

/**
 * The answer of a call, made once more where it may be the error of an earlier datagram: with IP_RECVERR an unconnected
 * socket is told of the last of those, once, by whatever it does next. All stay in its error queue. A datagram that is
 * too long itself is not sent a second time.
 */
export function pastErrorsOfOthers<T>(handle: Handle, call: () => T | number): T | number {
  const answer = call()
  const isOfOthers = typeof answer === 'number' && answer < 0 && icmpErrors.has(answer) && handle.isUnconnected
  return isOfOthers ? call() : answer
}

/**
 * MSG_TRUNC, for which a datagram's own length is told where it did not fit. On a stream it would throw bytes away; J1939
 * of AF_CAN refuses it.
 */
export function ownLengthFlag({ domain, type, protocol }: Kind): number {
  const isJ1939 = domain === 'AF_CAN' && protocol === CAN_J1939
  return type === 'SOCK_STREAM' || isJ1939 ? 0 : MSG_TRUNC
}

/** The flags of a transfer, checked. Properties are read once, and before any descriptor is looked at. */
export function flagsOf(options: unknown): number {
  if (options === undefined) return 0
  const { flags } = object(options, 'options')
  return flags === undefined ? 0 : integer(flags, 'options.flags', 0, INT_MAX)
}

/**
 * The caller's view. Detached while the operation waits it has no bytes; zero of them would look like the end. Of one that
 * grows meanwhile it is what it was.
 */
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
    const { length } = this.#view
    if (length < this.#length)
      throw invalidType(this.name, 'a view that keeps its bytes until the operation ends', this.#view)
    return length === this.#length ? this.#view : this.#view.subarray(0, this.#length)
  }
}

/** The views that a caller gave, one or several. */
export function heldViews(data: unknown, name: string): Held[] {
  if (!Array.isArray(data)) return [new Held(data, name)]
  return Array.from(data, (view: unknown, i) => new Held(view, `${name}[${i}]`))
}

export abstract class Transfer<T> extends Operation<T> {
  private nextPause = 1

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
    return this.flags & MSG_DONTWAIT ? this.cut(systemError(EAGAIN, this.name)) : super.missed()
  }

  /** A send that would block. A full AF_UNIX receiver tells only a sender that is connected to it: others ask again. */
  protected blockedOn(address: Bytes | undefined): typeof BLOCKED {
    if (address !== undefined && this.handle.kind.domain === 'AF_UNIX') {
      this.pauseFor(this.nextPause)
      this.nextPause = Math.min(2 * this.nextPause, 16)
    }
    return BLOCKED
  }
}
