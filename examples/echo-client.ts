// A TCP client: sends its text, or its standard input, and prints what comes back until the server is done.
//
//   npx tsx examples/echo-client.ts localhost:7 'some text' [timeout in ms, 5000]
//   npx tsx examples/echo-client.ts '[::1]:7' < file
//
// It shows a host name tried at each of its addresses, a timeout for every wait, an abort (Ctrl-C takes back whatever is
// waited for) and a half close: after shutdown(SHUT_WR) the server sees the end, and its answers still come.
import { getaddrinfo, parseSockaddr, SHUT_WR, SOCK_STREAM, Socket, SocketError } from 'bsd-sockets'

const [to = '127.0.0.1:7', text, timeout = '5000'] = process.argv.slice(2)
const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('interrupted')))
const wait = { signal: stop.signal, timeout: Number(timeout) }

/** The addresses of 'host:port', best first; or the one that '[::1]:port' or 'unix:path' is. */
async function addresses(): Promise<ReturnType<typeof parseSockaddr>[]> {
  const [, host, port] = /^([^:[\]]+):(\w+)$/.exec(to) ?? []
  if (host === undefined || port === undefined) return [parseSockaddr(to)]
  const found = await getaddrinfo(host, port, { type: SOCK_STREAM, signal: stop.signal })
  return found.map(({ address }) => address)
}

async function connect(): Promise<Socket> {
  let failure: unknown
  for (const address of await addresses()) {
    const socket = new Socket(address.family, SOCK_STREAM)
    try {
      await socket.connect(address, wait)
      return socket
    } catch (error) {
      socket.close()
      failure = error
    }
  }
  throw failure
}

async function* input(): AsyncGenerator<Buffer> {
  if (text !== undefined) yield Buffer.from(text)
  else yield* process.stdin
}

async function send(socket: Socket): Promise<void> {
  for await (const part of input()) await socket.sendall(part, wait)
  socket.shutdown(SHUT_WR)
}

async function receive(socket: Socket): Promise<void> {
  for await (const chunk of socket.chunks(wait)) process.stdout.write(chunk)
}

try {
  using socket = await connect()
  // Both at once: with much to send, the answers must be taken while it is sent.
  await Promise.all([send(socket), receive(socket)])
} catch (error) {
  const why = error instanceof SocketError && error.code === 'ETIMEDOUT' ? `no answer in ${timeout} ms` : error
  console.error(`${to}: ${why instanceof Error ? why.message : why}`)
  process.stdin.destroy() // it may still be open, and waited for
  process.exitCode = 1
}
