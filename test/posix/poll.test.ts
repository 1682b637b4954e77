import {
  connect,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLRDHUP,
  poll,
  SHUT_WR,
  send,
  shutdown,
  socketpair,
} from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { bound, closeNow, closeOpened, connected, opened, pair } from '../support/descriptors.js'
import { failure } from '../support/failure.js'

afterEach(closeOpened)

describe('poll', () => {
  it('sets revents, and counts the descriptors that have some', () => {
    const [one, other] = pair('SOCK_STREAM')
    const fds = [
      { fd: one, events: POLLIN, revents: -1 },
      { fd: other, events: POLLIN | POLLOUT, revents: -1 },
    ]
    expect(poll(fds, 0)).toBe(1)
    expect(fds.map(({ revents }) => revents)).toEqual([0, POLLOUT])
    send(one, Buffer.from('x'))
    expect(poll(fds, 0)).toBe(1)
    expect(fds.map(({ revents }) => revents)).toEqual([0, POLLIN | POLLOUT])
  })

  it('adds revents where there is none, and keeps everything else', () => {
    const [one] = pair('SOCK_STREAM')
    const fds = [{ fd: one, events: POLLOUT, name: 'mine' }]
    expect(poll(fds, 0)).toBe(1)
    expect(fds).toEqual([{ fd: one, events: POLLOUT, name: 'mine', revents: POLLOUT }])
  })

  it('leaves a negative descriptor out, and marks a closed one', () => {
    const [closed, other] = socketpair('AF_UNIX', 'SOCK_STREAM')
    opened(other)
    opened(closed)
    closeNow(closed)
    const fds = [
      { fd: -1, events: POLLIN, revents: 7 },
      { fd: closed, events: POLLIN, revents: 7 },
    ]
    expect(poll(fds)).toBe(1)
    expect(fds.map(({ revents }) => revents)).toEqual([0, POLLNVAL])
  })

  it('reports a hang-up and an error that nobody asked for', () => {
    const { client, server } = connected()
    shutdown(client, SHUT_WR)
    const half = [{ fd: server, events: POLLIN | POLLRDHUP, revents: 0 }]
    expect(poll(half, 5000)).toBe(1)
    expect(half[0]?.revents).toBe(POLLIN | POLLRDHUP)
    const [one, other] = pair('SOCK_STREAM')
    closeNow(other)
    const hung = [{ fd: one, events: 0, revents: 0 }]
    expect(poll(hung)).toBe(1)
    expect(hung[0]?.revents).toBe(POLLHUP)
    const [from, to] = [bound('SOCK_DGRAM'), bound('SOCK_DGRAM')]
    connect(from.fd, to.address)
    connect(to.fd, { ...to.address, port: 9 }) // and takes nothing of others
    send(from.fd, Buffer.from('x'))
    const failed = [{ fd: from.fd, events: 0, revents: 0 }]
    expect(poll(failed, 5000)).toBe(1)
    expect(failed[0]?.revents).toBe(POLLERR)
  })

  it('waits for no longer than its timeout', () => {
    const [one] = pair('SOCK_STREAM')
    const started = performance.now()
    expect(poll([{ fd: one, events: POLLIN }], 50)).toBe(0)
    expect(performance.now() - started).toBeGreaterThanOrEqual(49)
    expect(poll([], 0)).toBe(0)
  })

  it('takes hundreds of descriptors', () => {
    const [one, other] = pair('SOCK_DGRAM')
    send(one, Buffer.from('x'))
    const fds = Array.from({ length: 500 }, (_, i) => ({ fd: i % 2 ? one : other, events: POLLIN, revents: 0 }))
    expect(poll(fds, 0)).toBe(250)
    expect(fds.filter(({ revents }) => revents === POLLIN)).toHaveLength(250)
  })

  it.each([
    ['nothing', undefined],
    ['no array', {}],
    ['a typed array', new Int32Array(2)],
    ['a number in it', [5]],
    ['null in it', [null]],
    ['a hole in it', Array.from([1]).fill(1).concat(new Array(1))],
    ['only holes', new Array(2)],
    ['no descriptor', [{ events: POLLIN }]],
    ['no events', [{ fd: -1 }]],
    ['text as events', [{ fd: -1, events: 'POLLIN' }]],
  ])('refuses %s', (_what, fds) => {
    expect(() => Reflect.apply(poll, undefined, [fds, 0])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })

  it('refuses numbers out of range, and says which', () => {
    const refused = (fds: { fd: number; events: number }[], timeout: number, name: string): void =>
      expect(() => poll(fds, timeout)).toThrow(
        failure('ERR_OUT_OF_RANGE', { message: expect.stringContaining(`"${name}"`) }),
      )
    refused(
      [
        { fd: -1, events: 0 },
        { fd: 0.5, events: 0 },
      ],
      0,
      'fds[1].fd',
    )
    refused([{ fd: -1, events: 0x10000 }], 0, 'fds[0].events')
    refused([{ fd: -1, events: -1 }], 0, 'fds[0].events')
    refused([], 2 ** 31, 'timeout')
    refused([], Number.NaN, 'timeout')
    refused([], 0.5, 'timeout')
  })

  it('refuses a frozen entry before it waits', () => {
    expect(() => poll([Object.freeze({ fd: -1, events: 0 })], 0)).toThrow(
      failure(expect.stringMatching(/^ERR_INVALID_ARG_/)),
    )
  })
})
