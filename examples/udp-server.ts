// The echo service of RFC 862 over UDP: every datagram goes back to where it came from.
//
//   npx tsx examples/udp-server.ts [port, 7] [address, ::] [largest, 1472]
//
// A datagram longer than `largest` arrives cut, and says so: `truncated`. Port 0 lets the system choose.
import { AF_INET, AF_INET6, formatSockaddr, IPV6_V6ONLY, SOCK_DGRAM, Socket } from 'bsd-sockets'

const [port = '7', host = '::', largest = '1472'] = process.argv.slice(2)

using socket = new Socket(host.includes(':') ? AF_INET6 : AF_INET, SOCK_DGRAM)
if (socket.is(AF_INET6)) socket.setsockopt(IPV6_V6ONLY, false) // IPv4 too
socket.bind({ address: host, port: Number(port) })
console.log(`waiting on ${formatSockaddr(socket.getsockname())}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => socket.close()) // ends the loop below

for await (const { data, address, truncated } of socket.datagrams({ size: Number(largest) })) {
  const from = formatSockaddr(address)
  console.log(`${from}: ${data.length} bytes${truncated ? ', cut' : ''}`)
  // A receiver that cannot be reached, or that a firewall forbids, is its own trouble only.
  await socket.sendto(data, address).catch(error => console.log(`${from}: ${error.message}`))
}
