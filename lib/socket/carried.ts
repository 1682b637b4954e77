// Receiving where descriptors may come: those that do are close-on-exec.
import { errno } from '../tables/errnos.js'
import type { Domain } from '../tables/families.js'
import { MSG_CMSG_CLOEXEC } from '../tables/flags.js'

const EINVAL = errno('EINVAL')
const descriptorFamilies: ReadonlySet<Domain> = new Set<Domain>(['AF_UNIX', 'AF_NETLINK', 'AF_BLUETOOTH'])

/** Whether messages of a domain may carry descriptors; of one that is not known they may. */
export function mayCarryDescriptors(domain: Domain | undefined): boolean {
  return domain === undefined || typeof domain === 'number' || descriptorFamilies.has(domain)
}

/**
 * Makes a receiving call with `flags`. The other families carry no descriptors, and some refuse a flag that they do not
 * know: packet(7), J1939 of AF_CAN.
 */
export function receiveCarried(domain: Domain | undefined, flags: number, call: (flags: number) => number): number {
  const count = call(mayCarryDescriptors(domain) ? flags | MSG_CMSG_CLOEXEC : flags)
  const isKnown = domain !== undefined && typeof domain !== 'number'
  return count === EINVAL && !isKnown ? call(flags) : count
}
