// Messages that are cut into datagrams: by the kernel (UDP_SEGMENT, generic segmentation offload), and where it cannot, or
// a device cannot, here.
import { segmentControl } from '../control/segment.js'
import { type SocketErrorDetails, systemError } from '../errors.js'
import { native } from '../native.js'
import { errno } from '../tables/errnos.js'
import { MSG_DONTWAIT } from '../tables/flags.js'
import { UDP_SEGMENT } from '../tables/options/udp.js'
import type { Handle } from './handle.js'
import type { Outgoing } from './message.js'
import { AGAIN, type Unfinished } from './operation.js'
import { type Bytes, EAGAIN, pastErrorsOfOthers, Transfer } from './transfer.js'

const EINVAL = errno('EINVAL')
const EIO = errno('EIO')
const EMSGSIZE = errno('EMSGSIZE')
const nothing = Buffer.alloc(0)

// How many datagrams the kernel makes of one message: UDP_MAX_SEGMENTS, which was less in older ones.
const newest = 128
const older = 64

// What the kernel is given to cut at once: the length of a packet has 16 bits, and its headers and options take some.
const mostPayload = 65_000

const known = new WeakMap<Handle, number>()

/** How many datagrams the kernel may be asked to make of one message on this socket; 1: it cannot. */
export function mostSegments(handle: Handle): number {
  return known.get(handle) ?? probe(handle)
}

// A kernel that does not know UDP_SEGMENT would take such ancillary data for none, and send one large datagram.
function probe(handle: Handle): number {
  const { level, number } = UDP_SEGMENT
  const can = number !== undefined && native.getsockopt(handle.fd, level, number, Buffer.alloc(4)) >= 0
  const most = can ? newest : 1
  known.set(handle, most)
  return most
}

/** How many bytes the kernel may be given at once, to make at most so many datagrams of. */
export function mostAtOnce(segments: number, segmentSize: number): number {
  return Math.max(1, Math.min(segments, Math.floor(mostPayload / segmentSize))) * segmentSize
}

/** A message that is to be cut. */
export interface Uncut {
  readonly bytes: Bytes
  readonly segmentSize: number
  readonly address: Bytes | undefined
  /** The other ancillary data. */
  readonly control: Bytes | undefined
}

/** Whether an error may say that the kernel, or a device, cannot cut a message, or its way takes no packets of that length. */
export function refusesToCut(error: number): boolean {
  return error === EINVAL || error === EIO || error === EMSGSIZE
}

/** What to ask for next, after a message of so many datagrams was refused. */
function fewerSegments(most: number, error: number, segments: number): number {
  return error === EINVAL && most > older && segments > older ? older : 1
}

/**
 * Sends the next part of a message, as much as the kernel can cut, or is asked to: how many bytes, or -errno. Once it
 * refuses to (a device that computes no checksums, say) it is asked no more on this socket, but where it was for the length
 * of these segments; an error that stays was not for the cutting.
 */
export function sendPart(handle: Handle, message: Uncut, offset: number, flags: number): number {
  const { bytes, segmentSize, address, control = nothing } = message
  let tooLong = false
  for (let most = mostSegments(handle); ; ) {
    const part = bytes.subarray(offset, offset + mostAtOnce(most, segmentSize))
    const isCut = part.length > segmentSize
    const all = isCut ? Buffer.concat([control, segmentControl(segmentSize)]) : control
    const send = () => native.sendmsg(handle.fd, [part], flags | MSG_DONTWAIT, address, all)
    const sent = pastErrorsOfOthers(handle, send)
    if (!isCut || !refusesToCut(sent)) {
      if (sent >= 0 && !tooLong) known.set(handle, most)
      return sent
    }
    tooLong = sent === EMSGSIZE
    most = fewerSegments(most, sent, part.length / segmentSize)
  }
}

/** sendmsg(2) of one message that is to be cut: how many bytes. */
export class SendSegments extends Transfer<number> {
  #sent = 0
  #bytes: Bytes | undefined

  constructor(
    handle: Handle,
    owner: object,
    name: 'send' | 'sendto' | 'sendmsg',
    flags: number,
    readonly message: Outgoing,
    readonly segmentSize: number,
  ) {
    super(handle, owner, name, flags)
  }

  attempt(): number | Unfinished {
    const { handle, message } = this
    const views = message.data.map(held => held.bytes)
    this.#bytes = views.length === 1 ? views[0] : (this.#bytes ?? Buffer.concat(views))
    const bytes = this.#bytes ?? nothing
    const uncut = { bytes, segmentSize: this.segmentSize, address: message.address, control: message.control() }
    const { writing } = handle
    do {
      const sent = sendPart(handle, uncut, this.#sent, this.flags)
      if (sent === EAGAIN) return this.once && this.#sent > 0 ? this.#sent : this.blockedOn(message.address)
      if (sent < 0) throw systemError(sent, 'sendmsg', { ...handle.kind, target: message.target })
      writing.spend(sent / this.segmentSize, sent)
      this.#sent += sent
      if (this.#sent >= bytes.length) return this.#sent
    } while (writing.hasBudget || this.once)
    return AGAIN
  }

  override progress(): SocketErrorDetails | undefined {
    return this.#sent === 0 ? undefined : { bytesSent: this.#sent }
  }
}
