// A server in the manner of DHCP, which has to know the interface that a broadcast came in on: IP_PKTINFO, ip(7).
//
//   npx tsx examples/dhcp-server.ts [port, 6767]
//
// A client that has no address yet broadcasts "DISCOVER <its name>"; it is offered an address of the network that it asked
// on, by a broadcast on that interface alone. (Of DHCP proper, RFC 2131, this has the addressing, not the messages.)
import { AF_INET, formatSockaddr, IP_PKTINFO, if_indextoname, SO_BROADCAST, SOCK_DGRAM, Socket } from 'bsd-sockets'

const [port = '6767'] = process.argv.slice(2)
const offered = new Map<string, string>()

/** The same address for the same client of the same network: its server's, with a last number from 100 on. */
function offer(client: string, server: string): string {
  const network = server.replace(/\d+$/, '')
  const key = `${network} ${client}`
  const taken = [...offered.values()].filter(address => address.startsWith(network)).length
  const address = offered.get(key) ?? `${network}${100 + taken}`
  offered.set(key, address)
  return address
}

using socket = new Socket(AF_INET, SOCK_DGRAM)
socket
  .setsockopt(SO_BROADCAST, true)
  .setsockopt(IP_PKTINFO, true)
  .bind({ port: Number(port) })
console.log(`waiting on ${formatSockaddr(socket.getsockname())}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => socket.close()) // ends the loop below

for await (const { data, address, control } of socket.messages({ size: 1500 })) {
  const arrival = control.find(message => message.type === 'IP_PKTINFO')
  const [, client] = /^DISCOVER ([\w.-]{1,64})\s*$/.exec(data.toString()) ?? []
  if (arrival === undefined || address === undefined || client === undefined) continue
  const { ifindex, local } = arrival // local: the interface's own address
  const answer = offer(client, local)
  console.log(`${client} asked on ${if_indextoname(ifindex)}: ${answer}`)
  // Who has an address is answered there; who has none hears broadcasts only.
  const to = address.address === '0.0.0.0' ? { address: '255.255.255.255', port: address.port } : address
  const sent = socket.sendto(Buffer.from(`OFFER ${client} ${answer}\n`), to, { ifindex, local })
  await sent.catch(error => console.log(error.message)) // its interface may have gone down
}
