// Sends a batch, with a message that is to be cut in its middle, and one such message alone, from one socket to another,
// twice; prints what came. Run under strace, which makes some of the calls fail.
import { MessageBatch, Socket } from 'bsd-sockets'

const receiver = new Socket('AF_INET', 'SOCK_DGRAM').bind({ address: '127.0.0.1' })
const sender = new Socket('AF_INET', 'SOCK_DGRAM').bind({ address: '127.0.0.1' })
const to = receiver.getsockname()
const long = Buffer.from(Uint8Array.from({ length: 950 }, (_, i) => i))

const batch = new MessageBatch({ domain: 'AF_INET', count: 5, size: 1000 })
batch.push(Buffer.from('0'), to)
batch.push(Buffer.from('1'), to)
batch.push(long, to, { segmentSize: 100 })
batch.push(Buffer.from('3'), to)

const into = new MessageBatch({ domain: 'AF_INET', count: 64, size: 1000 })
const rounds = []
for (let round = 0; round < 2; round++) {
  const sent = [await sender.sendmmsg(batch), await sender.sendto(long, to, { segmentSize: 100 })]
  const came = []
  while (came.length < 23) {
    await receiver.recvmmsg(into)
    for (const { data } of into) came.push(Buffer.from(data))
  }
  const whole = Buffer.concat([...came.slice(2, 12), ...came.slice(13)]).equals(Buffer.concat([long, long]))
  rounds.push({ sent, lengths: came.map(data => data.length), whole })
}
console.log(JSON.stringify(rounds))
