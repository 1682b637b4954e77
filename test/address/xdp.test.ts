import { decodeSockaddr, encodeSockaddr, Socket, XDP_RX_RING, XDP_SHARED_UMEM } from 'bsd-sockets'
import { afterAll, describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'
import { withoutSanitizer } from '../support/sanitizer.js'

const family = 'AF_XDP'
const address = { family, flags: 0x0102, ifindex: 0x03040506, queueId: 7, sharedUmemFd: 8 } as const

describe('AF_XDP', () => {
  it('is struct sockaddr_xdp, in host order', () => {
    const bytes = Buffer.of(44, 0, 2, 1, 6, 5, 4, 3, 7, 0, 0, 0, 8, 0, 0, 0)
    expect(encodeSockaddr(address)).toEqual(bytes)
    expect(decodeSockaddr(bytes)).toEqual(address)
  })

  it('has no flags and shares no memory where none are given', () => {
    expect(decodeSockaddr(encodeSockaddr({ family, ifindex: 1, queueId: 2 }))).toEqual({
      ...{ family, flags: 0, ifindex: 1, queueId: 2, sharedUmemFd: 0 },
    })
  })

  it.each([
    [{ flags: 65536 }, 'ERR_OUT_OF_RANGE', 'address.flags'],
    [{ ifindex: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.ifindex'],
    [{ ifindex: -1 }, 'ERR_OUT_OF_RANGE', 'address.ifindex'],
    [{ queueId: undefined }, 'ERR_INVALID_ARG_TYPE', 'address.queueId'],
    [{ sharedUmemFd: 2 ** 32 }, 'ERR_OUT_OF_RANGE', 'address.sharedUmemFd'],
  ])('refuses %j', (wrong, code, name) => {
    expect(() => Reflect.apply(encodeSockaddr, undefined, [{ ...address, ...wrong }])).toThrow(
      failure(code, { message: expect.stringContaining(`"${name}"`) }),
    )
  })
})

describe.runIf(needs('xdp') && canMakeNamespaces)('AF_XDP in the kernel', () => {
  afterAll(deleteHosts)

  const memoryIsPlain = withoutSanitizer('their memory is not found by what is mapped')
  it.runIf(memoryIsPlain)('binds to a queue of an interface, which both have to be there', async () => {
    const host = await Host.add()
    const outcomes = await host.run(async ({ Socket, SocketError, XDP_COPY, ...bsd }) => {
      const { readFileSync } = process.getBuiltinModule('node:fs')
      // Memory for frames: whole pages of a buffer, which is found by what is mapped only once it was made.
      const maps = () =>
        readFileSync('/proc/self/maps', 'latin1')
          .split('\n')
          .map(line => line.split(/[- ]/))
      const before = new Set(maps().map(([from]) => from))
      const memory = Buffer.alloc(8 << 20, 1)
      const made = maps().find(([from, to]) => !before.has(from) && Number(`0x${to}`) - Number(`0x${from}`) > 8 << 20)
      const addr = ((BigInt(`0x${made?.[0]}`) + 0xfffffn) >> 20n) << 20n
      const bound = (ifindex: number, queueId: number): string => {
        const socket = new Socket('AF_XDP', 'SOCK_RAW')
        try {
          socket.setsockopt(bsd.XDP_UMEM_REG, { addr, len: 1n << 20n, chunkSize: 4096, headroom: 0, flags: 0 })
          for (const ring of [bsd.XDP_UMEM_FILL_RING, bsd.XDP_UMEM_COMPLETION_RING, bsd.XDP_RX_RING])
            socket.setsockopt(ring, 64)
          socket.bind({ ifindex, queueId, flags: XDP_COPY })
          return 'bound'
        } catch (error) {
          return error instanceof SocketError ? error.message : String(error)
        } finally {
          socket.close()
        }
      }
      const lo = bsd.if_nametoindex('lo')
      return [bound(lo, 0), bound(lo, 4096), bound(4096, 0), memory.length]
    })
    expect(outcomes).toEqual(['bound', 'bind EINVAL', 'bind ENODEV', 8 << 20])
  })

  it('shares the memory of another socket of its own kind alone', () => {
    using socket = new Socket('AF_XDP', 'SOCK_RAW').setsockopt(XDP_RX_RING, 64)
    using udp = new Socket('AF_INET', 'SOCK_DGRAM')
    const sharing = (sharedUmemFd: number) => () =>
      socket.bind({ ifindex: 1, queueId: 0, flags: XDP_SHARED_UMEM, sharedUmemFd })
    expect(sharing(1_000_000)).toThrow(failure('ENOTSOCK', { syscall: 'bind' }))
    expect(sharing(udp.fd)).toThrow(failure('ENOPROTOOPT', { syscall: 'bind' }))
  })
})
