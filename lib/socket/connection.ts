// Operations that wait for a connection or for readiness: connect, accept, accepting for ever, readable, writable.

import { familyOf } from '../address/family.js'
import { slot, takeAddress } from '../address/slot.js'
import { addressOf, encodePeer } from '../address/sockaddr.js'
import type { Sockaddr } from '../address/types.js'
import { intAt } from '../codec/scalar.js'
import { systemError, type Target } from '../errors.js'
import { native } from '../native.js'
import { errno } from '../tables/errnos.js'
import { POLLERR, POLLIN, POLLOUT, POLLRDHUP, SOCK_NONBLOCK } from '../tables/flags.js'
import { SO_ERROR } from '../tables/options/socket.js'
import type { Handle } from './handle.js'
import { AGAIN, BLOCKED, Operation, UNMET, type Unfinished } from './operation.js'
import { PollList } from './poll-list.js'

function negative(...names: readonly string[]): ReadonlySet<number> {
  return new Set(names.map(errno))
}

const wouldBlock = negative('EAGAIN')
const underWay = negative('EINPROGRESS', 'EALREADY', 'EINTR')
/** accept(2): errors of the connection that was taken, not of the listener. */
const ofOneConnection = negative(
  'ECONNABORTED',
  'EPROTO',
  'ENETDOWN',
  'ENOPROTOOPT',
  'EHOSTDOWN',
  'ENONET',
  'EHOSTUNREACH',
  'EOPNOTSUPP',
  'ENETUNREACH',
)
const ofTheMoment = negative('EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM')
const EALREADY = errno('EALREADY')
const EINVAL = errno('EINVAL')
const EISCONN = errno('EISCONN')
const EOPNOTSUPP = errno('EOPNOTSUPP')

/** After an error of connect(2): makes the socket ready for another try. */
export function forgetConnection(handle: Handle): void {
  native.connect(handle.fd, encodePeer({ family: 'AF_UNSPEC' }))
  handle.connectingTo = undefined
}

/** connect(2), and what follows an EINPROGRESS. */
export class Connect extends Operation<void> {
  #underWay = false
  #pause = 1

  constructor(
    readonly handle: Handle,
    owner: object,
    readonly address: NonSharedBuffer,
    readonly target: Target,
  ) {
    super(owner, 'connect')
  }

  override get connects(): boolean {
    return true
  }

  attempt(): undefined | Unfinished {
    return this.#underWay ? this.#outcome() : this.#connect()
  }

  #connect(): undefined | Unfinished {
    const { handle } = this
    this.#endEarlier()
    const result = native.connect(handle.fd, this.address)
    if (result === 0 || underWay.has(result)) handle.beginConnection(this.address)
    if (result === 0) return undefined
    if (underWay.has(result)) {
      handle.connectingTo = this.address
      this.#underWay = true
      return BLOCKED
    }
    // A full AF_UNIX backlog cannot be polled for.
    if (wouldBlock.has(result) && handle.kind.domain === 'AF_UNIX') {
      this.pauseFor(this.#pause)
      this.#pause = Math.min(2 * this.#pause, 64)
      return BLOCKED
    }
    throw this.#error(result)
  }

  // A connect that was taken back goes on in the kernel. Before another address is asked for, Linux has to be told that
  // the first has come about (then the answer is EISCONN), or it would take this call for the question whether it has.
  #endEarlier(): void {
    const { fd, connectingTo } = this.handle
    if (connectingTo === undefined || Buffer.compare(connectingTo, this.address) === 0) return
    // AF_UNSPEC itself ends what is under way.
    const dissolves = familyOf(this.address) === 0
    if (!dissolves && underWay.has(native.connect(fd, connectingTo))) throw this.#error(EALREADY)
    this.handle.connectingTo = undefined
  }

  // SO_ERROR has the true error. Then connect(2) is called once more: Linux takes note of a connection that way (later
  // calls say EISCONN), and says whether it is still under way; after an error the socket is made ready for another try.
  #outcome(): undefined | Unfinished {
    const { fd } = this.handle
    const value = Buffer.alloc(4)
    const result = native.getsockopt(fd, SO_ERROR.level, SO_ERROR.number ?? 0, value)
    const error = result < 0 ? result : -intAt(value)
    if (error !== 0) forgetConnection(this.handle)
    const again = error === 0 ? native.connect(fd, this.address) : error
    if (underWay.has(again)) return BLOCKED
    this.handle.connectingTo = undefined
    if (again === 0 || again === EISCONN) return undefined
    throw this.#error(again)
  }

  #error(errno: number): Error {
    return systemError(errno, 'connect', { ...this.handle.kind, target: this.target })
  }
}

/** A connection that was accepted, as its descriptor. */
export interface AcceptedDescriptor {
  readonly fd: number
  readonly address: Sockaddr
}

/** accept(2). `adopt` makes a socket of what came. */
export class Accept<T> extends Operation<T> {
  constructor(
    readonly handle: Handle,
    owner: object,
    readonly adopt: (accepted: AcceptedDescriptor) => T,
    name = 'accept',
  ) {
    super(owner, name)
  }

  attempt(): T | Unfinished {
    const { fd, kind, isShutForReading } = this.handle
    const result = native.accept(fd, SOCK_NONBLOCK, slot, 1)
    if (result >= 0) return this.adopt({ fd: result, address: addressOf(takeAddress(kind.domain), kind.domain) })
    if (!wouldBlock.has(result)) return this.failed(result)
    return isShutForReading ? this.failed(EINVAL) : BLOCKED
  }

  /** What to do about an error: accept() reports it. */
  protected failed(errno: number): Unfinished {
    throw systemError(errno, 'accept', this.handle.kind)
  }
}

/** accept(2) that outlives the errors of one connection, and moments without descriptors or memory. */
export class AcceptNext<T> extends Accept<T> {
  #pause = 5

  constructor(handle: Handle, owner: object, adopt: (accepted: AcceptedDescriptor) => T) {
    super(handle, owner, adopt, 'connections')
  }

  protected override failed(errno: number): Unfinished {
    const listens = this.handle.kind.type === 'SOCK_STREAM' || this.handle.kind.type === 'SOCK_SEQPACKET'
    if (ofOneConnection.has(errno) && (listens || errno !== EOPNOTSUPP)) return AGAIN
    if (!ofTheMoment.has(errno)) return super.failed(errno)
    this.pauseFor(this.#pause)
    this.#pause = Math.min(2 * this.#pause, 1000)
    return BLOCKED
  }
}

const one = new PollList(1)

/** The events of one descriptor now. */
function poll(fd: number, events: number): number {
  one.set(0, fd, events)
  const result = native.poll(one.bytes, 0)
  if (result < 0) throw systemError(result, 'poll')
  return result === 0 ? 0 : one.revents(0)
}

/** poll(2) for one direction. */
export class Poll extends Operation<void> {
  readonly #events: number

  constructor(
    readonly handle: Handle,
    owner: object,
    name: 'readable' | 'writable',
  ) {
    super(owner, name)
    this.#events = name === 'readable' ? POLLIN | POLLRDHUP : POLLOUT
  }

  attempt(): undefined | Unfinished {
    const { ahead, isShutForWriting } = this.handle
    if (this.name === 'readable' ? ahead?.length : isShutForWriting) return undefined
    const happened = poll(this.handle.fd, this.#events)
    const ready = (happened & ~POLLERR) !== 0 || (happened !== 0 && this.handle.takeErrorEvent())
    if (ready) return undefined
    // An error that was told already says nothing of what others wait for.
    return happened === 0 ? BLOCKED : UNMET
  }
}
