// Holds a connection for a while, and echoes on it; then gives it back, or on. As a worker it gets the descriptor's number
// and answers it; as a process it gets descriptors by the socket that is its descriptor 3; or descriptor 3 is the connection.
import { isMainThread, parentPort } from 'node:worker_threads'
import { SHUT_WR, Socket } from 'bsd-sockets'

/** Echoes until `signal` aborts: what was received is sent back before. */
export async function echo(socket, signal) {
  try {
    for (;;) {
      const data = await socket.recv(65_536, { signal })
      if (data.length === 0) return socket.shutdown(SHUT_WR)
      await socket.sendall(data)
    }
  } catch (error) {
    if (error !== signal.reason) throw error
  }
}

function inWorker() {
  let held
  parentPort.on('message', async message => {
    if (typeof message === 'number') {
      const socket = Socket.from(message)
      const stop = new AbortController()
      held = { socket, stop, echoing: echo(socket, stop.signal) }
      return
    }
    held.stop.abort()
    await held.echoing
    parentPort.postMessage(held.socket.detach())
  })
}

async function byControl() {
  const control = Socket.from(3)
  for (;;) {
    const { fds, data } = await control.recvfds(1)
    if (data.length === 0) return
    const socket = Socket.from(fds[0])
    const stop = new AbortController()
    const echoing = echo(socket, stop.signal)
    await control.recv(10)
    stop.abort()
    await echoing
    await control.sendfds([socket])
    socket.close()
  }
}

if (!isMainThread) inWorker()
else if (process.argv[2] === 'control') await byControl()
else if (process.argv[2] === 'connection') await echo(Socket.from(3), new AbortController().signal)
