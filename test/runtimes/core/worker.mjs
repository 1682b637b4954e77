// A worker for ends.mjs: operations pending, and two sockets that talk to each other without end.
import { parentPort } from 'node:worker_threads'
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'

const ignored = () => undefined
const tcp = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
const udp = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
const [one, other] = Socket.pair(SOCK_STREAM)
tcp.accept().catch(ignored)
udp.recv(1).catch(ignored)
for (let count = 0; ; count++) {
  const receiving = other.recv(1)
  setImmediate(() => one.trySend(Buffer.from('x')))
  await receiving
  if (count === 20) parentPort.postMessage('under way')
}
