// A TCP segment over IPv4, as a packet socket sees it: what the tests of TCP look at.
export interface Segment {
  from: number
  to: number
  /** SYN, ACK and others, or-ed. */
  flags: number
  /** How many bytes it carries. */
  size: number
}

export const SYN = 2
export const ACK = 16
const IPPROTO_TCP = 6

/** Undefined for another packet. */
export function segmentIn(packet: Buffer): Segment | undefined {
  if (packet.readUInt8(9) !== IPPROTO_TCP) return undefined
  const at = 4 * (packet.readUInt8() & 15)
  return {
    from: packet.readUInt16BE(at),
    to: packet.readUInt16BE(at + 2),
    flags: packet.readUInt8(at + 13),
    size: packet.readUInt16BE(2) - at - 4 * (packet.readUInt8(at + 12) >> 4),
  }
}
