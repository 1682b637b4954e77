// The echo service of RFC 862 over TCP: whatever a client sends comes back, for many clients at once.
//
//   npx tsx examples/echo-server.ts [port, 7] [address, ::]
//
// On '::' it takes IPv4 and IPv6 clients. Where IPv6 is off, give 0.0.0.0. Port 0 lets the system choose; ports
// below 1024 are for root, or for CAP_NET_BIND_SERVICE. Ctrl-C stops taking clients, and ends when the last has gone.
import { AF_INET, AF_INET6, formatSockaddr, IPV6_V6ONLY, SO_REUSEADDR, SOCK_STREAM, Socket } from 'bsd-sockets'

const [port = '7', host = '::'] = process.argv.slice(2)

async function echo(client: Socket): Promise<void> {
  using _ = client // closed at the end of this block
  for await (const chunk of client.chunks()) await client.sendall(chunk)
}

using listener = new Socket(host.includes(':') ? AF_INET6 : AF_INET, SOCK_STREAM)
listener.setsockopt(SO_REUSEADDR, true)
if (listener.is(AF_INET6)) listener.setsockopt(IPV6_V6ONLY, false)
listener.bind({ address: host, port: Number(port) }).listen()
console.log(`listening on ${formatSockaddr(listener.getsockname())}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => listener.close()) // ends the loop below

for await (const { socket, address } of listener.connections()) {
  const name = formatSockaddr(address)
  console.log(`${name} connected`)
  // Not awaited: the next client is taken while this one is served. One that breaks off ends nobody else.
  echo(socket).then(
    () => console.log(`${name} done`),
    error => console.log(`${name} broke off: ${error.message}`),
  )
}
