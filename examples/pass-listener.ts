// Hands a listening socket to a new process without refusing a connection: SCM_RIGHTS over a socketpair.
//
//   npx tsx examples/pass-listener.ts [port, 0]
//
// The first process listens, starts a second one, and passes the listener on; both may accept in between, so no client
// is refused. Then the first closes its own descriptor, and the second one answers.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { AF_INET, formatSockaddr, SOCK_SEQPACKET, SOCK_STREAM, Socket } from 'bsd-sockets'

async function answer(listener: Socket<'AF_INET'>, who: string): Promise<void> {
  for await (const { socket } of listener.connections()) {
    using connection = socket
    await connection.sendall(Buffer.from(`${who} ${process.pid}\n`))
  }
}

async function parent(port: number): Promise<void> {
  using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port }).listen()
  console.log(`listening on ${formatSockaddr(listener.getsockname())}`)
  const [mine, theirs] = Socket.pair(SOCK_SEQPACKET)
  using control = mine
  const arguments_ = [...process.execArgv, fileURLToPath(import.meta.url), 'child']
  const child = spawn(process.execPath, arguments_, { stdio: ['inherit', 'inherit', 'inherit', theirs.fd] })
  theirs.close()
  const exited = once(child, 'exit')
  const answering = answer(listener, 'parent')
  await control.sendfds([listener], Buffer.from('listener'))
  await control.recv(100) // the child has it
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
  console.log('handed over')
  listener.close()
  await answering
  await exited
}

async function child(): Promise<void> {
  using control = Socket.from(3)
  const { fds } = await control.recvfds(1)
  const [fd] = fds
  if (fd === undefined) throw new Error('no descriptor came')
  const listener = Socket.from(fd)
  if (!listener.is(AF_INET)) throw new Error('it is not an AF_INET socket')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => listener.close())
  await control.send(Buffer.from('got it'))
  await answer(listener, 'child')
}

const [mode = '0'] = process.argv.slice(2)
await (mode === 'child' ? child() : parent(Number(mode)))
