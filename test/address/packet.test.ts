import { decodeSockaddr, ETH_P_ALL, ETH_P_IP, encodeSockaddr, Socket } from 'bsd-sockets'
import { bind, getsockname, if_nametoindex, recvfrom, sendto, setsockopt, socket } from 'bsd-sockets/posix'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { sockaddrLl } from '../support/addresses.js'
import { bound, closeOpened, opened, timeval } from '../support/descriptors.js'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

afterEach(closeOpened)

const [SOL_SOCKET, SO_RCVTIMEO] = [1, 20]
const ARPHRD_LOOPBACK = 772
const ethernet = { family: 'AF_PACKET', protocol: 0x800, ifindex: 2, hatype: 1, pkttype: 3 } as const

describe('AF_PACKET', () => {
  it('is struct sockaddr_ll, with the protocol in network order', () => {
    const bytes = encodeSockaddr({ ...ethernet, address: 'aa:bb:cc:dd:ee:ff' })
    const expected = [17, 0, 8, 0, 2, 0, 0, 0, 1, 0, 3, 6, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0, 0]
    expect([...bytes]).toEqual(expected)
  })

  it('types the shorter forms of 12 to 18 bytes, cut after the hardware address', () => {
    fc.assert(
      fc.property(sockaddrLl, address => {
        const bytes = encodeSockaddr(address)
        for (let length = 12 + (bytes[11] ?? 0); length <= 18; length++)
          expect(decodeSockaddr(bytes.subarray(0, length))).toEqual(address)
      }),
    )
  })

  it('gives as bytes what is cut inside the hardware address, or has more behind it', () => {
    const bytes = encodeSockaddr({ ...ethernet, address: 'aa:bb:cc:dd:ee:ff' })
    const beyond = Buffer.from(bytes)
    beyond[19] = 1
    for (const odd of [bytes.subarray(0, 17), bytes.subarray(0, 11), beyond, Buffer.concat([bytes, Buffer.alloc(1)])])
      expect(decodeSockaddr(odd)).toEqual({ family: 17, data: odd.subarray(2) })
  })

  it.each(['aa', 'a:b:c:d:e:f', '00:11:22:33:44:55:66:77'])('takes the hardware address %s', address => {
    expect(decodeSockaddr(encodeSockaddr({ ...ethernet, address }))).toMatchObject({
      address: address.replace(/\b\w\b/g, '0$&'),
    })
  })

  it.each(['', 'aa-bb-cc-dd-ee-ff', 'aa:', ':aa', 'aa::bb', 'gg', 'aaa', '0:1:2:3:4:5:6:7:8', 'aa:bb\n'])(
    'refuses the hardware address %j',
    address => {
      expect(() => encodeSockaddr({ ...ethernet, address })).toThrow(
        failure('ERR_INVALID_ARG_VALUE', { message: expect.stringContaining('"address.address"') }),
      )
    },
  )

  it.each([{ protocol: 65536 }, { ifindex: 2 ** 31 }, { hatype: -1 }, { pkttype: 256 }])('refuses %o', wrong => {
    expect(() => encodeSockaddr({ ...ethernet, ...wrong })).toThrow(failure('ERR_OUT_OF_RANGE'))
  })
})

describe.runIf(needs('linux') && needs('CAP_NET_RAW'))('AF_PACKET in the kernel', () => {
  it('is bound to an interface and a protocol in host order', () => {
    const fd = opened(socket('AF_PACKET', 'SOCK_DGRAM'))
    bind(fd, { family: 'AF_PACKET', protocol: ETH_P_ALL, ifindex: if_nametoindex('lo') })
    expect(getsockname(fd)).toEqual({
      family: 'AF_PACKET',
      protocol: ETH_P_ALL,
      ifindex: if_nametoindex('lo'),
      hatype: ARPHRD_LOOPBACK,
      pkttype: 0,
      address: '00:00:00:00:00:00',
    })
  })

  it('tells where a packet comes from', () => {
    const fd = opened(socket('AF_PACKET', 'SOCK_DGRAM'))
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeval(5000))
    bind(fd, { family: 'AF_PACKET', protocol: ETH_P_IP, ifindex: if_nametoindex('lo') })
    const [from, to] = [bound('SOCK_DGRAM'), bound('SOCK_DGRAM')]
    sendto(from.fd, Buffer.from('x'), 0, to.address)
    expect(recvfrom(fd, Buffer.alloc(2000)).address).toEqual({
      family: 'AF_PACKET',
      protocol: ETH_P_IP,
      ifindex: if_nametoindex('lo'),
      hatype: ARPHRD_LOOPBACK,
      pkttype: expect.any(Number),
      address: '00:00:00:00:00:00',
    })
  })

  it('is every interface where bind is told none', () => {
    using packets = new Socket('AF_PACKET', 'SOCK_RAW')
    expect(packets.bind({ protocol: ETH_P_IP }).getsockname()).toMatchObject({ ifindex: 0, protocol: ETH_P_IP })
  })
})
