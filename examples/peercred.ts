// Who is on the other end of an AF_UNIX connection: the kernel tells, not the peer. unix(7), Linux.
//
//   npx tsx examples/peercred.ts /tmp/who       and in another terminal: socat - UNIX:/tmp/who
//
// SO_PEERCRED is who called connect(2). The number of a process that has ended is given to another in time; SO_PEERPIDFD
// (Linux 6.5) is a descriptor of that very process, and readable once it has ended.
import { unlinkSync } from 'node:fs'
import { AF_UNIX, SO_PEERCRED, SO_PEERPIDFD, SOCK_STREAM, Socket, SocketError } from 'bsd-sockets'
import { close, POLLIN, poll } from 'bsd-sockets/posix'

function state(client: Socket): string {
  try {
    const fd = client.getsockopt(SO_PEERPIDFD)
    const ended = poll([{ fd, events: POLLIN }], 0) > 0
    close(fd) // it is ours
    return ended ? 'has ended' : 'is running'
  } catch (error) {
    if (error instanceof SocketError && error.code === 'ENOPROTOOPT') return 'may be running'
    throw error
  }
}

async function answer(client: Socket): Promise<void> {
  using _ = client
  const { pid, uid, gid } = client.getsockopt(SO_PEERCRED)
  const welcome = uid === 0 || uid === process.getuid?.()
  console.log(`process ${pid} of user ${uid}, group ${gid}, ${state(client)}: ${welcome ? 'welcome' : 'refused'}`)
  await client.sendall(Buffer.from(welcome ? `hello, process ${pid}\n` : 'not you\n'))
}

const [path = '/tmp/who'] = process.argv.slice(2)
using listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path }).listen()
console.log(`waiting at ${path}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => listener.close()) // ends the loop below

for await (const { socket } of listener.connections()) answer(socket).catch(error => console.log(error.message))
unlinkSync(path) // the library never does: who made a path removes it
