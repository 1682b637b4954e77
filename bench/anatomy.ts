// What one receive is made of: the same datagram taken in more and more comfortable ways, in ns; the least of many rounds, so
// that what else the machine does counts little. docs/performance.md explains the table. npx tsx bench/anatomy.ts
import { AF_INET, MessageBatch, SOCK_DGRAM, Socket } from 'bsd-sockets'
import { recv } from 'bsd-sockets/posix'

const each = 1000
const rounds = 60
const message = Buffer.alloc(64)
const room = Buffer.alloc(100)
const receiver = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })
const sender = new Socket(AF_INET, SOCK_DGRAM)
await sender.connect(receiver.getsockname())
const batch = new MessageBatch({ domain: AF_INET, count: 50, size: 100 })
const one = new MessageBatch({ domain: AF_INET, count: 1, size: 100 })
const [left, right] = Socket.pair('SOCK_STREAM')

type Take = () => number | Promise<number>

/** Takes 50 datagrams that wait. */
async function fifty(take: () => unknown): Promise<number> {
  for (let i = 0; i < 50; i++) await take()
  return 50
}

function fiftyNow(take: () => unknown): number {
  for (let i = 0; i < 50; i++) take()
  return 50
}

const ways: Readonly<Record<string, Take>> = {
  'posix.recv(fd, view)': () => fiftyNow(() => recv(receiver.fd, room)),
  'tryRecv(view)': () => fiftyNow(() => receiver.tryRecv(room)),
  'tryRecv(size)': () => fiftyNow(() => receiver.tryRecv(100)),
  'tryRecvfrom(size)': () => fiftyNow(() => receiver.tryRecvfrom(100)),
  'await recv(view)': () => fifty(() => receiver.recv(room)),
  'await recv(size)': () => fifty(() => receiver.recv(100)),
  'await recvfrom(size)': () => fifty(() => receiver.recvfrom(100)),
  'await recvmsg(size)': () => fifty(() => receiver.recvmsg(100)),
  'await recvmmsg(batch of 1)': () => fifty(() => receiver.recvmmsg(one)),
  'datagrams()': async () => {
    let count = 0
    for await (const _ of receiver.datagrams()) if (++count === 50) break
    return count
  },
  'recvmmsg(batch of 50), each data(i)': async () => {
    let count = 0
    while (count < 50) {
      count += await receiver.recvmmsg(batch)
      for (let i = 0; i < batch.length; i++) batch.data(i)
    }
    return count
  },
}

async function timed(take: Take): Promise<number> {
  let spent = 0n
  let count = 0
  while (count < each) {
    for (let i = 0; i < 50; i++) sender.trySend(message)
    const before = process.hrtime.bigint()
    count += await take()
    spent += process.hrtime.bigint() - before
  }
  return Number(spent) / count
}

async function waiting(): Promise<number> {
  const before = process.hrtime.bigint()
  for (let i = 0; i < each; i++) {
    const received = left.recv(room)
    right.trySend(message)
    await received
  }
  return Number(process.hrtime.bigint() - before) / each
}

const least = new Map<string, number>()
for (let round = 0; round < rounds; round++) {
  const note = (name: string, time: number) => least.set(name, Math.min(time, least.get(name) ?? time))
  for (const [name, take] of Object.entries(ways)) note(name, await timed(take))
  note('a recv that waits, and the send it waits for', await waiting())
}
for (const [name, time] of least) console.log(name.padEnd(48), Math.round(time).toString().padStart(6), 'ns')
for (const socket of [receiver, sender, left, right]) socket.close()
