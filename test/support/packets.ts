// Packets written by hand, from the loopback address to itself: what no socket but a raw one sends.
import { inet_pton } from 'bsd-sockets'

const UDP = 17
const ends = { 4: inet_pton('AF_INET', '127.0.0.1'), 6: inet_pton('AF_INET6', '::1') }

/** The internet checksum of RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16)
  return ~sum & 0xffff
}

/** A UDP datagram with its checksum. */
export function udpDatagram(version: 4 | 6, port: number, data: Buffer): Buffer {
  const end = ends[version] ?? Buffer.alloc(0)
  const datagram = Buffer.concat([Buffer.alloc(8), data])
  datagram.writeUInt16BE(9, 0)
  datagram.writeUInt16BE(port, 2)
  datagram.writeUInt16BE(datagram.length, 4)
  const pseudo = Buffer.of(0, UDP, datagram.length >> 8, datagram.length & 0xff)
  datagram.writeUInt16BE(checksum(Buffer.concat([end, end, pseudo, datagram])), 6)
  return datagram
}

/** An IPv4 packet of UDP, or a part of one: `offset` counts bytes. */
export function ipv4Packet(payload: Buffer, { offset = 0, more = false } = {}): Buffer {
  const head = Buffer.alloc(20)
  head[0] = 0x45
  head.writeUInt16BE(head.length + payload.length, 2)
  head.writeUInt16BE(0x1234, 4)
  head.writeUInt16BE((more ? 0x2000 : 0) | (offset / 8), 6)
  head.set([64, UDP], 8)
  head.set(ends[4] ?? [], 12)
  head.set(ends[4] ?? [], 16)
  return Buffer.concat([head, payload])
}

/** An IPv6 packet of UDP behind extension headers: the number of each, and its bytes, of which the first is filled in. */
export function ipv6Packet(payload: Buffer, extensions: readonly (readonly [type: number, header: Buffer])[]): Buffer {
  const types = [...extensions.map(([type]) => type), UDP]
  const headers = extensions.map(([, header], i) => Buffer.concat([Buffer.of(types[i + 1] ?? 0), header.subarray(1)]))
  const body = Buffer.concat([...headers, payload])
  const head = Buffer.alloc(40)
  head[0] = 0x60
  head.writeUInt16BE(body.length, 4)
  head.set([types[0] ?? 0, 64], 6)
  head.set(ends[6] ?? [], 8)
  head.set(ends[6] ?? [], 24)
  return Buffer.concat([head, body])
}
