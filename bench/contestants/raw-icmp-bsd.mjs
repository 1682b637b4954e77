// `raw-icmp` with Socket. raw-icmp-bsd <recvfrom | batch> <at a time>; each line of the input is a number of echoes.
import { AF_INET, ICMP_FILTER, IPPROTO_ICMP, MessageBatch, SOCK_RAW, Socket } from 'bsd-sockets'
import { answerLines } from './cost.mjs'
import { expectReply, length, requestOf } from './icmp-echo.mjs'

const [how, atATime] = [process.argv[2], Number(process.argv[3])]
const address = { address: '127.0.0.1', port: 0 }
const socket = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP).setsockopt(ICMP_FILTER, [0])
let sequence = 0

async function oneByOne() {
  const first = sequence
  for (let i = 0; i < atATime; i++) await socket.sendto(requestOf(sequence++ & 0xffff), address)
  for (let i = 0; i < atATime; i++) expectReply((await socket.recvfrom(2048)).data, (first + i) & 0xffff)
}

const outgoing = new MessageBatch({ domain: AF_INET, count: atATime, size: length })
const incoming = new MessageBatch({ domain: AF_INET, count: atATime, size: 2048 })

async function inBatches() {
  const first = sequence
  outgoing.clear()
  while (outgoing.push(requestOf(sequence & 0xffff), address)) sequence++
  await socket.sendmmsg(outgoing)
  for (let taken = 0; taken < atATime; ) {
    const count = await socket.recvmmsg(incoming)
    for (let i = 0; i < count; i++) expectReply(incoming.data(i), (first + taken++) & 0xffff)
  }
}

const exchange = how === 'batch' ? inBatches : oneByOne
await answerLines((echoes, cost) =>
  cost.of(async () => {
    for (let left = echoes; left > 0; left -= atATime) await exchange()
  }),
)
