// A worker that echoes on the descriptor it is given until it is told to detach it; or accepts, and echoes once.
import { parentPort } from 'node:worker_threads'
import { Socket } from 'bsd-sockets'

let socket
let echoing

async function echo() {
  for await (const chunk of socket.chunks()) await socket.sendall(chunk)
}

async function serve(listener) {
  for await (const { socket } of listener.connections())
    socket
      .recv(16)
      .then(data => socket.sendall(data))
      .finally(() => socket.close())
}

parentPort.on('message', async message => {
  if (typeof message === 'number') {
    socket = Socket.from(message)
    echoing = echo()
  } else if (message === 'detach') {
    const fd = socket.detach()
    await echoing
    parentPort.postMessage(fd)
  } else serve(Socket.from(message.listen))
})
