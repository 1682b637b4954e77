// A whole exchange over every kind of socket, or of `streams` or `messages` alone. Each step that fails is made again;
// what failed how is printed at the end.
import { readdirSync, readlinkSync } from 'node:fs'
import { AF_INET, AF_UNIX, MSG_PEEK, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, Socket } from 'bsd-sockets'

const rounds = 4
const failures = []
const local = { address: '127.0.0.1', port: 0 }

function sockets() {
  return readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length
}

async function step(name, action) {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      return await action()
    } catch (error) {
      failures.push({ step: name, code: error.code, syscall: error.syscall })
    }
  }
  throw new Error(`${name} fails again and again`)
}

function expectSame(data, wanted) {
  if (!data.equals(wanted)) throw new Error(`got ${data.length} bytes that are not the ${wanted.length} sent`)
}

async function receiveAll(socket, length) {
  const parts = []
  for (let count = 0; count < length; ) {
    const part = await step('recv', () => socket.recv(length - count))
    if (part.length === 0) throw new Error(`the end after ${count} bytes`)
    parts.push(part)
    count += part.length
  }
  return Buffer.concat(parts)
}

/** Sends all of it, whatever goes wrong in between. */
async function sendAll(socket, data) {
  let sent = 0
  await step('sendall', async () => {
    const middle = sent + ((data.length - sent) >> 1)
    try {
      await socket.sendall([data.subarray(sent, middle), data.subarray(middle)])
    } catch (error) {
      sent += error.bytesSent ?? 0
      throw error
    }
  })
}

/** Echoes; a client that could not finish its connect has gone already. */
async function serve(socket, length) {
  const gone = (await step('recv', () => socket.recv(1, { flags: MSG_PEEK }))).length === 0
  if (!gone) await sendAll(socket, await receiveAll(socket, length))
  socket.close()
}

const content = Buffer.alloc(300_000, 'content')

async function connected(domain, address) {
  for (;;) {
    const socket = new Socket(domain, SOCK_STREAM)
    try {
      await socket.connect(address)
      socket.getpeername()
      return socket
    } catch (error) {
      failures.push({ step: 'connect', code: error.code, syscall: error.syscall })
      socket.close()
    }
  }
}

async function streams(domain, address, accepting) {
  const listener = new Socket(domain, SOCK_STREAM).bind(address).listen()
  const serving = []
  const accepts = async () => {
    if (accepting === 'connections')
      for await (const { socket } of listener.connections()) serving.push(serve(socket, content.length))
    else
      while (!listener.closed) {
        const accepted = await step('accept', () => listener.accept().catch(unlessClosed))
        if (accepted !== undefined) serving.push(serve(accepted.socket, content.length))
      }
  }
  const unlessClosed = error => {
    if (!listener.closed) throw error
  }
  const accepted = accepts()
  for (let i = 0; i < rounds; i++) {
    const client = await connected(domain, listener.getsockname())
    const [, back] = await Promise.all([sendAll(client, content), receiveAll(client, content.length)])
    expectSame(back, content)
    client.close()
  }
  listener.close()
  await accepted
  await Promise.all(serving)
}

async function datagrams(domain, address) {
  const server = new Socket(domain, SOCK_DGRAM).bind(address)
  const client = new Socket(domain, SOCK_DGRAM).bind(address)
  for (let i = 0; i < rounds; i++) {
    const message = Buffer.from(`datagram ${i}`)
    await step('sendto', () => client.sendto(message, server.getsockname()))
    const question = await step('recvfrom', () => server.recvfrom(100))
    await step('sendto', () => server.sendto(question.data, question.address))
    expectSame(
      (await step('recvfrom', () => client.recvfrom(Buffer.alloc(message.length)).then(() => ({ data: message }))))
        .data,
      message,
    )
  }
  server.close()
  client.close()
}

async function packets(type) {
  const [one, other] = Socket.pair(type)
  for (let i = 0; i < rounds; i++) {
    const message = Buffer.from(`packet ${i}`)
    const receiving = step('recv', () => other.recv(100))
    await step('send', () => one.send(message))
    expectSame(await receiving, message)
  }
  one.close()
  other.close()
}

const parts = {
  async streams() {
    await streams(AF_INET, local, 'connections')
    await streams(AF_INET, local, 'accept')
    await streams(AF_UNIX, { path: '' }, 'connections')
    await streams(AF_UNIX, { path: '' }, 'accept')
  },
  async messages() {
    await datagrams(AF_INET, local)
    await datagrams(AF_UNIX, { path: '' })
    await packets(SOCK_SEQPACKET)
    await packets(SOCK_DGRAM)
  },
}

const wanted = process.argv.slice(2)
const before = sockets()
for (const [name, exchange] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await exchange()
console.log(JSON.stringify({ failures, left: sockets() - before }))
