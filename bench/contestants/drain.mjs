// What the contestants of `udp-drain` and `capture` in JavaScript share: a queue, and its filling before each drain.
// drain-* <udp | packet> <how> <messages> <bytes>; each line of the input is a number of drains.
import * as posix from 'bsd-sockets/posix'
import { answerLines } from './cost.mjs'
import { lengthenQueue } from './queue.mjs'

export const [kind, how] = process.argv.slice(2)
const [messages, bytes] = process.argv.slice(4).map(Number)
export const room = 2048

const loopback = { family: 'AF_INET', address: '127.0.0.1', port: 0 }
/** Of a frame: Ethernet, IPv4, UDP. */
const headers = 14 + 20 + 8

function boundDatagrams() {
  const fd = posix.socket('AF_INET', 'SOCK_DGRAM')
  posix.bind(fd, loopback)
  return fd
}

/** Binds `fd`; gives what fills its queue. */
function filling(fd) {
  const sender = posix.socket('AF_INET', 'SOCK_DGRAM')
  const message = Buffer.alloc(bytes)
  if (kind === 'packet') {
    posix.setsockopt(fd, posix.PACKET_IGNORE_OUTGOING, true)
    posix.bind(fd, { family: 'AF_PACKET', protocol: posix.ETH_P_ALL, ifindex: posix.if_nametoindex('lo') })
    posix.connect(sender, posix.getsockname(boundDatagrams()))
  } else {
    posix.bind(fd, loopback)
    posix.connect(sender, posix.getsockname(fd))
  }
  lengthenQueue(fd)
  return () => {
    for (let i = 0; i < messages; i++) posix.send(sender, message)
    if (posix.getsockopt(fd, posix.SO_MEMINFO).drops > 0)
      throw new Error('the queue is too short: it takes CAP_NET_ADMIN to make it longer')
  }
}

/** `open()` follows the bind, and gives `drain(messages, bytes)`, which resolves with how many bytes they were. */
export async function compete(fd, open) {
  const fill = filling(fd)
  const expected = messages * (bytes + (kind === 'packet' ? headers : 0))
  const drain = open()
  await answerLines(async (drains, cost) => {
    for (let i = 0; i < drains; i++) {
      fill()
      const got = await cost.of(() => drain(messages, expected))
      if (got !== expected) throw new Error(`${got} bytes instead of ${expected}`)
    }
  })
}
