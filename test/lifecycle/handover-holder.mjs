// Holds a connection for a while, and echoes on it; then gives it back, or on. As a worker it gets the descriptor's number
// and answers it; as a process it says on its descriptor 3 that it has started, and gets descriptors there; or descriptor 4 is the connection,
// which it takes once the other end of descriptor 3 is closed.
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

async function byControl(control) {
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

async function asProcess(mode) {
  const control = Socket.from(3)
  await control.send(Buffer.from('started'))
  if (mode === 'control') return byControl(control)
  await control.recv(1)
  await echo(Socket.from(4), new AbortController().signal)
}

if (!isMainThread) inWorker()
else if (process.argv[2]) await asProcess(process.argv[2])
