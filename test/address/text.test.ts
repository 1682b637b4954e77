import { formatSockaddr, parseSockaddr, type Sockaddr } from 'bsd-sockets'
import { if_nametoindex } from 'bsd-sockets/posix'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { anyAddress, sockaddrIn, sockaddrIn6, sockaddrUn } from '../support/addresses.js'
import { failure } from '../support/failure.js'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'

const inet6 = { family: 'AF_INET6', flowinfo: 0, scopeId: 0 }
const examples: [string, Sockaddr][] = [
  ['127.0.0.1:80', { family: 'AF_INET', address: '127.0.0.1', port: 80 }],
  ['0.0.0.0:0', { family: 'AF_INET', address: '0.0.0.0', port: 0 }],
  ['[::1]:65535', { ...inet6, family: 'AF_INET6', address: '::1', port: 65535 }],
  ['[fe80::1%2]:80', { ...inet6, family: 'AF_INET6', address: 'fe80::1', port: 80, scopeId: 2 }],
  ['unix:/run/x.sock', { family: 'AF_UNIX', path: '/run/x.sock' }],
  ['unix:relative', { family: 'AF_UNIX', path: 'relative' }],
  ['unix:@abstract', { family: 'AF_UNIX', path: '\0abstract' }],
  ['unix:@', { family: 'AF_UNIX', path: '\0' }],
  ['unix:@a%00', { family: 'AF_UNIX', path: '\0a\0' }],
  ['unix:', { family: 'AF_UNIX', path: '' }],
  ['unix:%40at', { family: 'AF_UNIX', path: '@at' }],
  ['unix:/100%25', { family: 'AF_UNIX', path: '/100%' }],
  ['unix:/%FF', { family: 'AF_UNIX', path: Buffer.of(0x2f, 0xff) }],
]

describe('parseSockaddr', () => {
  it.each(examples)('reads %s', (text, address) => {
    expect(parseSockaddr(text)).toEqual(address)
  })

  it.each([
    ['IPv4', sockaddrIn],
    ['IPv6', sockaddrIn6],
    ['AF_UNIX', sockaddrUn],
  ])('reads back what formatSockaddr writes: %s', (_family, addresses) => {
    fc.assert(
      fc.property(addresses, address => {
        expect(parseSockaddr(formatSockaddr(address))).toEqual(address)
      }),
      { numRuns: 2000 },
    )
  })

  it('gives an address or a typed error for any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('unix:', '[', ']', ':', '%', '@', '.', '1', 'a', '::', '?flowinfo=') }),
      fc.string({ unit: 'binary' }).map(rest => `unix:${rest}`),
    )
    fc.assert(
      fc.property(text, given => {
        try {
          const address = parseSockaddr(given)
          expect(parseSockaddr(formatSockaddr(address))).toEqual(address)
        } catch (error) {
          expect(error).toEqual(failure(expect.stringMatching(/^(ERR_|ENAMETOOLONG)/)))
        }
      }),
      { numRuns: 5000 },
    )
  })

  it.runIf(needs('linux'))('takes a zone by the name of its interface', () => {
    expect(parseSockaddr('[fe80::1%lo]:80')).toEqual({
      ...inet6,
      address: 'fe80::1',
      port: 80,
      scopeId: if_nametoindex('lo'),
    })
  })

  it('makes one text of the ways to write an IPv6 address', () => {
    for (const text of ['[0:0:0:0:0:0:0:1]:80', '[::0001]:80', '[::0.0.0.1]:80'])
      expect(formatSockaddr(parseSockaddr(text))).toBe('[::1]:80')
  })

  it('says of a host name what resolves it', () => {
    for (const text of ['localhost:80', '[example.org]:80'])
      expect(() => parseSockaddr(text)).toThrow(
        failure('ERR_INVALID_ARG_VALUE', { message: expect.stringContaining('getaddrinfo') }),
      )
  })

  it('refuses a path that is too long, and never cuts it', () => {
    expect(parseSockaddr(`unix:/${'x'.repeat(107)}`)).toEqual({ family: 'AF_UNIX', path: `/${'x'.repeat(107)}` })
    expect(() => parseSockaddr(`unix:/${'x'.repeat(108)}`)).toThrow(failure('ENAMETOOLONG', { syscall: undefined }))
  })

  it.each([
    '',
    '127.0.0.1',
    '::1',
    '[::1]',
    '127.0.0.1:',
    ':80',
    '127.0.0.1:http',
    '127.0.0.1:-1',
    '127.0.0.1:+1',
    '127.0.0.1:1e1',
    ' 127.0.0.1:80',
    '127.0.0.1:80 ',
    '127.0.0.1:80\n',
    '127.0.0.01.1:80',
    '127.1:80',
    '256.0.0.1:80',
    '127.0.0.1%lo:80',
    '::1:80',
    '[127.0.0.1]:80',
    '[::1%]:80',
    '[::1%nosuchinterface]:80',
    '[::1%1%1]:80',
    '[::1%4294967296]:80',
    '[::1]:80?flowinfo=',
    '[::g]:80',
    'unix:/%',
    'unix:/%0',
    'unix:/%zz',
    'unix:a%00b',
    'unix:/\ud800',
    'UNIX:/x',
    'tcp://127.0.0.1:80',
  ])('refuses %j', text => {
    expect(() => parseSockaddr(text)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })

  it.each(['127.0.0.1:65536', '[::1]:99999', '[::1]:80?flowinfo=4294967296'])('finds %s out of range', text => {
    expect(() => parseSockaddr(text)).toThrow(failure('ERR_OUT_OF_RANGE'))
  })

  it.each([[undefined], [80], [{}], [Buffer.from('127.0.0.1:80')]])('refuses %o, which is no text', value => {
    expect(() => Reflect.apply(parseSockaddr, undefined, [value])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})

describe('formatSockaddr', () => {
  it.each(examples)('writes %s', (text, address) => {
    expect(formatSockaddr(address)).toBe(text)
  })

  it('writes every other family on one line, for people', () => {
    expect(formatSockaddr({ family: 'AF_NETLINK', pid: 7, groups: 3 })).toContain('7')
    expect(formatSockaddr({ family: 'AF_VSOCK', cid: 2, port: 1024 })).toBe('vsock:2:1024')
    expect(formatSockaddr({ family: 200, data: Buffer.of(1, 0xff) })).toBe('family 200: 01ff')
    expect(formatSockaddr({ family: 'AF_PACKET', protocol: 0x800, ifindex: 2, address: 'AA:b:cc:dd:ee:ff' })).toContain(
      'aa:0b:cc:dd:ee:ff',
    )
    const bluetooth = { family: 'AF_BLUETOOTH', bdaddr: '0:1A:7d:da:71:13' } as const
    expect(formatSockaddr({ ...bluetooth, protocol: 'BTPROTO_L2CAP', psm: 25 })).toBe('l2cap:00:1a:7d:da:71:13/25')
    expect(formatSockaddr({ ...bluetooth, protocol: 'BTPROTO_RFCOMM', channel: 3 })).toBe('rfcomm:00:1a:7d:da:71:13/3')
    expect(formatSockaddr({ ...bluetooth, protocol: 'BTPROTO_SCO' })).toBe('sco:00:1a:7d:da:71:13')
    expect(formatSockaddr({ family: 'AF_BLUETOOTH', protocol: 'BTPROTO_HCI', dev: 1 })).toBe('hci:1/0')
    expect(formatSockaddr({ family: 'AF_ALG', type: 'hash', name: 'a\nb' })).toBe('alg:hash/a%0Ab')
    expect(formatSockaddr({ family: 'AF_CAN', ifindex: 2 })).toBe('can:%2')
    expect(formatSockaddr({ family: 'AF_XDP', ifindex: 2, queueId: 3 })).toBe('xdp:%2/3')
    const service = { family: 'AF_TIPC', addrtype: 'TIPC_SERVICE_ADDR', type: 100, instance: 7 } as const
    expect(formatSockaddr(service)).toBe('tipc:100:7')
    fc.assert(
      fc.property(anyAddress, address => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left in a line of a log
        expect(formatSockaddr(address)).not.toMatch(/[\x00-\x1f\x7f]/)
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses what is no address', () => {
    expect(() => formatSockaddr({ family: 'AF_INET', address: 'localhost', port: 80 })).toThrow(
      failure('ERR_INVALID_ARG_VALUE'),
    )
    expect(() => formatSockaddr({ family: 'AF_INET', address: '127.0.0.1', port: 65536 })).toThrow(
      failure('ERR_OUT_OF_RANGE'),
    )
  })
})

describe.runIf(canMakeNamespaces)('parseSockaddr in a namespace', () => {
  afterAll(deleteHosts)

  it('takes a zone of any name that an interface may have', async () => {
    const host = await Host.add()
    await host.ip('link', 'add', 'lower_case+1', 'type', 'veth', 'peer', 'name', 'other')
    const [index, parsed] = await host.run(({ if_nametoindex, parseSockaddr }) => [
      if_nametoindex('lower_case+1'),
      parseSockaddr('[fe80::1%lower_case+1]:80'),
    ])
    expect(parsed).toEqual({ ...inet6, address: 'fe80::1', port: 80, scopeId: index })
  })
})
