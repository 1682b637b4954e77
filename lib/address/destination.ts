// Destinations as the kernel takes them. Those of the internet families repeat, and are kept.
import { type Domain, isInternet } from '../tables/families.js'
import { encodeAs } from './sockaddr.js'

interface Known {
  readonly own: Domain | undefined
  readonly family: unknown
  readonly port: unknown
  readonly flowinfo: unknown
  readonly scopeId: unknown
  readonly bytes: NonSharedBuffer
}

const most = 1024
const known = new Map<string, Known>()

function isGiven(address: unknown): address is Readonly<Record<string, unknown>> {
  return typeof address === 'object' && address !== null
}

/** A destination, of a socket of domain `own` where there is one. The bytes are not to be changed. */
export function encodeDestination(address: unknown, own?: Domain): NonSharedBuffer {
  if (!isGiven(address)) return encodeAs(address, own, true)
  const { address: text, port, family, flowinfo, scopeId, path } = address
  // Other families have other properties, and what a zone says may change.
  if (!isInternet(family ?? own) || typeof text !== 'string' || path !== undefined || text.includes('%'))
    return encodeAs(address, own, true)
  const last = known.get(text)
  if (
    last !== undefined &&
    last.port === port &&
    last.family === family &&
    last.own === own &&
    last.flowinfo === flowinfo &&
    last.scopeId === scopeId
  )
    return last.bytes
  // Each property was read once: what is kept is what was seen.
  const bytes = encodeAs({ address: text, port, family, flowinfo, scopeId }, own, true)
  if (known.size === most) known.clear()
  known.set(text, { own, family, port, flowinfo, scopeId, bytes })
  return bytes
}
