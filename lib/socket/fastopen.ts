// A send that makes its own connection: MSG_FASTOPEN, tcp(7). With a cookie of the server the data leaves in the SYN.
// Without one the kernel takes nothing and connects (EINPROGRESS): then the data waits for the connection.
import { native } from '../native.js'
import { errno } from '../tables/errnos.js'
import { MSG_DONTWAIT, MSG_FASTOPEN } from '../tables/flags.js'
import { forgetConnection } from './connection.js'
import { type Bytes, EAGAIN, pastErrorsOfOthers, Transfer } from './transfer.js'

const EINPROGRESS = errno('EINPROGRESS')

export abstract class OpeningTransfer extends Transfer<number> {
  /** The answer of `send`, a system call, EAGAIN also where it began a connection that has to come about first. */
  protected answerOf(send: (flags: number, to: Bytes | undefined) => number, address: Bytes | undefined): number {
    const flags = (this.connects ? this.flags & ~MSG_FASTOPEN : this.flags) | MSG_DONTWAIT
    const to = this.connects ? undefined : address
    const call = (): number => send(flags, to)
    const count = pastErrorsOfOthers(this.handle, call(), call)
    return this.flags & MSG_FASTOPEN && address !== undefined ? this.#opened(count, address) : count
  }

  #opened(count: number, address: Bytes): number {
    const { handle } = this
    if (this.connects) {
      if (count >= 0)
        native.connect(handle.fd, address) // Linux takes note of a connection that way
      else if (count !== EAGAIN) forgetConnection(handle)
      return count
    }
    if (count < 0 && count !== EINPROGRESS) return count
    handle.beginConnection(address)
    handle.connectingTo = address
    if (count >= 0 || this.flags & MSG_DONTWAIT) return count
    this.connects = true
    return EAGAIN
  }
}
