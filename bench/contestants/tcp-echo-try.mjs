import { AF_INET, SOCK_STREAM, Socket } from 'bsd-sockets'

const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
console.log(JSON.stringify({ port: listener.getsockname().port }))
for await (const { socket } of listener.connections()) echo(socket)
async function echo(socket) {
  for (;;) {
    const data = await socket.recv(65536)
    if (data.length === 0) break
    if (socket.trySend(data) !== data.length) throw 1
  }
  socket.close()
}
