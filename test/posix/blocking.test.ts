import {
  accept,
  bind,
  connect,
  getsockname,
  listen,
  MSG_DONTWAIT,
  POLLIN,
  poll,
  recv,
  recvfrom,
  SO_SNDBUF,
  SOCK_NONBLOCK,
  send,
  setsockopt,
  socket,
  socketpair,
} from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { whileBlocked } from '../support/blocked.js'
import { bound, closeOpened, connected, opened, pair, timeval } from '../support/descriptors.js'
import { failure, thrown } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { endPrograms, Program } from '../support/program.js'

afterEach(closeOpened)
afterEach(endPrograms)

const [SOL_SOCKET, SO_RCVTIMEO, SO_SNDTIMEO] = [1, 20, 21]
const limit = timeval(10_000)

function milliseconds(act: () => void): number {
  const started = performance.now()
  act()
  return performance.now() - started
}

describe.runIf(needs('linux'))('a blocking descriptor', () => {
  it('waits in accept for a connection', async () => {
    const { fd, address } = bound('SOCK_STREAM')
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, limit)
    listen(fd)
    const accepted = await whileBlocked(
      () => accept(fd),
      address,
      (posix, to) => posix.connect(posix.socket('AF_INET', 'SOCK_STREAM'), to),
    )
    expect(opened(accepted.fd)).toBeGreaterThan(2)
    expect(accepted.address).toMatchObject({ family: 'AF_INET', address: '127.0.0.1' })
  })

  it('waits in recv for bytes, and for the end of a stream', async () => {
    const { client, server } = connected()
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, limit)
    const buffer = Buffer.alloc(9)
    const sends = (posix: typeof import('bsd-sockets/posix'), fd: number): number =>
      posix.send(fd, Buffer.from('hello'))
    expect(await whileBlocked(() => recv(client, buffer), server, sends)).toBe(5)
    expect(buffer.toString('utf8', 0, 5)).toBe('hello')
    expect(
      await whileBlocked(
        () => recv(client, buffer),
        server,
        (posix, fd) => posix.shutdown(fd, 1),
      ),
    ).toBe(0)
  })

  it('waits in recvfrom for a datagram', async () => {
    const to = bound('SOCK_DGRAM')
    setsockopt(to.fd, SOL_SOCKET, SO_RCVTIMEO, limit)
    const received = await whileBlocked(
      () => recvfrom(to.fd, Buffer.alloc(9)),
      to.address,
      (posix, address) => {
        const fd = posix.socket('AF_INET', 'SOCK_DGRAM')
        posix.sendto(fd, Buffer.from('x'), 0, address)
        posix.close(fd)
      },
    )
    expect(received).toMatchObject({ length: 1, address: { family: 'AF_INET', address: '127.0.0.1' } })
  })

  it('waits in send for room', async () => {
    const [one, other] = pair('SOCK_STREAM')
    setsockopt(one, SOL_SOCKET, SO_SNDTIMEO, limit)
    setsockopt(one, SO_SNDBUF, 8192)
    while (thrown(() => send(one, Buffer.alloc(4096), MSG_DONTWAIT)) === undefined);
    const sent = await whileBlocked(
      () => send(one, Buffer.alloc(4096)),
      other,
      (posix, fd) => {
        posix.recv(fd, Buffer.alloc(1 << 20))
      },
    )
    expect(sent).toBe(4096)
  })

  it('waits in connect where the backlog of AF_UNIX is full', async () => {
    const listener = opened(socket('AF_UNIX', 'SOCK_STREAM'))
    bind(listener, { family: 'AF_UNIX', path: '' })
    listen(listener, 0)
    const address = getsockname(listener)
    if (address.family !== 'AF_UNIX') throw new Error('not AF_UNIX')
    connect(opened(socket('AF_UNIX', 'SOCK_STREAM')), address)
    const second = opened(socket('AF_UNIX', 'SOCK_STREAM'))
    setsockopt(second, SOL_SOCKET, SO_SNDTIMEO, limit)
    await whileBlocked(
      () => connect(second, address),
      listener,
      (posix, fd) => void posix.accept(fd),
    )
    opened(accept(listener).fd)
  })

  it('waits in poll for ever, where no timeout is given', async () => {
    const [one, other] = pair('SOCK_DGRAM')
    const fds = [{ fd: one, events: POLLIN, revents: 0 }]
    expect(
      await whileBlocked(
        () => poll(fds),
        other,
        (posix, fd) => posix.send(fd, Buffer.from('x')),
      ),
    ).toBe(1)
    expect(fds[0]?.revents).toBe(POLLIN)
  })

  it('throws EAGAIN when SO_RCVTIMEO, set as raw bytes, has passed', () => {
    const { fd } = bound('SOCK_STREAM')
    listen(fd)
    const [one] = pair('SOCK_DGRAM')
    for (const waiting of [fd, one]) setsockopt(waiting, SOL_SOCKET, SO_RCVTIMEO, timeval(60))
    const calls = [() => recv(one, Buffer.alloc(1)), () => recvfrom(one, Buffer.alloc(1)), () => accept(fd)]
    for (const call of calls)
      expect(milliseconds(() => expect(call).toThrow(failure('EAGAIN', { errno: -11 })))).toBeGreaterThanOrEqual(59)
  })

  it('throws EAGAIN when SO_SNDTIMEO, set as raw bytes, has passed', () => {
    const [one] = pair('SOCK_STREAM')
    setsockopt(one, SOL_SOCKET, SO_SNDTIMEO, timeval(60))
    const fill = (): void => {
      for (;;) send(one, Buffer.alloc(1 << 16))
    }
    expect(milliseconds(() => expect(fill).toThrow(failure('EAGAIN', { syscall: 'send' })))).toBeGreaterThanOrEqual(59)
  })
})

describe('a descriptor with SOCK_NONBLOCK', () => {
  it('throws EAGAIN where it would have to wait', () => {
    const [one, other] = socketpair('AF_UNIX', 'SOCK_STREAM', 0, SOCK_NONBLOCK).map(opened)
    for (const fd of [one ?? -1, other ?? -1])
      expect(() => recv(fd, Buffer.alloc(1))).toThrow(failure('EAGAIN', { syscall: 'recv', message: 'recv EAGAIN' }))
  })

  it('throws EINPROGRESS from a connect that is under way', () => {
    const { fd, address } = bound('SOCK_STREAM')
    listen(fd)
    const client = opened(socket('AF_INET', 'SOCK_STREAM', 0, SOCK_NONBLOCK))
    expect(() => connect(client, address)).toThrow(failure('EINPROGRESS', { port: address.port }))
    expect(poll([{ fd: client, events: 4 }], 5000)).toBe(1)
    expect(() => connect(client, address)).not.toThrow()
    expect(() => connect(client, address)).toThrow(failure('EISCONN'))
  })
})

describe.runIf(needs('linux'))('a call that signals interrupt', () => {
  it.each([
    ['poll', 'poll([{ fd, events: POLLIN }], 2000) === 0'],
    ['recv', 'code(() => recv(fd, Buffer.alloc(1))) === "EAGAIN"'],
    ['accept', 'code(() => accept(listener)) === "EAGAIN"'],
  ])('goes on for the rest of its time: %s', async (_name, expression) => {
    const program = `
      import { accept, bind, listen, poll, POLLIN, recv, setsockopt, socket, socketpair } from 'bsd-sockets/posix'
      const [fd] = socketpair('AF_UNIX', 'SOCK_DGRAM')
      const listener = socket('AF_UNIX', 'SOCK_STREAM')
      bind(listener, { family: 'AF_UNIX', path: '' })
      listen(listener)
      for (const one of [fd, listener]) setsockopt(one, 1, 20, Buffer.from(BigInt64Array.of(2n, 0n).buffer))
      const code = call => { try { call() } catch (error) { return error.code } }
      process.on('SIGUSR2', () => {})
      console.log('ready')
      const started = performance.now()
      const result = ${expression}
      console.log(JSON.stringify({ result, elapsed: performance.now() - started }))
    `
    const child = new Program(process.execPath, ['--input-type=module', '-e', program])
    await child.line(/ready/)
    let signals = 0
    const signalling = setInterval(() => {
      if (++signals > 120) clearInterval(signalling)
      void child.kill('SIGUSR2')
    }, 50)
    const [found] = await child.line(/\{.*\}/).finally(() => clearInterval(signalling))
    const { result, elapsed } = JSON.parse(found)
    expect(result).toBe(true)
    expect(signals).toBeGreaterThan(2)
    expect(elapsed).toBeGreaterThanOrEqual(1990)
    expect(elapsed).toBeLessThan(5000)
  })
})
