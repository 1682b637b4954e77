// A send that makes its own connection: MSG_FASTOPEN, tcp(7). With a cookie of the server the data leaves in the SYN.
// Without one the kernel takes nothing and connects (EINPROGRESS): then the data waits for the connection.
import { systemError } from '../errors.js'
import { native } from '../native.js'
import { errno } from '../tables/errnos.js'
import { MSG_DONTWAIT, MSG_FASTOPEN, MSG_ZEROCOPY } from '../tables/flags.js'
import { forgetConnection } from './connection.js'
import type { Handle } from './handle.js'
import type { Outgoing } from './message.js'
import { BLOCKED, type Unfinished } from './operation.js'
import { type Bytes, EAGAIN, Transfer } from './transfer.js'

const EINPROGRESS = errno('EINPROGRESS')

/** sendto(2) or sendmsg(2) with MSG_FASTOPEN. */
export class SendOpening extends Transfer<number> {
  #connects = false

  constructor(
    handle: Handle,
    owner: object,
    name: 'send' | 'sendto' | 'sendmsg',
    flags: number,
    readonly message: Outgoing,
    readonly address: Bytes,
  ) {
    super(handle, owner, name, flags)
  }

  override get connects(): boolean {
    return this.#connects
  }

  attempt(): number | Unfinished {
    const { handle, message } = this
    const count = this.#connects ? this.#sendConnected() : this.#open()
    if (count === EAGAIN) return BLOCKED
    if (count < 0) throw systemError(count, this.name, { ...handle.kind, target: message.target })
    handle.writing.spendBytes(count)
    if (this.flags & MSG_ZEROCOPY) handle.errorQueue.ids.sent(count, message.data)
    return count
  }

  #open(): number {
    const { handle } = this
    const count = this.#send(this.flags, this.address)
    if (count < 0 && count !== EINPROGRESS) return count
    handle.beginConnection(this.address)
    handle.connectingTo = this.address
    if (count >= 0 || this.flags & MSG_DONTWAIT) return count
    this.#connects = true
    return EAGAIN
  }

  #sendConnected(): number {
    const { handle } = this
    const count = this.#send(this.flags & ~MSG_FASTOPEN, undefined)
    // Linux takes note of a connection by a further connect(2).
    if (count >= 0) native.connect(handle.fd, this.address)
    else if (count !== EAGAIN) forgetConnection(handle)
    return count
  }

  #send(flags: number, to: Bytes | undefined): number {
    const { data, control } = this.message
    const views = data.map(held => held.bytes)
    const encoded = control()
    return native.sendmsg(this.handle.fd, views, flags | MSG_DONTWAIT, to, encoded)
  }
}
