// Run with mirror.c preloaded: takes a list of control messages, control buffers and values of options, and answers with
// the buffers, messages and values that bsd-sockets makes of them; with an error's message where it throws. Base64 of
// v8.serialize, both ways.
import { readFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { Socket, TLS_RX, TLS_TX } from 'bsd-sockets'

const options = { TLS_RX, TLS_TX }
const [one, other] = Socket.pair('SOCK_DGRAM')

async function turned(given) {
  if (given instanceof Uint8Array) {
    await one.send(given)
    return (await other.recvmsg(1)).control
  }
  if ('option' in given) return one.setsockopt(options[given.option], given.value).getsockopt(options[given.option])
  await one.sendmsg({ data: Buffer.alloc(1), control: [given] })
  return other.recv(65_536)
}

const answers = []
for (const given of deserialize(Buffer.from(readFileSync(0, 'latin1'), 'base64')))
  answers.push(await turned(given).catch(error => String(error)))
console.log(serialize(answers).toString('base64'))
