// `udp-gso` with batches, whose pieces are pushed for each burst, or sent again as they are. What was sent on loopback has
// come: it is taken without waiting.
// udp-gso-bsd <push | again> <bytes of a segment> <segments of a piece> <pieces of a burst>
import { AF_INET, MessageBatch, SOCK_DGRAM, Socket, UDP_GRO } from 'bsd-sockets'
import { answerLines } from './cost.mjs'
import { lengthenQueue } from './queue.mjs'

const again = process.argv[2] === 'again'
const [segmentSize, segments, pieces] = process.argv.slice(3).map(Number)
const piece = Buffer.alloc(segmentSize * segments, 1)
const receiver = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 }).setsockopt(UDP_GRO, true)
const sender = new Socket(AF_INET, SOCK_DGRAM)
const outgoing = new MessageBatch({ domain: AF_INET, count: pieces, size: piece.length, control: true })
const incoming = new MessageBatch({ domain: AF_INET, count: 64, size: 65_536, control: true })

function push() {
  outgoing.clear()
  while (outgoing.push(piece, undefined, { segmentSize }));
}

async function burst() {
  if (!again) push()
  if (sender.trySendmmsg(outgoing) !== pieces) throw new Error('no room for a burst')
  for (let left = pieces * piece.length; left > 0; ) {
    const count = receiver.tryRecvmmsg(incoming) ?? (await receiver.recvmmsg(incoming))
    for (let i = 0; i < count; i++) {
      if (incoming.segmentSize(i) !== segmentSize) throw new Error('segments of another size')
      left -= incoming.data(i).length
    }
  }
}

push()
lengthenQueue(receiver.fd)
await sender.connect(receiver.getsockname())
await answerLines((bursts, cost) =>
  cost.of(async () => {
    for (let i = 0; i < bursts; i++) await burst()
  }),
)
