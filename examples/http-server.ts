// A tiny HTTP/1.1 server of answers that never change: GET and HEAD, keep-alive, pipelining.
//
//   npx tsx examples/http-server.ts [port, 8080] [address, 127.0.0.1]
//   curl -v http://127.0.0.1:8080/ http://127.0.0.1:8080/numbers
import { AF_INET, AF_INET6, formatSockaddr, SHUT_WR, SO_REUSEADDR, SOCK_STREAM, Socket, SocketError } from 'bsd-sockets'

interface Answer {
  status: string
  body: Buffer
}

const numbers = Array.from({ length: 1_400_000 }, (_, i) => `${i}\n`).join('') // some 10 MB
const pages = new Map([
  ['/', 'Served from a plain socket.\n'],
  ['/numbers', numbers],
])
const answers = new Map([...pages].map(([path, text]) => [path, { status: '200 OK', body: Buffer.from(text) }]))
const longestHead = 16_384

function plain(status: string): Answer {
  return { status, body: Buffer.from(`${status}\n`) }
}

const refusal = { answer: plain('431 Request Header Fields Too Large'), headOnly: false, keepAlive: false }

/** What a request gets, and whether the connection stays open after it. */
function answerTo(head: string): { answer: Answer; headOnly: boolean; keepAlive: boolean } {
  const [line = '', ...fields] = head.split('\r\n')
  const [, method = '', path = '', minor] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(line) ?? []
  const field = (name: string): string | undefined =>
    fields
      .find(text => text.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
      .toLowerCase()
  if (minor === undefined) return { answer: plain('400 Bad Request'), headOnly: false, keepAlive: false }
  const headOnly = method === 'HEAD'
  // The body of a request is not read, so nothing can follow it.
  const bodyless = field('transfer-encoding') === undefined && (field('content-length') ?? '0') === '0'
  const keepAlive = bodyless && (minor === '1' ? field('connection') !== 'close' : field('connection') === 'keep-alive')
  if (method !== 'GET' && !headOnly) return { answer: plain('405 Method Not Allowed'), headOnly, keepAlive }
  return { answer: answers.get(path) ?? plain('404 Not Found'), headOnly, keepAlive }
}

async function reply(client: Socket, { status, body }: Answer, headOnly: boolean, keepAlive: boolean): Promise<void> {
  const fields = [
    `HTTP/1.1 ${status}`,
    'Content-Type: text/plain',
    `Content-Length: ${body.length}`,
    `Connection: ${keepAlive ? 'keep-alive' : 'close'}`,
  ]
  const head = Buffer.from(`${fields.join('\r\n')}\r\n\r\n`)
  await client.sendall(headOnly ? head : [head, body], { timeout: 30_000 })
}

/** One connection: requests one after another, each answered before the next is looked at. */
async function serve(client: Socket): Promise<void> {
  using _ = client
  let pending = ''
  let open = true
  for await (const chunk of client.chunks({ timeout: 10_000 })) {
    if (open) pending += chunk.toString('latin1')
    while (open) {
      const end = pending.indexOf('\r\n\r\n')
      const tooLong = (end === -1 ? pending.length : end) > longestHead
      if (end === -1 && !tooLong) break
      const { answer, headOnly, keepAlive } = tooLong ? refusal : answerTo(pending.slice(0, end))
      pending = pending.slice(end + 4)
      await reply(client, answer, headOnly, keepAlive)
      open = keepAlive
      // Not close(): with bytes unread that is a reset, which may overtake the answer. The loop ends when the client does.
      if (!open) client.shutdown(SHUT_WR)
    }
  }
}

const [port = '8080', address = '127.0.0.1'] = process.argv.slice(2)
using listener = new Socket(address.includes(':') ? AF_INET6 : AF_INET, SOCK_STREAM)
listener
  .setsockopt(SO_REUSEADDR, true)
  .bind({ address, port: Number(port) })
  .listen()
console.log(`serving http://${formatSockaddr(listener.getsockname())}/`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => listener.close())

for await (const { socket } of listener.connections())
  serve(socket).catch(error => {
    const idle = error instanceof SocketError && error.code === 'ETIMEDOUT'
    if (!idle) console.log(error.message)
  })
