import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import * as main from 'bsd-sockets'
import {
  type Addrinfo,
  AI_ADDRCONFIG,
  AI_ALL,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_V4MAPPED,
  gai_strerror,
  getaddrinfo,
  getnameinfo,
  NI_DGRAM,
  NI_NAMEREQD,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_STREAM,
  SocketError,
} from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { failure, thrown } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { run } from '../support/program.js'

const inHostsFile = readFileSync('/etc/hosts', 'utf8')
  .split('\n')
  .flatMap(line => line.replace(/#.*/, '').trim().split(/\s+/).slice(1))
const known = [...new Set(['localhost', hostname(), ...inHostsFile])]
const numeric = ['127.0.0.1', '127.1', '0x7f.1', '192.0.2.1', '::1', '::ffff:192.0.2.1', '2001:db8::1']

const asGetent = (found: readonly Addrinfo[]): string[] =>
  found.map(({ address, type }) => `${address.address} ${String(type).replace('SOCK_', '')}`)

const stream = { type: SOCK_STREAM } as const

describe.runIf(needs('program', 'getent'))('getaddrinfo answers as `getent`', () => {
  const flags = AI_V4MAPPED | AI_ADDRCONFIG | AI_CANONNAME

  it.each([...known, ...numeric])('ahosts %s', async node => {
    const lines = (await run('getent', 'ahosts', node)).trim().split('\n')
    const found = getaddrinfo(node, null, { flags })
    expect(asGetent(found)).toEqual(lines.map(line => line.split(/\s+/, 2).join(' ')))
    expect(found[0]?.canonname).toBe(/\S+$/.exec(lines[0] ?? '')?.[0])
  })

  it.each(known)('ahostsv4 and ahostsv6 %s', async node => {
    for (const [database, family] of [
      ['ahostsv4', 'AF_INET'],
      ['ahostsv6', 'AF_INET6'],
    ] as const) {
      const lines = (await run('getent', database, node)).trim().split('\n')
      const found = getaddrinfo(node, null, { flags, family })
      expect(asGetent(found)).toEqual(lines.map(line => line.split(/\s+/, 2).join(' ')))
    }
  })
})

describe('getaddrinfo', () => {
  it('gives an address that connects', async () => {
    using listener = new main.Socket('AF_INET', SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
    const [first] = getaddrinfo('localhost', listener.getsockname().port, { family: 'AF_INET', ...stream })
    if (first?.address.family !== 'AF_INET') throw new Error('none')
    using client = new main.Socket('AF_INET', first.type, first.protocol)
    await client.connect(first.address)
  })

  it('takes a service by number, by digits and by name', () => {
    for (const service of [80, '80', 'http'])
      expect(getaddrinfo('127.0.0.1', service, stream)).toEqual([
        {
          family: 'AF_INET',
          type: SOCK_STREAM,
          protocol: main.IPPROTO_TCP,
          address: { family: 'AF_INET', address: '127.0.0.1', port: 80 },
        },
      ])
  })

  it('without a node gives the loopback addresses; with AI_PASSIVE any address', () => {
    const all = (flags: number): string[] => getaddrinfo(null, 1, { flags, ...stream }).map(one => one.address.address)
    expect(all(0)).toContain('127.0.0.1')
    expect(all(AI_PASSIVE)).toContain('0.0.0.0')
  })

  it('keeps to the type and to the protocol', () => {
    expect(getaddrinfo('127.0.0.1', 53).map(one => one.type)).toEqual(['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW'])
    expect(getaddrinfo('127.0.0.1', 53, { type: SOCK_DGRAM })).toHaveLength(1)
    const udp = getaddrinfo('127.0.0.1', 53, { protocol: main.IPPROTO_UDP })
    expect(udp.map(one => one.type)).toEqual(['SOCK_DGRAM'])
  })

  it('maps IPv4 addresses with AI_V4MAPPED, with or without AI_ALL', () => {
    for (const flags of [AI_V4MAPPED, AI_V4MAPPED | AI_ALL]) {
      const found = getaddrinfo('192.0.2.1', null, { family: 'AF_INET6', flags, ...stream })
      expect(found.map(one => one.address.address)).toEqual(['::ffff:192.0.2.1'])
    }
  })

  it.runIf(needs('linux'))('makes a zone the scopeId', () => {
    const [found] = getaddrinfo('fe80::1%lo', 80, { flags: AI_NUMERICHOST, ...stream })
    expect(found?.address).toEqual({ family: 'AF_INET6', address: 'fe80::1', port: 80, flowinfo: 0, scopeId: 1 })
  })

  it('has the canonical name in the first answer only, and only when asked', () => {
    const found = getaddrinfo('localhost', null, { flags: AI_CANONNAME })
    expect(found.map(one => typeof one.canonname)).toEqual(['string', ...found.slice(1).map(() => 'undefined')])
    expect(getaddrinfo('localhost').every(one => !('canonname' in one))).toBe(true)
  })

  it('with AI_NUMERICHOST and AI_NUMERICSERV looks nothing up', () => {
    expect(() => getaddrinfo('localhost', null, { flags: AI_NUMERICHOST })).toThrow(failure('EAI_NONAME'))
    expect(() => getaddrinfo(null, 'http', { flags: AI_NUMERICSERV, ...stream })).toThrow(failure('EAI_NONAME'))
  })

  it('says which name it did not find', () => {
    const error = thrown(() => getaddrinfo('nosuch.invalid', 80))
    expect(error).toBeInstanceOf(SocketError)
    expect(error).toMatchObject({ syscall: 'getaddrinfo', hostname: 'nosuch.invalid' })
    expect(String(error)).toMatch(/^SocketError: getaddrinfo EAI_(NONAME|AGAIN|NODATA) nosuch\.invalid$/)
  })

  it('refuses what is no name', () => {
    for (const node of ['a\0b', '\0', 'x'.repeat(1025), '\u00e9'.repeat(600)])
      expect(() => getaddrinfo(node)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    for (const service of ['80\0', 'x'.repeat(1025)])
      expect(() => getaddrinfo(null, service)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    for (const service of [-1, 65536, 0.5, Number.NaN])
      expect(() => getaddrinfo(null, service)).toThrow(failure('ERR_OUT_OF_RANGE'))
    for (const given of [[undefined], [1], [Buffer.from('x')], [null, {}], [null, 1, null], [null, 1, 'AF_INET']])
      expect(() => Reflect.apply(getaddrinfo, undefined, given)).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    for (const hints of [{ family: 'AF_INET4' }, { type: 'STREAM' }, { family: null }])
      expect(() => Reflect.apply(getaddrinfo, undefined, [null, 1, hints])).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })

  it('ends with an EAI error for every name that is too long or malformed', () => {
    for (const node of ['x'.repeat(1024), '.', 'a..b', '-', '', ' ', '1.2.3.4.5', '256.0.0.1', '::g', '%lo', '\ud800'])
      expect(() => getaddrinfo(node, null, { flags: AI_NUMERICHOST })).toThrow(failure('EAI_NONAME'))
  })
})

describe.runIf(needs('linux') && needs('program', 'python3'))('an error of getaddrinfo', () => {
  const wrong: [string | null, string | null, number, number, number, number][] = [
    [null, null, 0, 0, 0, 0],
    ['localhost', 'nosuchservice', 0, 1, 0, 0],
    ['localhost', 'nosuchservice', 0, 0, 0, 0],
    ['127.0.0.1', null, 10, 0, 0, 0],
    ['::1', null, 2, 0, 0, 0],
    ['127.0.0.1', null, 16, 0, 0, 0],
    ['127.0.0.1', null, 99, 0, 0, 0],
    ['127.0.0.1', null, 0, 99, 0, 0],
    ['127.0.0.1', null, 0, 1, 17, 0],
    ['127.0.0.1', null, 0, 0, 0, 0x40000000],
    [null, '80', 0, 1, 0, 2],
    ['nosuch.invalid', '80', 0, 1, 0, 4],
    ['', '80', 0, 1, 0, 0],
    ['127.0.0.1', '99999999999999999999', 0, 1, 0, 0],
    ['127.0.0.1', '-1', 0, 1, 0, 0x400],
  ]

  it('is the one that C gives', async () => {
    const program = `
import json, socket, sys
answers = []
for node, service, family, type, protocol, flags in json.loads(sys.argv[1]):
    try:
        socket.getaddrinfo(node, service, family, type, protocol, flags)
        answers.append([0, ''])
    except socket.gaierror as error:
        answers.append([error.errno, error.strerror])
print(json.dumps(answers))`
    const expected: [number, string][] = JSON.parse(await run('python3', '-c', program, JSON.stringify(wrong)))
    for (const [i, [node, service, family, type, protocol, flags]] of wrong.entries()) {
      const hints = { family, type, protocol, flags }
      const error = thrown(() => Reflect.apply(getaddrinfo, undefined, [node, service, hints]))
      const [number, text] = expected[i] ?? []
      const found = error instanceof SocketError ? [error.errno, gai_strerror(error.code)] : [0, '']
      expect(found, JSON.stringify(wrong[i])).toEqual([number, text])
    }
  })
})

describe('getnameinfo', () => {
  const local = { family: 'AF_INET', address: '127.0.0.1', port: 80 } as const

  it('names an address and its port', () => {
    expect(getnameinfo(local)).toEqual({ host: 'localhost', service: 'http' })
    expect(getnameinfo({ ...local, port: 514 }, NI_DGRAM).service).toBe('syslog')
  })

  it('gives numbers where these are asked for', () => {
    const flags = NI_NUMERICHOST | NI_NUMERICSERV
    expect(getnameinfo(local, flags)).toEqual({ host: '127.0.0.1', service: '80' })
    const six = { family: 'AF_INET6', address: '::1', port: 1 } as const
    expect(getnameinfo(six, flags)).toEqual({ host: '::1', service: '1' })
  })

  it('with NI_NAMEREQD fails where there is no name', () => {
    const error = thrown(() => getnameinfo({ ...local, address: '192.0.2.77' }, NI_NAMEREQD))
    expect(error).toMatchObject({ syscall: 'getnameinfo', address: '192.0.2.77', port: 80 })
    expect(String(error)).toMatch(/^SocketError: getnameinfo EAI_(NONAME|AGAIN) 192\.0\.2\.77:80$/)
  })

  it('fails for a family without names', () => {
    expect(() => getnameinfo({ family: 'AF_NETLINK', pid: 0, groups: 0 })).toThrow(failure('EAI_FAMILY'))
    expect(() => getnameinfo({ family: 999, data: Buffer.alloc(10_000) })).toThrow(failure('EAI_FAMILY'))
    expect(() => getnameinfo({ family: 2, data: Buffer.alloc(1) })).toThrow(failure('EAI_FAMILY'))
  })

  it('refuses wrong flags', () => {
    for (const flags of [-1, 0.5, 2 ** 31]) expect(() => getnameinfo(local, flags)).toThrow(failure('ERR_OUT_OF_RANGE'))
  })
})

describe('gai_strerror', () => {
  it('takes the code and the number of an error', () => {
    const error = thrown(() => getaddrinfo(null))
    if (!(error instanceof SocketError)) throw error
    expect(error).toMatchObject({ code: 'EAI_NONAME', message: 'getaddrinfo EAI_NONAME' })
    expect(gai_strerror(error.errno)).toBe(gai_strerror('EAI_NONAME'))
    expect(gai_strerror('EAI_NONAME')).not.toBe(gai_strerror('EAI_AGAIN'))
  })

  it('has a text for every number, and refuses an unknown name', () => {
    for (const number of [0, 1, -9999, 2 ** 31 - 1, -(2 ** 31)])
      expect(gai_strerror(number)).toEqual(expect.any(String))
    for (const code of ['', 'EPERM', 'EAI_NONAME\0'])
      expect(() => gai_strerror(code)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
  })
})
