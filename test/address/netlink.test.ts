import { decodeSockaddr, encodeSockaddr, NETLINK_ROUTE, Socket } from 'bsd-sockets'
import { bind, getsockname, recvfrom, sendto, setsockopt, socket } from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'
import { closeOpened, opened, timeval } from '../support/descriptors.js'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

afterEach(closeOpened)

const [SOL_SOCKET, SO_RCVTIMEO] = [1, 20]

describe('AF_NETLINK', () => {
  it('is struct sockaddr_nl, in host order', () => {
    const address = { family: 'AF_NETLINK', pid: 0x01020304, groups: 0x80000001 } as const
    const bytes = encodeSockaddr(address)
    expect(bytes).toEqual(Buffer.of(16, 0, 0, 0, 4, 3, 2, 1, 1, 0, 0, 0x80))
    expect(decodeSockaddr(bytes)).toEqual(address)
  })

  it.each([{ pid: -1 }, { pid: 2 ** 32 }, { groups: 0.5 }, { groups: 2 ** 32 }])('refuses %o', wrong => {
    expect(() => encodeSockaddr({ family: 'AF_NETLINK', pid: 0, groups: 0, ...wrong })).toThrow(
      failure('ERR_OUT_OF_RANGE'),
    )
  })
})

describe.runIf(needs('linux'))('AF_NETLINK in the kernel', () => {
  it('gets its port id from the kernel where bind is told none', () => {
    const sockets = [0, 1].map(() => opened(socket('AF_NETLINK', 'SOCK_RAW', NETLINK_ROUTE)))
    for (const fd of sockets) bind(fd, { family: 'AF_NETLINK' })
    const [one, other] = sockets.map(getsockname)
    expect(one).toEqual({ family: 'AF_NETLINK', pid: expect.any(Number), groups: 0 })
    expect(one).not.toEqual(other)
  })

  it('tells that an answer comes from the kernel', () => {
    const fd = opened(socket('AF_NETLINK', 'SOCK_RAW', NETLINK_ROUTE))
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval(5000))
    const RTM_GETLINK = Buffer.of(32, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0)
    sendto(fd, Buffer.concat([RTM_GETLINK, Buffer.alloc(16)]), 0, { family: 'AF_NETLINK' })
    const { length, address } = recvfrom(fd, Buffer.alloc(65536))
    expect(length).toBeGreaterThan(16)
    expect(address).toEqual({ family: 'AF_NETLINK', pid: 0, groups: 0 })
  })

  it('keeps the groups that it joined', () => {
    using listener = new Socket('AF_NETLINK', 'SOCK_RAW', NETLINK_ROUTE)
    expect(listener.bind({ groups: 1 }).getsockname().groups).toBe(1)
  })
})
