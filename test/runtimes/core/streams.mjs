// Streams: connections, bytes in both directions, the end.
import { equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_INET, AF_INET6, AF_UNIX, MSG_PEEK, MSG_WAITALL, SHUT_WR, SOCK_STREAM, Socket } from 'bsd-sockets'
import { skip } from './skipped.mjs'

const loopback = { address: '127.0.0.1', port: 0 }

function pair(own) {
  return Socket.pair(SOCK_STREAM).map(own)
}

/** Echoes to each client until the listener is closed. */
async function serve(listener) {
  const echo = async client => {
    for await (const chunk of client.chunks()) await client.sendall(chunk)
    client.close()
  }
  const clients = []
  for await (const { socket } of listener.connections()) clients.push(echo(socket))
  await Promise.all(clients)
}

/** Sends `question`, ends its sending side, and answers all that comes back. */
async function ask(client, question) {
  const parts = []
  const receiving = (async () => {
    for await (const chunk of client.chunks()) parts.push(chunk)
  })()
  await client.sendall(question)
  client.shutdown(SHUT_WR)
  await receiving
  return Buffer.concat(parts)
}

async function echoed(listener, question) {
  const serving = serve(listener)
  const client = new Socket(listener.domain, SOCK_STREAM)
  await client.connect(listener.getsockname())
  const answer = await ask(client, question)
  client.close()
  listener.close()
  await serving
  return answer
}

export const checks = {
  async 'TCP over IPv4 echoes'(own) {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(loopback).listen())
    equal(String(await echoed(listener, Buffer.from('hello'))), 'hello')
  },

  async 'TCP over IPv6 echoes'(own) {
    const listener = own(new Socket(AF_INET6, SOCK_STREAM))
    try {
      listener.bind({ address: '::1', port: 0 }).listen()
    } catch (error) {
      if (error.code === 'EADDRNOTAVAIL') skip('no IPv6 on the loopback interface')
      throw error
    }
    equal(String(await echoed(listener, Buffer.from('hello'))), 'hello')
  },

  async 'AF_UNIX at a path echoes'(own) {
    const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
    try {
      const listener = own(new Socket(AF_UNIX, SOCK_STREAM).bind({ path: join(folder, 'socket') }).listen())
      equal(String(await echoed(listener, Buffer.from('hello'))), 'hello')
    } finally {
      rmSync(folder, { recursive: true })
    }
  },

  async 'much more than fits into the buffers comes through unchanged'(own) {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(loopback).listen())
    const question = Buffer.alloc(8 << 20)
    for (let i = 0; i < question.length; i += 4) question.writeUInt32LE(i, i)
    ok(question.equals(await echoed(listener, question)))
  },

  async 'many clients are served at once'(own) {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(loopback).listen())
    const serving = serve(listener)
    const answers = Array.from({ length: 200 }, async (_, i) => {
      const client = own(new Socket(AF_INET, SOCK_STREAM))
      await client.connect(listener.getsockname())
      equal(String(await ask(client, Buffer.from(`client ${i}`))), `client ${i}`)
    })
    await Promise.all(answers)
    listener.close()
    await serving
  },

  async 'accept tells the address of the client'(own) {
    const listener = own(new Socket(AF_INET, SOCK_STREAM).bind(loopback).listen())
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    const accepting = listener.accept()
    await client.connect(listener.getsockname())
    const { socket, address } = await accepting
    own(socket)
    equal(address.port, client.getsockname().port)
    equal(socket.getpeername().port, address.port)
  },

  async 'connect reports that nobody listens'(own) {
    const free = new Socket(AF_INET, SOCK_STREAM).bind(loopback)
    const address = free.getsockname()
    free.close()
    await rejects(own(new Socket(AF_INET, SOCK_STREAM)).connect(address), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
      port: address.port,
    })
  },

  async 'recv waits, and gives the empty Buffer at the end'(own) {
    const [one, other] = pair(own)
    const receiving = other.recv(10)
    setTimeout(() => one.trySend(Buffer.from('late')), 20)
    equal(String(await receiving), 'late')
    one.close()
    equal((await other.recv(10)).length, 0)
  },

  async 'MSG_PEEK leaves the bytes, MSG_WAITALL waits for all'(own) {
    const [one, other] = pair(own)
    await one.send(Buffer.from('ab'))
    equal(String(await other.recv(2, { flags: MSG_PEEK })), 'ab')
    const all = other.recv(4, { flags: MSG_WAITALL })
    setTimeout(() => one.trySend(Buffer.from('cd')), 20)
    equal(String(await all), 'abcd')
  },

  async 'recv fills a view of the caller'(own) {
    const [one, other] = pair(own)
    const into = new Uint8Array(8)
    const receiving = other.recv(into.subarray(2, 6))
    setTimeout(() => one.trySend(Buffer.from('abcdef')), 20)
    equal(await receiving, 4)
    equal(String(Buffer.from(into)), '\0\0abcd\0\0')
  },

  async 'sendall waits for the peer, and keeps the order'(own) {
    const [one, other] = pair(own)
    const sending = Promise.all([one.sendall(Buffer.alloc(1 << 20, 'a')), one.sendall(Buffer.alloc(1 << 20, 'b'))])
    const got = []
    for (let left = 2 << 20; left > 0; left -= got.at(-1).length) got.push(await other.recv(65_536))
    await sending
    const all = Buffer.concat(got)
    equal(all.indexOf('b'), 1 << 20)
    equal(all.lastIndexOf('a'), (1 << 20) - 1)
  },

  async 'duplex() is a Node stream'(own) {
    const [one, other] = pair(own)
    const [near, far] = [one.duplex(), other.duplex()]
    far.pipe(far)
    near.end('through streams')
    const parts = []
    for await (const part of near) parts.push(part)
    equal(String(Buffer.concat(parts)), 'through streams')
  },

  async 'streams() are web streams'(own) {
    const [one, other] = pair(own)
    const { writable } = one.streams()
    const { readable } = other.streams()
    const writer = writable.getWriter()
    await writer.write(Buffer.from('through web streams'))
    await writer.close()
    const parts = []
    for await (const part of readable) parts.push(part)
    equal(String(Buffer.concat(parts)), 'through web streams')
  },
}
