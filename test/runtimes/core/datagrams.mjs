// Datagrams and packets: what is sent in one piece arrives in one.
import { deepEqual, equal } from 'node:assert/strict'
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_SEQPACKET, Socket } from 'bsd-sockets'
import { skip } from './skipped.mjs'

function udp(own) {
  return own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 }))
}

export const checks = {
  async 'UDP goes both ways, with addresses'(own) {
    const [one, other] = [udp(own), udp(own)]
    const receiving = other.recvfrom(100)
    await one.sendto(Buffer.from('question'), other.getsockname())
    const { data, address, truncated } = await receiving
    deepEqual([String(data), address, truncated], ['question', one.getsockname(), false])
    await other.sendto(Buffer.from('answer'), address)
    equal(String(await one.recv(100)), 'answer')
  },

  async 'a datagram that is cut says so, an empty one is no end'(own) {
    const [one, other] = [udp(own), udp(own)]
    await one.connect(other.getsockname())
    await one.send(Buffer.from('too long'))
    deepEqual(await other.recvfrom(3).then(({ data, truncated }) => [String(data), truncated]), ['too', true])
    await one.send(Buffer.alloc(0))
    equal((await other.recv(3)).length, 0)
    await one.send(Buffer.from('on'))
    equal(String(await other.recv(3)), 'on')
  },

  async 'datagrams() gives each, and ends when the socket is closed'(own) {
    const [one, other] = [udp(own), udp(own)]
    const got = []
    const loop = (async () => {
      for await (const { data } of other.datagrams()) if (got.push(String(data)) === 100) other.close()
    })()
    for (let i = 0; i < 100; i++) await one.sendto(Buffer.from(String(i)), other.getsockname())
    await loop
    deepEqual(
      got,
      got.map((_, i) => String(i)),
    )
  },

  async 'AF_UNIX datagrams find a name that the kernel chose'(own) {
    if (process.platform !== 'linux') skip('abstract names are of Linux')
    const to = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' }))
    const from = own(new Socket(AF_UNIX, SOCK_DGRAM).bind({ path: '' }))
    await from.sendto(Buffer.from('logged'), to.getsockname())
    const { data, address } = await to.recvfrom(100)
    deepEqual([String(data), address], ['logged', from.getsockname()])
  },

  async 'a sender waits until there is room'(own) {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    let sent = 0
    while (one.trySend(Buffer.alloc(512)) !== undefined) sent++
    const sending = one.send(Buffer.from('waited'))
    setTimeout(() => {
      for (let i = 0; i < sent; i++) other.tryRecv(512)
    }, 20)
    equal(await sending, 6)
    equal(String(await other.recv(512)), 'waited')
  },

  async 'SOCK_SEQPACKET keeps the borders of its messages'(own) {
    if (process.platform === 'darwin') skip('macOS has no SOCK_SEQPACKET of AF_UNIX')
    const [one, other] = Socket.pair(SOCK_SEQPACKET).map(own)
    await one.send(Buffer.from('one'))
    await one.send(Buffer.from('two'))
    deepEqual([String(await other.recv(100)), String(await other.recv(100))], ['one', 'two'])
  },

  async 'more sockets than one wake-up takes are all served'(own) {
    const pairs = Array.from({ length: 400 }, () => Socket.pair(SOCK_DGRAM).map(own))
    for (let round = 0; round < 5; round++) {
      const waiting = pairs.map(([, to]) => to.recv(8))
      await new Promise(resolve => setImmediate(resolve))
      for (const [from] of pairs) from.trySend(Buffer.from(String(round)))
      for (const data of await Promise.all(waiting)) equal(String(data), String(round))
    }
  },
}
