// A process for ends.mjs: does what its argument names.
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

const [a, b] = Socket.pair(SOCK_STREAM)
const say = data => console.log('got', String(data))
const sendLater = milliseconds => setTimeout(() => posix.send(a.fd, Buffer.from('x')), milliseconds).unref()
const ignored = () => undefined

const ways = {
  ref() {
    sendLater(300)
    b.recv(1).then(say)
  },
  async done() {
    sendLater(100)
    await b.recv(1)
  },
  unref() {
    b.unref()
    sendLater(3000)
    b.recv(1).then(say)
  },
  exit() {
    const udp = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
    const tcp = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
    for (const pending of [udp.recv(1), tcp.accept(), a.sendall(Buffer.alloc(8 << 20))]) pending.catch(ignored)
    b.recv(1).then(() => process.exit(7))
  },
  throw() {
    setTimeout(() => posix.send(a.fd, Buffer.from('x')), 50)
    b.recv(1).then(() => {
      throw new Error('mine')
    })
  },
  wait() {
    b.recv(1).catch(ignored)
    setTimeout(() => {
      const before = process.cpuUsage()
      setTimeout(() => {
        const { user, system } = process.cpuUsage(before)
        console.log((user + system) / 1000)
        process.exit(0)
      }, 500)
    }, 500)
  },
}

ways[process.argv[2]]()
