// `raw-icmp` with the npm package raw-socket. raw-icmp-raw-socket <at a time>
import { createRequire } from 'node:module'
import { answerLines } from './cost.mjs'
import { expectReply, length, requestOf } from './icmp-echo.mjs'

const raw = createRequire(new URL('../.rivals/', import.meta.url))('raw-socket')
const atATime = Number(process.argv[2])
const socket = raw.createSocket({ protocol: raw.Protocol.ICMP })
const [solRaw, icmpFilter] = [255, 1]
const onlyReplies = Buffer.alloc(4)
onlyReplies.writeUInt32LE(~1 >>> 0)
socket.setOption(solRaw, icmpFilter, onlyReplies, onlyReplies.length)
let sequence = 0
let take
socket.on('message', packet => take(packet))

function failing(error) {
  if (error) throw error
}

function exchange() {
  let taken = sequence
  for (let i = 0; i < atATime; i++) {
    // It sends later: each has bytes of its own.
    const request = Buffer.from(requestOf(sequence++ & 0xffff))
    socket.send(request, 0, length, '127.0.0.1', failing)
  }
  return new Promise(resolve => {
    take = packet => {
      expectReply(packet, taken++ & 0xffff)
      if (taken === sequence) resolve()
    }
  })
}

await answerLines((echoes, cost) =>
  cost.of(async () => {
    for (let left = echoes; left > 0; left -= atATime) await exchange()
  }),
)
