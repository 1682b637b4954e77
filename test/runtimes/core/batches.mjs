// Batches: many messages with one system call, or one by one where the system lacks that call; datagrams that the kernel
// cuts, or the library where it cannot.
import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import {
  AF_INET,
  AF_UNIX,
  IP_PKTINFO,
  IP_RECVTOS,
  MessageBatch,
  SO_TIMESTAMP,
  SOCK_DGRAM,
  Socket,
  UDP_GRO,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { skip } from './skipped.mjs'

function udp(own) {
  return own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 }))
}

function batchOf(...texts) {
  const batch = new MessageBatch({ count: 16, size: 8192 })
  for (const text of texts) batch.push(Buffer.from(text))
  return batch
}

const numbered = Array.from({ length: 10 }, (_, i) => `number ${i}`)

/** What the messages of a batch say, and of as many batches as it takes to have `count`. */
async function texts(socket, batch, count) {
  const got = []
  while (got.length < count) {
    await socket.recvmmsg(batch)
    for (const { data } of batch) got.push(String(data))
  }
  return got
}

export const checks = {
  async 'what sendmmsg sends, recvmmsg receives, with addresses'(own) {
    const [one, other] = [udp(own), udp(own)]
    const outgoing = new MessageBatch({ domain: AF_INET, count: 10, size: 100 })
    for (const text of numbered) equal(outgoing.push(Buffer.from(text), other.getsockname()), true)
    equal(outgoing.push(Buffer.from('full'), other.getsockname()), false)
    equal(await one.sendmmsg(outgoing), 10)
    const batch = new MessageBatch({ domain: AF_INET, count: 64, size: 100 })
    deepEqual(await texts(other, batch, 10), numbered)
    deepEqual(batch.address(batch.length - 1), one.getsockname())
  },

  async 'a batch that was received goes back to who sent it'(own) {
    const [server, ...clients] = [udp(own), udp(own), udp(own)]
    for (const [i, client] of clients.entries()) await client.sendto(Buffer.from(`of ${i}`), server.getsockname())
    const batch = new MessageBatch({ domain: AF_INET, count: 8, size: 100 })
    for (let sent = 0; sent < 2; sent += await server.sendmmsg(batch)) await server.recvmmsg(batch)
    for (const [i, client] of clients.entries()) equal(String(await client.recv(100)), `of ${i}`)
  },

  async 'recvmmsg waits, and what is taken back loses nothing'(own) {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    const batch = batchOf()
    equal(other.tryRecvmmsg(batch), undefined)
    await rejects(other.recvmmsg(batch, { timeout: 20 }), { code: 'ETIMEDOUT' })
    const stop = new AbortController()
    const aborted = rejects(other.recvmmsg(batch, { signal: stop.signal }), { message: 'enough' })
    stop.abort(new Error('enough'))
    await aborted
    const receiving = texts(other, batch, 2)
    setTimeout(() => one.trySendmmsg(batchOf('first', 'second')), 20)
    deepEqual(await receiving, ['first', 'second'])
  },

  async 'sendmmsg waits for room, and sends all'(own) {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    let sent = 0
    while (one.trySend(Buffer.alloc(512)) !== undefined) sent++
    const sending = one.sendmmsg(batchOf(...numbered))
    deepEqual((await texts(other, batchOf(), sent + 10)).slice(sent), numbered)
    equal(await sending, 10)
  },

  async 'an error tells how many were sent before'(own) {
    const socket = udp(own)
    const batch = new MessageBatch({ domain: AF_INET, count: 4, size: 65_535 })
    batch.push(Buffer.from('fits'), socket.getsockname())
    batch.push(Buffer.alloc(65_535), socket.getsockname())
    await rejects(socket.sendmmsg(batch), { code: 'EMSGSIZE', syscall: 'sendmmsg', messagesSent: 1 })
    equal(String(await socket.recv(10)), 'fits')
  },

  async 'one that is longer than its room says so, and clear forgets all'(own) {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    await one.send(Buffer.from('too long'))
    const batch = new MessageBatch({ domain: AF_UNIX, count: 2, size: 3 })
    equal(await other.recvmmsg(batch), 1)
    deepEqual([String(batch.data(0)), batch.flags(0) & posix.MSG_TRUNC], ['too', posix.MSG_TRUNC])
    batch.clear()
    equal(batch.length, 0)
    throws(() => batch.data(0), { code: 'ERR_OUT_OF_RANGE' })
  },

  async 'where each was sent to, its mark and its time come with control'(own) {
    if (process.platform !== 'linux') skip('of Linux')
    const [one, other] = [udp(own), udp(own)]
    other.setsockopt(IP_PKTINFO, true).setsockopt(IP_RECVTOS, true).setsockopt(SO_TIMESTAMP, true)
    await one.sendto(Buffer.from('x'), other.getsockname(), { ecn: 2 })
    const batch = new MessageBatch({ domain: AF_INET, count: 2, size: 10, control: true })
    equal(await other.recvmmsg(batch), 1)
    deepEqual([batch.destination(0), batch.ecn(0), typeof batch.timestamp(0)], ['127.0.0.1', 2, 'bigint'])
  },

  async 'a large one is cut into datagrams'(own) {
    const [one, other] = [udp(own), udp(own)]
    const batch = new MessageBatch({ domain: AF_INET, count: 2, size: 8192 })
    batch.push(Buffer.alloc(5000, 'large'), other.getsockname(), { segmentSize: 1200 })
    batch.push(Buffer.from('after'), other.getsockname())
    equal(await one.sendmmsg(batch), 2)
    const lengths = []
    for (let i = 0; i < 6; i++) lengths.push((await other.recv(8192)).length)
    deepEqual(lengths, [1200, 1200, 1200, 1200, 200, 5])
  },

  async 'datagrams that the kernel put together come apart again'(own) {
    if (!UDP_GRO.supported) skip('this system has no UDP_GRO')
    const [one, other] = [udp(own), udp(own)]
    other.setsockopt(UDP_GRO, true)
    await one.sendto(Buffer.alloc(5000), other.getsockname(), { segmentSize: 1200 })
    const batch = new MessageBatch({ domain: AF_INET, count: 8, size: 8192 })
    equal(await other.recvmmsg(batch), 1)
    deepEqual([batch.data(0).length, batch.segmentSize(0)], [5000, 1200])
    deepEqual(
      Array.from(batch, ({ data }) => data.length),
      [1200, 1200, 1200, 1200, 200],
    )
  },

  'the C functions move batches too'(own) {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    equal(posix.sendmmsg(one.fd, batchOf(...numbered), 0, 7), 3)
    const batch = batchOf()
    equal(posix.recvmmsg(other.fd, batch, posix.MSG_WAITFORONE), 3)
    deepEqual(
      Array.from(batch, ({ data }) => String(data)),
      numbered.slice(7),
    )
    throws(() => posix.recvmmsg(other.fd, batch, posix.MSG_DONTWAIT), { code: 'EAGAIN', syscall: 'recvmmsg' })
  },
}
