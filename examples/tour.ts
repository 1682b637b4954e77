// A tour of bsd-sockets in a few seconds: real sockets of this machine talk to each other, and every line says what
// was done and what came back. Nothing leaves this machine.
//
//   npm start
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  formatSockaddr,
  IPPROTO_ICMP,
  SHUT_WR,
  SO_RCVBUF,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  SocketError,
  TCP_NODELAY,
} from 'bsd-sockets'

function say(text: string): void {
  console.log(`  ${text}`)
}

function quoted(data: Buffer): string {
  return JSON.stringify(data.toString())
}

/** Echoes to every client, all at once, until the listener is closed. */
async function echoTo(listener: Socket): Promise<void> {
  const echo = async (client: Socket): Promise<void> => {
    using _ = client
    for await (const chunk of client.chunks()) await client.sendall(chunk)
  }
  const clients: Promise<void>[] = []
  for await (const { socket } of listener.connections()) clients.push(echo(socket))
  await Promise.all(clients)
}

/** Sends, ends its sending side, and answers everything that comes back. */
async function ask(socket: Socket, question: string): Promise<Buffer> {
  await socket.sendall(Buffer.from(question))
  socket.shutdown(SHUT_WR)
  const parts: Buffer[] = []
  for await (const chunk of socket.chunks({ timeout: 5000 })) parts.push(chunk)
  return Buffer.concat(parts)
}

async function tcp(family: typeof AF_INET | typeof AF_INET6, address: string): Promise<void> {
  using listener = new Socket(family, SOCK_STREAM).bind({ address, port: 0 }).listen()
  const server = listener.getsockname()
  const serving = echoTo(listener)
  say(`an echo server listens on ${formatSockaddr(server)}`)
  const client = async (question: string): Promise<void> => {
    using socket = new Socket(family, SOCK_STREAM)
    await socket.connect(server, { timeout: 5000 })
    socket.setsockopt(TCP_NODELAY, true)
    const name = formatSockaddr(socket.getsockname())
    say(`client ${name} sends ${JSON.stringify(question)} and gets ${quoted(await ask(socket, question))} back`)
  }
  await Promise.all(['one', 'two', 'three'].map(client))
  listener.close()
  await serving
  say('the listener is closed, and its loop has ended')
}

async function udp(family: typeof AF_INET | typeof AF_INET6, address: string): Promise<void> {
  using one = new Socket(family, SOCK_DGRAM).bind({ address, port: 0 })
  using other = new Socket(family, SOCK_DGRAM).bind({ address, port: 0 })
  await one.sendto(Buffer.from('are you there?'), other.getsockname())
  const question = await other.recvfrom(1500, { timeout: 5000 })
  say(`${formatSockaddr(other.getsockname())} got ${quoted(question.data)} from ${formatSockaddr(question.address)}`)
  await other.sendto(Buffer.from('yes, and longer than you asked for'), question.address)
  const answer = await one.recvfrom(3, { timeout: 5000 })
  say(`asked for 3 bytes, ${formatSockaddr(one.getsockname())} got ${quoted(answer.data)}; cut: ${answer.truncated}`)
}

async function unixStream(folder: string): Promise<void> {
  using listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: join(folder, 'stream') }).listen()
  const serving = echoTo(listener)
  using client = new Socket(AF_UNIX, SOCK_STREAM)
  await client.connect(listener.getsockname())
  say(`over ${formatSockaddr(client.getpeername())}: ${quoted(await ask(client, 'a file is its address'))} came back`)
  listener.close()
  await serving
}

async function unixDatagram(path: string): Promise<void> {
  using receiver = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
  using sender = new Socket(AF_UNIX, SOCK_DGRAM)
  if (process.platform === 'linux') sender.bind({ path: '' }) // the kernel chooses an abstract name
  await sender.sendto(Buffer.from('logged'), { path })
  const { data, address } = await receiver.recvfrom(1500, { timeout: 5000 })
  say(`${formatSockaddr(receiver.getsockname())} got ${quoted(data)} from ${formatSockaddr(address)}`)
}

async function unixSeqpacket(folder: string): Promise<void> {
  using listener = new Socket(AF_UNIX, SOCK_SEQPACKET).bind({ path: join(folder, 'seqpacket') }).listen()
  using client = new Socket(AF_UNIX, SOCK_SEQPACKET)
  await client.connect(listener.getsockname())
  using server = (await listener.accept()).socket
  for (const text of ['two', 'messages']) await client.send(Buffer.from(text))
  say(
    `received ${quoted(await server.recv(1500))}, then ${quoted(await server.recv(1500))}: connected, yet never run together`,
  )
}

async function pair(): Promise<void> {
  const [one, other] = Socket.pair(SOCK_STREAM)
  using _ = one
  using __ = other
  say(`descriptors ${one.fd} and ${other.fd}, receive buffer ${other.getsockopt(SO_RCVBUF)} bytes`)
  const waiting = other.recv(100, { timeout: 5000 })
  await one.sendall([Buffer.from('written '), Buffer.from('together')])
  say(`${quoted(await waiting)} went through`)
  const code = (error: unknown): unknown => (error instanceof SocketError ? error.code : error)
  say(`nothing more for 20 ms: ${await other.recv(100, { timeout: 20 }).catch(code)}; the socket stays usable`)
}

function checksum(packet: Buffer): number {
  let sum = 0
  for (let i = 0; i < packet.length; i += 2) sum += packet.readUInt16BE(i)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

async function icmp(): Promise<void> {
  using socket = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
  const request = Buffer.from([8, 0, 0, 0, 0, 0, 0, 1, ...Buffer.from('bsd-sockets tour')]) // type 8: echo; sequence 1
  request.writeUInt16BE(process.pid & 0xffff, 4)
  request.writeUInt16BE(checksum(request), 2)
  const started = performance.now()
  await socket.sendto(request, { address: '127.0.0.1', port: 0 })
  try {
    // The request itself arrives too, and whatever other programs ping: wait for the answer with this id.
    for await (const { data, address } of socket.datagrams({ timeout: 5000 })) {
      const message = data.subarray((data.readUInt8(0) & 0xf) * 4) // behind the IP header
      if (message[0] !== 0 || !message.subarray(4).equals(request.subarray(4))) continue
      const ms = (performance.now() - started).toFixed(2)
      return say(`${message.length} bytes from ${address.address}: ttl=${data.readUInt8(8)} time=${ms} ms`)
    }
  } catch (error) {
    if (!(error instanceof SocketError && error.code === 'ETIMEDOUT')) throw error
    say('no answer in 5 seconds: is net.ipv4.icmp_echo_ignore_all set?')
  }
}

/** What this machine lacks or forbids is told, and is no failure of the tour. */
const tellable = new Set(['EPERM', 'EACCES', 'EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT'])

async function section(title: string, show: () => Promise<void>): Promise<void> {
  console.log(title)
  try {
    await show()
  } catch (error) {
    if (!(error instanceof SocketError && tellable.has(error.code))) throw error
    say(`not on this machine: ${error.message}`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
try {
  await section('TCP over IPv4: three clients at once', () => tcp(AF_INET, '127.0.0.1'))
  await section('TCP over IPv6', () => tcp(AF_INET6, '::1'))
  await section('UDP over IPv4, both ways', () => udp(AF_INET, '127.0.0.1'))
  await section('UDP over IPv6, both ways', () => udp(AF_INET6, '::1'))
  await section('AF_UNIX stream', () => unixStream(folder))
  await section('AF_UNIX datagram, at a path', () => unixDatagram(join(folder, 'datagram')))
  if (process.platform === 'linux')
    await section('AF_UNIX datagram, at an abstract name', () => unixDatagram(`\0bsd-sockets-tour-${process.pid}`))
  await section('AF_UNIX seqpacket', () => unixSeqpacket(folder))
  await section('A pair of connected sockets', pair)
  await section('A raw socket: ICMP echo to 127.0.0.1', icmp)
  console.log('Everything is closed again; the process ends by itself.')
} finally {
  rmSync(folder, { recursive: true })
}
