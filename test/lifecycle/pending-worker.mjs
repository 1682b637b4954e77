// A worker with something of every kind pending; what `workerData` names goes on in a loop.
import { parentPort, workerData } from 'node:worker_threads'
import { AF_INET, AF_UNIX, MSG_WAITALL, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'

const ignored = () => undefined
const keep = []
const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()

function pend() {
  const [one, other] = Socket.pair(SOCK_STREAM)
  const [dgram, peer] = Socket.pair(SOCK_DGRAM)
  const tcp = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
  const full = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen(0)
  const clients = [1, 2, 3].map(() => new Socket(AF_UNIX, SOCK_STREAM))
  const [web, webPeer] = Socket.pair(SOCK_STREAM)
  keep.push(one, other, dgram, peer, tcp, full, clients, web, webPeer)
  const waiting = [
    other.recv(1),
    other.recv(10, { flags: MSG_WAITALL, timeout: 100_000 }),
    one.sendall(Buffer.alloc(8 << 20)),
    other.readable(),
    dgram.recvfrom(10, { signal: AbortSignal.timeout(100_000) }),
    dgram.datagrams().next(),
    tcp.accept(),
    tcp.connections().next(),
    ...clients.map(client => client.connect(full.getsockname())),
    web.streams().readable.getReader().read(),
    webPeer.duplex().on('data', ignored),
  ]
  for (const one of waiting) one.catch?.(ignored)
}

const loops = {
  nothing: () => new Promise(ignored),
  'opening and closing': () => new Socket(AF_INET, SOCK_DGRAM).close(),
  'making pairs': () => {
    for (const socket of Socket.pair(SOCK_STREAM)) socket.close()
  },
  'taking dups': () => keep[0].dup().close(),
  'detaching and adopting': () => {
    keep[0] = Socket.from(keep[0].detach())
  },
  echoing: async () => {
    await keep[7].send(Buffer.from('x'))
    await keep[8].recv(1)
  },
  aborting: async () => {
    const controller = new AbortController()
    const receiving = keep[2].recv(1, { signal: controller.signal })
    controller.abort()
    await receiving.catch(ignored)
  },
  accepting: async () => {
    const client = new Socket(AF_UNIX, SOCK_STREAM)
    await client.connect(listener.getsockname())
    client.close()
    const { socket } = await listener.accept()
    socket.close()
  },
}

pend()
parentPort.postMessage('ready')
const step = loops[workerData]
for (;;) await step()
