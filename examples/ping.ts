// ping with a raw socket: the echo request and its checksum by hand, TTL and payload out of the IP header.
//
//   npx tsx examples/ping.ts 127.0.0.1 [count, 4]
//
// A raw socket needs CAP_NET_RAW: without it the error says how to get that.
import { AF_INET, IPPROTO_ICMP, SOCK_RAW, Socket, SocketError } from 'bsd-sockets'

const ECHO_REPLY = 0
const ECHO = 8

/** RFC 1071: the one's complement of the one's complement sum of all 16-bit words. */
function checksum(packet: Buffer): number {
  let sum = packet.length % 2 === 1 ? packet.readUInt8(packet.length - 1) << 8 : 0
  for (let i = 0; i + 1 < packet.length; i += 2) sum += packet.readUInt16BE(i)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** RFC 792: type, code, checksum, id, sequence, and 56 bytes of data as ping sends. */
function echoRequest(id: number, sequence: number): Buffer {
  const packet = Buffer.from(Array.from({ length: 64 }, (_, i) => i))
  packet.writeUInt8(ECHO, 0)
  packet.writeUInt8(0, 1)
  packet.writeUInt16BE(0, 2)
  packet.writeUInt16BE(id, 4)
  packet.writeUInt16BE(sequence, 6)
  packet.writeUInt16BE(checksum(packet), 2)
  return packet
}

/** The answer to one request. A raw socket gets a copy of every ICMP message that comes from the peer. */
async function echoReply(socket: Socket, id: number, sequence: number, wait: { signal: AbortSignal }) {
  for (;;) {
    const packet = await socket.recv(65_535, wait)
    const ttl = packet.readUInt8(8)
    const icmp = packet.subarray((packet.readUInt8(0) & 0xf) * 4) // behind the IP header
    if (icmp.length < 8 || icmp[0] !== ECHO_REPLY || checksum(icmp) !== 0) continue
    if (icmp.readUInt16BE(4) === id && icmp.readUInt16BE(6) === sequence) return { length: icmp.length, ttl }
  }
}

const [address = '127.0.0.1', count = '4'] = process.argv.slice(2)
const id = process.pid & 0xffff
let received = 0
try {
  using socket = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
  await socket.connect({ address, port: 0 }) // from now on only what this peer sends
  for (let sequence = 1; sequence <= Number(count); sequence++) {
    const started = performance.now()
    const second = AbortSignal.timeout(1000)
    await socket.send(echoRequest(id, sequence))
    try {
      const { length, ttl } = await echoReply(socket, id, sequence, { signal: second })
      received++
      console.log(
        `${length} bytes from ${address}: icmp_seq=${sequence} ttl=${ttl} time=${(performance.now() - started).toFixed(3)} ms`,
      )
    } catch (error) {
      if (error !== second.reason) throw error
      console.log(`no answer: icmp_seq=${sequence}`)
    }
  }
} catch (error) {
  if (!(error instanceof SocketError)) throw error
  console.error(error.message)
}
process.exitCode = received > 0 ? 0 : 1
