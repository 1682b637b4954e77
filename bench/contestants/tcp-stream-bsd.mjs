// `tcp-stream` with the promises of Socket. tcp-stream-bsd <receive | send> <bytes>; each line of the input is a port.
import { createInterface } from 'node:readline'
import { AF_INET, SOCK_STREAM, Socket } from 'bsd-sockets'

const [role, bytes] = [process.argv[2], Number(process.argv[3])]
const buffer = Buffer.alloc(65_536)

async function receive(socket) {
  for (let received = 0; ; ) {
    const count = await socket.recv(buffer)
    if (count === 0) return received
    received += count
  }
}

async function send(socket) {
  for (let sent = 0; sent < bytes; sent += buffer.length) await socket.sendall(buffer)
  return bytes
}

for await (const port of createInterface({ input: process.stdin })) {
  const socket = new Socket(AF_INET, SOCK_STREAM)
  await socket.connect({ address: '127.0.0.1', port: Number(port) })
  const moved = role === 'receive' ? await receive(socket) : await send(socket)
  socket.close()
  console.log(JSON.stringify({ bytes: moved }))
}
