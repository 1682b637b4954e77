// What the compiler accepts and refuses: addresses.
import {
  type AddressFor,
  type AddressOf,
  AF_BLUETOOTH,
  AF_CAN,
  AF_INET,
  AF_INET6,
  AF_PACKET,
  AF_TIPC,
  AF_UNIX,
  AF_UNSPEC,
  type BindAddress,
  type Domain,
  decodeSockaddr,
  encodeSockaddr,
  formatSockaddr,
  type parseSockaddr,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  type Sockaddr,
  Socket,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const yes = <T extends true>(): T | undefined => undefined

const inet = new Socket(AF_INET, SOCK_STREAM)
const unix = new Socket(AF_UNIX, SOCK_STREAM)
const byte = Buffer.alloc(1)

export function bindTakesTheAddressOfItsDomain(): void {
  inet.bind({}).bind({ port: 80 }).bind({ family: AF_INET, address: '127.0.0.1', port: undefined })
  unix.bind({ path: '' }).bind({ path: byte }).bind({ family: 'AF_UNIX', path: '\0name' })
  new Socket(AF_INET6, SOCK_DGRAM).bind({ address: 'fe80::1%lo', scopeId: 1, flowinfo: undefined })
  new Socket(200, SOCK_DGRAM).bind({ family: 200, data: byte })
  // @ts-expect-error a path on AF_INET
  inet.bind({ path: '/x' })
  // @ts-expect-error a port on AF_UNIX
  unix.bind({ port: 1 })
  // @ts-expect-error an AF_UNIX name is never left out
  unix.bind({})
  // @ts-expect-error another family's address
  inet.bind({ family: AF_INET6, address: '::1', port: 0 })
  // @ts-expect-error a scope on AF_INET
  inet.bind({ address: '127.0.0.1', port: 0, scopeId: 1 })
  // @ts-expect-error a port is a number
  inet.bind({ port: '80' })
  // @ts-expect-error no text
  inet.bind('127.0.0.1:80')
  // @ts-expect-error nothing at all
  inet.bind()
  const other: AddressOf<'AF_INET6'> = { family: AF_INET6, address: '::1', port: 1 }
  // @ts-expect-error a variable of another family
  inet.bind(other)
}

export function aDestinationIsWhole(): void {
  void inet.connect({ address: '127.0.0.1', port: 80 })
  void inet.connect({ family: AF_UNSPEC })
  void new Socket(AF_INET6, SOCK_DGRAM).sendto(byte, { address: '::1', port: 80 })
  void new Socket(AF_PACKET, SOCK_DGRAM).sendto(byte, { ifindex: 1 })
  // @ts-expect-error nothing
  void inet.connect({})
  // @ts-expect-error no address
  void inet.connect({ port: 80 })
  // @ts-expect-error no port
  void inet.connect({ address: '127.0.0.1' })
  // @ts-expect-error no text
  void inet.connect('127.0.0.1:80')
  // @ts-expect-error no positional port
  void inet.connect('127.0.0.1', 80)
  // @ts-expect-error nothing
  void inet.sendto(byte, {})
  // @ts-expect-error a path
  inet.trySendto(byte, { path: '/x' })
  // @ts-expect-error a port is a number
  const half: AddressFor<'AF_VSOCK'> = { cid: 2, port: 'x' }
  void half
}

export function everyFamilyHasItsAddress(): void {
  new Socket('AF_ALG', 'SOCK_SEQPACKET').bind({ type: 'hash', name: 'sha256', feat: undefined })
  new Socket('AF_XDP', 'SOCK_RAW').bind({ ifindex: 1, queueId: 0 })
  new Socket('AF_QIPCRTR', SOCK_DGRAM).bind({ node: 1 })
  new Socket(AF_CAN, 'SOCK_RAW', 1).bind({}).bind({ ifindex: 1, tp: { rxId: 1, txId: 2 } })
  new Socket(AF_CAN, SOCK_DGRAM, 7).bind({ ifindex: 1, j1939: { addr: 32 } })
  new Socket(AF_TIPC, SOCK_DGRAM).bind({ addrtype: 'TIPC_SERVICE_ADDR', type: 100, instance: 1 })
  const bluetooth = new Socket(AF_BLUETOOTH, SOCK_STREAM, 3)
  bluetooth.bind({ protocol: 'BTPROTO_RFCOMM' }).bind({ protocol: 'BTPROTO_L2CAP', psm: 25 })
  void bluetooth.connect({ protocol: 'BTPROTO_RFCOMM', bdaddr: '00:00:00:00:00:01', channel: 1 })
  encodeSockaddr({ family: 'AF_CAN', ifindex: 1, j1939: { name: 0n, pgn: 0, addr: 1 } })
  // @ts-expect-error an algorithm has a type
  new Socket('AF_ALG', 'SOCK_SEQPACKET').bind({ name: 'sha256' })
  // @ts-expect-error a queue is named
  new Socket('AF_XDP', 'SOCK_RAW').bind({ ifindex: 1 })
  // @ts-expect-error a node is named
  new Socket('AF_QIPCRTR', SOCK_DGRAM).bind({ port: 1 })
  // @ts-expect-error a name is a bigint
  new Socket(AF_CAN, SOCK_DGRAM, 7).bind({ j1939: { name: 1 } })
  // @ts-expect-error both identifiers
  new Socket(AF_CAN, SOCK_DGRAM, 6).bind({ tp: { rxId: 1 } })
  // @ts-expect-error a destination has an interface
  void new Socket(AF_CAN, 'SOCK_RAW', 1).sendto(byte, {})
  // @ts-expect-error a whole one of J1939
  void new Socket(AF_CAN, SOCK_DGRAM, 7).sendto(byte, { ifindex: 1, j1939: { addr: 1 } })
  // @ts-expect-error what kind of address it is
  new Socket(AF_TIPC, SOCK_DGRAM).bind({ type: 100, instance: 1 })
  // @ts-expect-error a service has no upper end
  new Socket(AF_TIPC, SOCK_DGRAM).bind({ addrtype: 'TIPC_SERVICE_ADDR', type: 100, lower: 1, upper: 2 })
  // @ts-expect-error of which protocol
  bluetooth.bind({ bdaddr: '00:00:00:00:00:01' })
  // @ts-expect-error RFCOMM has no PSM
  bluetooth.bind({ protocol: 'BTPROTO_RFCOMM', psm: 1 })
  // @ts-expect-error a destination has a channel
  void bluetooth.connect({ protocol: 'BTPROTO_RFCOMM', bdaddr: '00:00:00:00:00:01' })
  const peer = bluetooth.getpeername()
  // @ts-expect-error not narrowed yet
  void peer.channel
  if (peer.protocol === 'BTPROTO_RFCOMM') yes<Same<typeof peer.channel, number>>()
  const { tp, j1939 } = new Socket(AF_CAN, SOCK_DGRAM).getsockname()
  yes<Same<typeof tp, { rxId: number; txId: number } | undefined>>()
  yes<Same<typeof j1939, { name: bigint; pgn: number; addr: number } | undefined>>()
  const name = new Socket(AF_TIPC, SOCK_DGRAM).getsockname()
  if (name.addrtype === 'TIPC_SOCKET_ADDR') yes<Same<typeof name.ref, number>>()
}

export function aSocketIsMadeOfADomainAndAType(): void {
  const number: Domain = 29
  new Socket(number, 5, 0).close()
  // @ts-expect-error a misspelt domain
  new Socket('AF_INET4', SOCK_STREAM)
  // @ts-expect-error arguments in the wrong order
  new Socket(SOCK_STREAM, AF_INET)
  // @ts-expect-error AF_UNSPEC makes no socket
  new Socket(AF_UNSPEC, SOCK_STREAM)
  // @ts-expect-error flags cannot be or-ed into a type
  new Socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)
  // @ts-expect-error a type is needed
  new Socket(AF_INET)
  // @ts-expect-error a pair has no domain
  Socket.pair(AF_UNIX, SOCK_STREAM)
}

export async function whatComesBackIsNarrow(): Promise<void> {
  yes<Same<AddressOf<'AF_UNIX'>['path'], string | NonSharedBuffer>>()
  yes<Same<AddressOf<number>, Sockaddr>>()
  yes<Same<typeof AF_INET, 'AF_INET'>>()
  yes<Same<BindAddress<'AF_INET'>['port'], number | undefined>>()
  const { socket, address } = await inet.accept()
  yes<Same<typeof address.port, number>>()
  yes<Same<typeof socket, Socket<'AF_INET'>>>()
  // @ts-expect-error the accepted socket keeps its domain
  socket.bind({ path: '/x' })
  void (await unix.accept()).address.path
  // @ts-expect-error an AF_UNIX address has no port
  void (await unix.accept()).address.port
  for await (const datagram of inet.datagrams()) yes<Same<typeof datagram.address.address, string>>()
  const [one] = Socket.pair(SOCK_DGRAM)
  // @ts-expect-error a pair is AF_UNIX
  void one.sendto(byte, { port: 1 })
  const both = new Socket(Math.random() > 0.5 ? AF_INET : AF_INET6, SOCK_DGRAM)
  void both.getsockname().port
  // @ts-expect-error IPv4 or IPv6, never a path
  void both.getsockname().path
}

export function anUnknownDomainIsTheUnion(): void {
  const any = Socket.from(3)
  const address = any.getsockname()
  // @ts-expect-error not narrowed yet
  void address.port
  if (address.family === AF_INET) void address.port
  if (address.family === AF_PACKET) void address.ifindex
  if (any.is(AF_INET)) void any.getsockname().port
  if (any.is(AF_UNIX)) void any.getsockname().path
  // @ts-expect-error an AF_UNIX socket is never AF_INET
  if (unix.is(AF_INET)) void unix.getsockname().port
  const decoded = decodeSockaddr(byte)
  // @ts-expect-error not narrowed yet
  void decoded.address
  if (typeof decoded.family === 'number') void decoded.family
  void formatSockaddr(decoded)
  yes<Same<ReturnType<typeof parseSockaddr>['family'], 'AF_INET' | 'AF_INET6' | 'AF_UNIX'>>()
}

export function posixAddressesNameTheirFamily(): void {
  posix.bind(3, { family: AF_INET, port: 0 })
  posix.connect(3, { family: 'AF_UNSPEC' })
  posix.sendto(3, byte, 0, { family: AF_UNIX, path: '/x' })
  const { address } = posix.recvfrom(3, byte)
  // @ts-expect-error a stream tells none
  void address.family
  if (address?.family === AF_INET) void address.port
  // @ts-expect-error family is required where nothing else says it
  encodeSockaddr({ address: '127.0.0.1', port: 1 })
  // @ts-expect-error AF_INET and a path
  encodeSockaddr({ family: 'AF_INET', path: '/x' })
  // @ts-expect-error posix takes descriptors, not sockets
  posix.listen(inet)
  // @ts-expect-error a descriptor and its address
  posix.accept(3).port
}
