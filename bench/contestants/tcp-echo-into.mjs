import { AF_INET, SOCK_STREAM, Socket } from 'bsd-sockets'

const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
console.log(JSON.stringify({ port: listener.getsockname().port }))
for await (const { socket } of listener.connections()) echo(socket)
async function echo(socket) {
  const room = Buffer.allocUnsafeSlow(16384)
  for (;;) {
    const n = await socket.recv(room)
    if (n === 0) break
    await socket.sendall(room.subarray(0, n))
  }
  socket.close()
}
