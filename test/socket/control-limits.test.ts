// Control data at its limits: as much room as the kernel finds enough, and less; as many descriptors as fit, and more.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MSG_PEEK, SO_PASSPIDFD, SOCK_DGRAM, SOCK_SEQPACKET, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failure, thrown } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { runModule } from '../support/node.js'
import { own, unixPair } from '../support/pairs.js'

const header = 16 // struct cmsghdr of a 64-bit system

/** The open descriptors, by their numbers; the one that reads the folder is the same each time. */
function table(): string {
  return readdirSync('/proc/self/fd').join()
}

// A receive has as much room for control data as it asks for, which is enough. So it is cut from outside: by a library
// that stands between the addon and recvmsg(2).
const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-control-'))
const library = join(folder, 'control-room.so')
const canCut = needs('linux') && needs('program', 'cc')
const passPidfd = () => {
  using socket = new Socket('AF_UNIX', SOCK_DGRAM)
  socket.setsockopt(SO_PASSPIDFD, true)
}
const hasPidfd = canCut && thrown(passPidfd) === undefined

const cutting = `
const table = () => readdirSync('/proc/self/fd').join()
const say = value => console.log(JSON.stringify(value, (_, one) => typeof one === 'bigint' ? String(one) : one))
function withRoom(size, receive) {
  process.env.CONTROL_ROOM = size
  try { return receive() } finally { delete process.env.CONTROL_ROOM }
}
const fdsOf = ({ control }) => control.flatMap(one => one.type === 'SCM_RIGHTS' ? one.fds : [])
const x = Buffer.from('x')
const into = Buffer.alloc(10)
const receives = {
  'posix.recvmsg': (socket, options) => posix.recvmsg(socket.fd, into, 0, options),
  'Socket.recvmsg': (socket, options) => socket.tryRecvmsg(10, options),
}
`

async function resultOf(text: string): Promise<unknown> {
  const preload = [process.env['LD_PRELOAD'], library].filter(Boolean).join(':')
  const { code, stdout, stderr } = await runModule(cutting + text, { under: ['env', `LD_PRELOAD=${preload}`] })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** How many descriptors of `count` fit into so much room behind `before` other bytes. */
function fitting(room: number, count: number, before = 0): number {
  return Math.max(0, Math.min(count, Math.floor((room - before - header) / 4)))
}

const rooms = Array.from({ length: 80 }, (_, room) => room)

describe.runIf(canCut)('a control buffer that is cut at any byte', () => {
  beforeAll(() => {
    const source = fileURLToPath(new URL('control-room.c', import.meta.url))
    const flags = ['-shared', '-fPIC', '-Wall', '-Wextra', '-Werror']
    execFileSync('cc', [...flags, '-o', library, source, '-ldl'], { env: { ...process.env, LD_PRELOAD: '' } })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(['posix.recvmsg', 'Socket.recvmsg'])('gives the descriptors that arrived, and says so: %s', async name => {
    const found = await resultOf(`
      const [one, other] = Socket.pair(SOCK_DGRAM)
      const before = table()
      say(${JSON.stringify(rooms)}.map(room => {
        one.trySendmsg({ data: x, control: [{ type: 'SCM_RIGHTS', fds: [0, 1, 2] }] })
        const message = withRoom(room, () => receives['${name}'](other, { rights: true }))
        const fds = fdsOf(message)
        const arrived = fds.filter(fd => posix.fcntl(fd, posix.F_GETFD) === posix.FD_CLOEXEC).length
        for (const fd of fds) posix.close(fd)
        return [arrived, message.control.length, message.controlTruncated, message.length, table() === before]
      }))`)
    const count = (room: number) => fitting(room, 3)
    expect(found).toEqual(rooms.map(room => [count(room), Math.min(1, count(room)), count(room) < 3, 1, true]))
  })

  it('closes the descriptors that arrived where nobody takes them', async () => {
    const found = await resultOf(`
      const [one, other] = Socket.pair(SOCK_DGRAM)
      const before = table()
      say(${JSON.stringify(rooms)}.flatMap(room => Object.values(receives).map(receive => {
        one.trySendmsg({ data: x, control: [{ type: 'SCM_RIGHTS', fds: [0, 1, 2] }] })
        const { control, controlTruncated, length } = withRoom(room, () => receive(other))
        return [control.length, controlTruncated, length, table() === before]
      })))`)
    expect(found).toEqual(rooms.flatMap(() => [0, 1].map(() => [0, true, 1, true])))
  })

  it('says so in recvfds too', async () => {
    const found = await resultOf(`
      const [one, other] = Socket.pair(SOCK_DGRAM)
      const before = table()
      const found = []
      for (const room of ${JSON.stringify(rooms)}) {
        await one.sendfds([0, 1, 2], x)
        const { fds, data, controlTruncated } = await withRoom(room, () => other.recvfds(2))
        for (const fd of fds) posix.close(fd)
        found.push([fds.length, String(data), controlTruncated, table() === before])
      }
      say(found)`)
    expect(found).toEqual(rooms.map(room => [Math.min(2, fitting(room, 3)), 'x', true, true]))
  })

  it('gives the first of two messages whole, where the second is cut', async () => {
    const credentials = 32 // CMSG_SPACE of struct ucred
    const found = await resultOf(`
      const [one, other] = Socket.pair(SOCK_DGRAM)
      other.setsockopt(bsd.SO_PASSCRED, true)
      const before = table()
      say(${JSON.stringify(rooms)}.map(room => {
        one.trySendmsg({ data: x, control: [{ type: 'SCM_RIGHTS', fds: [0, 1, 2] }] })
        const message = withRoom(room, () => receives['posix.recvmsg'](other, { rights: true }))
        const fds = fdsOf(message)
        for (const fd of fds) posix.close(fd)
        const own = message.control.some(one => one.type === 'SCM_CREDENTIALS' && one.pid === process.pid)
        return [own, fds.length, message.controlTruncated, table() === before]
      }))`)
    const expected = rooms.map(room => {
      const count = fitting(room, 3, credentials)
      return [room >= credentials - 4, count, count < 3, true]
    })
    expect(found).toEqual(expected)
  })

  it.runIf(hasPidfd)('gives a descriptor of the sender whole or not at all: SCM_PIDFD', async () => {
    const found = await resultOf(`
      const [one, other] = Socket.pair(SOCK_DGRAM)
      other.setsockopt(bsd.SO_PASSPIDFD, true)
      const before = table()
      say(${JSON.stringify(rooms)}.map(room => {
        const send = () => one.trySendmsg({ data: x, control: [{ type: 'SCM_RIGHTS', fds: [0] }] })
        send()
        const { control } = withRoom(room, () => other.tryRecvmsg(10, { rights: true }))
        for (const message of control) for (const fd of message.fds ?? [message.fd]) posix.close(fd)
        send()
        withRoom(room, () => other.tryRecvmsg(10))
        return [control.length, table() === before]
      }))`)
    const whole = header + 4 // and CMSG_SPACE of it is 24
    expect(found).toEqual(rooms.map(room => [room < whole ? 0 : room < 24 + whole ? 1 : 2, true]))
  })

  it('gives every message that is whole as it is without a cut, and what is cut by its number', async () => {
    const found = await resultOf(`
      const socket = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })
      for (const option of [bsd.IP_PKTINFO, bsd.IP_RECVTTL, bsd.IP_RECVTOS, bsd.IP_RECVORIGDSTADDR]) socket.setsockopt(option, true)
      const receive = room => {
        socket.trySendto(x, socket.getsockname())
        const { control, controlTruncated } = withRoom(room, () => socket.tryRecvmsg(10))
        return { control, controlTruncated }
      }
      say({ whole: receive(8192), cut: Array.from({ length: 160 }, (_, room) => receive(room)) })`)
    const { whole, cut } = found as { whole: Received; cut: Received[] }
    expect(whole.control.map(({ type }) => type)).toEqual(['IP_PKTINFO', 'IP_TTL', 'IP_TOS', 'IP_ORIGDSTADDR'])
    expect(whole.controlTruncated).toBe(false)
    for (const [room, { control, controlTruncated }] of cut.entries()) {
      const known = control.filter(({ type }) => typeof type === 'string')
      expect(known, `${room}`).toEqual(whole.control.slice(0, known.length))
      expect(control.slice(known.length).map(({ level }) => level)).toEqual(control.length > known.length ? [0] : [])
      expect(controlTruncated, `${room}`).toBe(known.length < 4)
    }
  })

  it('gives an entry of the error queue, of what is left of it', async () => {
    const found = await resultOf(`
      const socket = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }).setsockopt(bsd.IP_RECVERR, true)
      const other = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })
      const closed = other.getsockname()
      await other.connect({ address: '127.0.0.1', port: 9 }) // and takes nothing of others
      say(Array.from({ length: 64 }, (_, room) => {
        socket.trySendto(x, closed)
        const { origin, offender } = withRoom(room, () => socket.tryRecverr())
        return [origin, offender?.address]
      }))`)
    const extended = 16 // struct sock_extended_err; struct sockaddr_in, behind it, is as long
    const expected = Array.from({ length: 64 }, (_, room) => [
      room < header + extended ? 0 : 'SO_EE_ORIGIN_ICMP',
      room < header + 2 * extended ? null : '127.0.0.1',
    ])
    expect(found).toEqual(expected)
  })
})

interface Received {
  control: { type: string | number; level?: number }[]
  controlTruncated: boolean
}

describe.runIf(needs('program', 'prlimit'))('descriptors that arrive where RLIMIT_NOFILE is reached', () => {
  const limited = `
    const table = () => readdirSync('/proc/self/fd').join()
    const [one, other] = Socket.pair(SOCK_DGRAM)
    await other.recv(1, { timeout: 1 }).catch(() => {}) // what is opened for a first wait is open
    const taken = []
    function leave(count) {
      try { for (;;) taken.push(posix.dup(0)) } catch (error) { if (error.code !== 'EMFILE') throw error }
      for (const fd of taken.splice(0, count)) posix.close(fd)
    }
    function giveBack() { for (const fd of taken.splice(0)) posix.close(fd) }
    const fdsOf = ({ control }) => control.flatMap(one => one.type === 'SCM_RIGHTS' ? one.fds : [])
    const receives = {
      posix: () => { const got = posix.recvmsg(other.fd, Buffer.alloc(9), 0, { rights: true }); return [fdsOf(got), got.length, got.controlTruncated] },
      recvmsg: () => other.recvmsg(9, { rights: true }).then(got => [fdsOf(got), got.length, got.controlTruncated]),
      recvfds: () => other.recvfds(5).then(got => [got.fds, got.data.length, got.controlTruncated]),
      untaken: () => other.recvmsg(9).then(got => [fdsOf(got), got.length, got.controlTruncated]),
    }
    const before = table()
    const found = {}
    for (const [name, receive] of Object.entries(receives)) {
      found[name] = []
      for (const free of [0, 1, 3, 5, 7]) {
        await one.sendfds([0, 1, 2, 0, 1], Buffer.from('data'))
        leave(free)
        const [fds, length, truncated] = await receive()
        giveBack()
        for (const fd of fds) posix.close(fd)
        found[name].push([fds.length, length, truncated, table() === before])
      }
    }
    console.log(JSON.stringify(found))
    process.exit()`

  it('come as far as there is room for them, with all of the data, and leave nothing behind', async () => {
    const { code, stdout, stderr } = await runModule(limited, { under: ['prlimit', '--nofile=400:400'] })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const each = [0, 1, 3, 5, 5].map(count => [count, 4, count < 5, true])
    const untaken = each.map(() => [0, 4, true, true])
    expect(JSON.parse(stdout)).toEqual({ posix: each, recvmsg: each, recvfds: each, untaken })
  })
})

describe.runIf(needs('linux'))('descriptors that are peeked at', () => {
  it('are closed where nobody takes them, each time, and stay to be received', async () => {
    const [one, other] = unixPair(SOCK_SEQPACKET)
    await one.sendfds([0, 1])
    const before = table()
    for (let i = 0; i < 5; i++) {
      await other.recvmsg(10, { flags: MSG_PEEK })
      posix.recvmsg(other.fd, Buffer.alloc(1), MSG_PEEK)
      expect(table()).toBe(before)
    }
    const { fds } = await other.recvfds(2)
    expect(fds).toHaveLength(2)
    for (const fd of fds) posix.close(fd)
    expect(table()).toBe(before)
  })

  it("are the caller's who takes them, new ones each time", async () => {
    const [one, other] = unixPair(SOCK_SEQPACKET)
    await one.sendfds([0, 1])
    const before = table()
    const peeked = [
      ...(await other.recvfds(2, { flags: MSG_PEEK })).fds,
      ...(await other.recvfds(1, { flags: MSG_PEEK })).fds,
      ...(await other.recvfds(2)).fds,
    ]
    expect(new Set(peeked).size).toBe(5)
    for (const fd of peeked) posix.close(fd)
    expect(table()).toBe(before)
  })
})

describe.runIf(needs('linux'))('descriptors in one message', () => {
  it.each([0, 1, 253])('are passed: %i', async count => {
    const [one, other] = unixPair(SOCK_SEQPACKET)
    const before = table()
    const fds = Array<number>(count).fill(0)
    const control = [{ type: 'SCM_RIGHTS' as const, fds }]
    await one.sendfds(fds)
    posix.sendmsg(one.fd, { data: Buffer.from('x'), control })
    await one.sendmsg({ data: Buffer.from('x'), control })
    const taken = await other.recvfds(300)
    expect([taken.fds.length, taken.controlTruncated]).toEqual([count, false])
    for (const fd of taken.fds) posix.close(fd)
    expect(await other.recvmsg(10)).toMatchObject({ length: 1, control: [], controlTruncated: count > 0 })
    const received = posix.recvmsg(other.fd, Buffer.alloc(1), 0, { rights: true })
    expect(received.controlTruncated).toBe(false)
    const given = received.control.flatMap(message => ('fds' in message ? message.fds : []))
    expect(given).toHaveLength(count)
    for (const fd of given) posix.close(fd)
    expect(table()).toBe(before)
  })

  it('are refused by the kernel: 254, or one that is not open', async () => {
    const [one, other] = Socket.pair(SOCK_DGRAM).map(own)
    const before = table()
    for (const [fds, code] of [
      [Array<number>(254).fill(0), 'EINVAL'],
      [[0, 1_000_000], 'EBADF'],
    ] as const) {
      const refused = failure(code, { syscall: 'sendmsg' })
      const message = { data: Buffer.from('x'), control: [{ type: 'SCM_RIGHTS' as const, fds }] }
      await expect(one?.sendfds(fds)).rejects.toEqual(refused)
      await expect(one?.sendmsg(message)).rejects.toEqual(refused)
      expect(thrown(() => posix.sendmsg(one?.fd ?? -1, message))).toEqual(refused)
    }
    expect(other?.tryRecv(10)).toBeUndefined()
    expect(table()).toBe(before)
  })
})
