// Messages with ancillary data, descriptors, the queue of errors.
import { deepEqual, equal, ok } from 'node:assert/strict'
import { AF_INET, IP_PKTINFO, IP_RECVERR, IP_RECVTTL, SO_TIMESTAMP, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { skip } from './skipped.mjs'

function udp(own) {
  return own(new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 }))
}

function needsLinux() {
  if (process.platform !== 'linux') skip('of Linux')
}

export const checks = {
  async 'sendmsg gathers, recvmsg scatters'(own) {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    equal(await one.sendmsg({ data: [Buffer.from('gat'), Buffer.from('hered')] }), 8)
    const into = [Buffer.alloc(5), Buffer.alloc(5)]
    const { length, truncated } = await other.recvmsg(into)
    deepEqual([length, truncated, into.map(String)], [8, false, ['gathe', 'red\0\0']])
  },

  async 'IP_PKTINFO, IP_TTL and a time stamp come with a datagram'(own) {
    needsLinux()
    const [one, other] = [udp(own), udp(own)]
    other.setsockopt(IP_PKTINFO, true).setsockopt(IP_RECVTTL, true).setsockopt(SO_TIMESTAMP, true)
    await one.sendmsg({ data: Buffer.from('x'), address: other.getsockname(), control: [{ type: 'IP_TTL', value: 7 }] })
    const { control } = await other.recvmsg(10)
    const found = type => control.find(one => one.type === type)
    equal(found('IP_PKTINFO').destination, '127.0.0.1')
    equal(found('IP_TTL').value, 7)
    equal(typeof found('SCM_TIMESTAMP').value, 'bigint')
  },

  async 'descriptors are handed over'(own) {
    const [one, other] = Socket.pair(SOCK_STREAM).map(own)
    const [near, far] = Socket.pair(SOCK_STREAM).map(own)
    await one.sendfds([far], Buffer.from('here'))
    far.close()
    const { fds, data } = await other.recvfds(4)
    deepEqual([fds.length, String(data)], [1, 'here'])
    const received = own(Socket.from(fds[0]))
    ok(posix.fcntl(received.fd, posix.F_GETFD) !== 0)
    await near.send(Buffer.from('through'))
    equal(String(await received.recv(10)), 'through')
  },

  async 'a queued ICMP error tells who sent it'(own) {
    needsLinux()
    const socket = udp(own).setsockopt(IP_RECVERR, true)
    const free = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
    const address = free.getsockname()
    free.close()
    const waiting = socket.recverr({ timeout: 5000 })
    await socket.sendto(Buffer.from('x'), address)
    const error = await waiting
    equal(error.offender.address, '127.0.0.1')
  },

  async 'messages() gives each, as they come'(own) {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    setTimeout(() => one.trySend(Buffer.from('first')), 10)
    setTimeout(() => one.trySend(Buffer.from('second')), 20)
    const got = []
    for await (const { data } of other.messages()) if (got.push(String(data)) === 2) break
    deepEqual(got, ['first', 'second'])
  },
}
