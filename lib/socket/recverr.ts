// Taking from a socket's error queue: what failed, when a send left, which zero-copy sends are complete.

import type { QueuedError } from '../control/types.js'
import { ownError, systemError } from '../errors.js'
import type { Domain } from '../tables/families.js'
import { MSG_DONTWAIT, MSG_ERRQUEUE } from '../tables/flags.js'
import type { Handle } from './handle.js'
import { receiveMessage } from './message.js'
import { BLOCKED, Operation, type Unfinished } from './operation.js'
import { EAGAIN } from './transfer.js'

// Others ignore MSG_ERRQUEUE: they would hand out what was sent to them.
const withErrorQueue: ReadonlySet<Domain> = new Set<Domain>(['AF_INET', 'AF_INET6', 'AF_PACKET', 'AF_VSOCK'])

// The most that a queued packet shows of itself.
const mostPayload = 65_535
const room = Buffer.allocUnsafeSlow(mostPayload)

/** recvmsg(2) with MSG_ERRQUEUE. */
export class ReceiveError extends Operation<QueuedError> {
  constructor(
    readonly handle: Handle,
    owner: object,
  ) {
    super(owner, 'recverr')
  }

  attempt(): QueuedError | Unfinished {
    const { fd, kind } = this.handle
    if (MSG_ERRQUEUE === 0 || !withErrorQueue.has(kind.domain))
      throw ownError('EOPNOTSUPP', `a socket of ${kind.domain} has no error queue here`)
    const message = receiveMessage(fd, kind.domain, [room], MSG_ERRQUEUE | MSG_DONTWAIT, false)
    if (message === EAGAIN) return BLOCKED
    if (typeof message === 'number') throw systemError(message, 'recvmsg')
    for (const one of message.control) if ('error' in one) return one.error
    const payload = Buffer.from(room.subarray(0, message.length))
    return { origin: 0, errno: 0, type: 0, errorCode: 0, info: 0, data: 0, payload }
  }
}
