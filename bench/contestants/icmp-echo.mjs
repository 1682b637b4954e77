// What the contestants of `raw-icmp` in JavaScript share: the request, and what of a packet tells whose reply it is.
const payload = 56
export const length = 8 + payload
/** With the IPv4 header, which has no options here. */
export const packetLength = 20 + length

// All but the sequence number stays as it is, so that the sums of its words can.
const request = Buffer.alloc(length)
request.writeUInt8(8, 0)
request.writeUInt16BE(1, 4)
const sumOfTheRest = 0x0800 + 1

/** The same bytes each time, with another sequence number. */
export function requestOf(sequence) {
  const sum = sumOfTheRest + sequence
  request.writeUInt16BE(~((sum >> 16) + sum) & 0xffff, 2)
  request.writeUInt16BE(sequence, 6)
  return request
}

export function expectReply(packet, sequence) {
  if (packet.length !== packetLength) throw new Error('a packet of another length')
  if (packet.readUInt16BE(26) !== sequence) throw new Error('the reply to another request')
}
