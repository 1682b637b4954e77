// The loop over the datagrams of a UDP socket, which takes as many as one system call gives.
import { addressOf } from '../address/sockaddr.js'
import type { Domain } from '../tables/families.js'
import { Ahead, type Early } from './ahead.js'
import { isOver } from './end.js'
import type { Handle } from './handle.js'
import type { Step } from './iterate.js'
import { BLOCKED, Operation, type Unfinished, type Wait } from './operation.js'
import type { Datagram } from './receive.js'

/** recvmmsg(2), where nothing is there already. */
class ReceiveAhead<D extends Domain> extends Operation<Datagram<D> | undefined> {
  constructor(
    readonly handle: Handle,
    owner: object,
    readonly domain: D,
    readonly size: number,
  ) {
    super(owner, 'datagrams')
  }

  attempt(): Datagram<D> | undefined | Unfinished {
    const { handle } = this
    handle.ahead ??= new Ahead()
    if (handle.ahead.length === 0) handle.ahead.fill(handle)
    const early = handle.ahead.take(handle, 0)
    if (early === undefined) return isOver(handle, 0) ? undefined : BLOCKED
    return given(early, this.domain, this.size)
  }
}

function given<D extends Domain>({ data, address }: Early, domain: D, size: number): Datagram<D> {
  const truncated = data.length > size
  return { data: truncated ? data.subarray(0, size) : data, address: addressOf(address, domain), truncated }
}

/** The steps of the loop. */
export function earlyDatagrams<D extends Domain>(
  handle: Handle,
  owner: object,
  domain: D,
  size: number,
  wait: Wait,
): Step<Datagram<D> | undefined, Datagram<D>> {
  return {
    handle,
    direction: handle.reading,
    wait,
    operation: () => new ReceiveAhead(handle, owner, domain, size),
    item: datagram => datagram,
    now: () => {
      const early = handle.ahead?.take(handle, 0)
      return early && given(early, domain, size)
    },
  }
}
