import * as exported from 'bsd-sockets'
import {
  AF_INET,
  IP_TTL,
  type OptionToken,
  type ReadableOption,
  SO_ACCEPTCONN,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  TCP_KEEPIDLE,
  TCP_NODELAY,
} from 'bsd-sockets'
import { getsockopt, setsockopt } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { failure } from './support/failure.js'
import { needs } from './support/needs.js'
import { refuser } from './support/pairs.js'
import { run } from './support/program.js'

function isToken(value: unknown): value is OptionToken {
  return typeof value === 'object' && value !== null && 'supported' in value && 'level' in value && 'name' in value
}

const everything: readonly [string, unknown][] = Object.entries(exported)
const tokens = everything.filter((entry): entry is [string, OptionToken] => isToken(entry[1]))

type Kind = 'tcp' | 'udp' | 'tcp6' | 'raw'
const make: Record<Kind, () => Socket> = {
  tcp: () => new Socket('AF_INET', 'SOCK_STREAM'),
  udp: () => new Socket('AF_INET', 'SOCK_DGRAM'),
  tcp6: () => new Socket('AF_INET6', 'SOCK_STREAM'),
  raw: () => new Socket('AF_INET', 'SOCK_RAW', 1),
}
const needed: Record<Kind, () => boolean> = {
  tcp: () => true,
  udp: () => true,
  tcp6: () => needs('ipv6'),
  raw: () => needs('CAP_NET_RAW'),
}

const readOnly = ['SO_ACCEPTCONN', 'SO_DOMAIN', 'SO_ERROR', 'SO_PROTOCOL', 'SO_TYPE']
const writeOnly = ['SO_ATTACH_FILTER']
const isBuffer = (name: string): boolean => name === 'SO_RCVBUF' || name === 'SO_SNDBUF'

function kindOf(name: string): Kind {
  if (name.startsWith('IPV6_')) return 'tcp6'
  if (name === 'IP_HDRINCL') return 'raw'
  return name === 'SO_BROADCAST' ? 'udp' : 'tcp'
}

/** Another value than the one that was read, which this option takes. */
function another(name: string, value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (isBuffer(name)) return 16_384
  if (name === 'SO_LINGER') return 7
  return typeof value === 'number' ? value + 1 : undefined
}

const access: { name: string; get: (socket: Socket, token: OptionToken) => unknown; set: typeof setOn }[] = [
  { name: 'Socket', get: (socket, token) => Reflect.apply(socket.getsockopt, socket, [token]), set: setOn },
  {
    name: 'posix',
    get: (socket, token) => Reflect.apply(getsockopt, undefined, [socket.fd, token]),
    set: (socket, token, value) => Reflect.apply(setsockopt, undefined, [socket.fd, token, value]),
  },
]

function setOn(socket: Socket, token: OptionToken, value: unknown): unknown {
  return Reflect.apply(socket.setsockopt, socket, [token, value])
}

describe('an option token', () => {
  it('is there for every option of the first dozen', () => {
    const names = ['REUSEADDR', 'REUSEPORT', 'RCVBUF', 'SNDBUF', 'LINGER', 'ERROR', 'TYPE', 'BROADCAST', 'KEEPALIVE']
    expect(tokens.map(([name]) => name)).toEqual(
      expect.arrayContaining([...names.map(name => `SO_${name}`), 'TCP_NODELAY', 'IP_TTL', 'IPV6_V6ONLY']),
    )
  })

  it.each(tokens)('has its name, level and number, and cannot be changed: %s', (name, token) => {
    expect(token).toEqual({
      name,
      level: expect.any(Number),
      number: token.supported ? expect.any(Number) : undefined,
      supported: expect.any(Boolean),
    })
    expect(Object.isFrozen(token)).toBe(true)
  })

  it.runIf(needs('linux'))('is supported on Linux, but for those of other systems', () => {
    const lacking = tokens.filter(([, token]) => !token.supported).map(([name]) => name)
    expect(lacking.length).toBeLessThan(20)
    expect(lacking).toEqual(expect.arrayContaining(['SO_NOSIGPIPE', 'IP_RECVDSTADDR', 'TCP_NOPUSH']))
  })
})

const usual = [
  ...readOnly,
  ...['BROADCAST', 'KEEPALIVE', 'LINGER', 'OOBINLINE', 'RCVBUF', 'REUSEADDR', 'REUSEPORT', 'SNDBUF'].map(
    n => `SO_${n}`,
  ),
  ...['KEEPCNT', 'KEEPIDLE', 'KEEPINTVL', 'NODELAY', 'USER_TIMEOUT'].map(name => `TCP_${name}`),
  ...['IP_HDRINCL', 'IP_TTL', 'IPV6_UNICAST_HOPS', 'IPV6_V6ONLY', 'SO_ATTACH_FILTER'],
]
const supported = tokens.filter(([name, token]) => usual.includes(name) && token.supported && needed[kindOf(name)]())

describe.each(access)('an option of any kind, by $name', ({ get, set }) => {
  it.each(supported.filter(([name]) => !writeOnly.includes(name)))('reads: %s', (name, token) => {
    using socket = make[kindOf(name)]()
    const value = get(socket, token)
    if (name === 'SO_LINGER' || name === 'SO_ERROR') expect(value).toBeNull()
    else expect(value).not.toBeUndefined()
  })

  it.each(supported.filter(([name]) => ![...readOnly, ...writeOnly].includes(name)))(
    'is set to another value, and reads it back: %s',
    (name, token) => {
      using socket = make[kindOf(name)]()
      const before = get(socket, token)
      const value = another(name, before)
      expect(value).not.toBeUndefined()
      set(socket, token, value)
      expect(get(socket, token)).toBe(isBuffer(name) ? 2 * Number(value) : value)
      if (!isBuffer(name)) set(socket, token, before)
      if (!isBuffer(name)) expect(get(socket, token)).toBe(before)
    },
  )

  it.each(supported.filter(([name]) => readOnly.includes(name)))('is refused to be set: %s', (_name, token) => {
    using socket = make.tcp()
    for (const value of [0, true, 'SOCK_STREAM'])
      expect(() => set(socket, token, value)).toThrow(
        failure('ERR_INVALID_ARG_VALUE', { message: expect.stringContaining('"option"') }),
      )
  })

  it.each(supported.filter(([name]) => ![...readOnly, ...writeOnly].includes(name)))(
    'refuses values of another type, and names itself: %s',
    (name, token) => {
      using socket = make[kindOf(name)]()
      const value = get(socket, token)
      const isSwitch = typeof value === 'boolean'
      const wrong = [
        isSwitch ? 1 : true,
        isSwitch ? 0 : 1n,
        '1',
        undefined,
        {},
        [],
        Symbol('x'),
        () => 1,
        Buffer.alloc(4),
      ]
      if (name !== 'SO_LINGER') wrong.push(null as never)
      for (const one of wrong)
        expect(() => set(socket, token, one)).toThrow(
          failure('ERR_INVALID_ARG_TYPE', { message: expect.stringContaining(name) }),
        )
      if (isSwitch) return
      for (const one of [0.5, Number.NaN, 2 ** 32, Number.POSITIVE_INFINITY])
        expect(() => set(socket, token, one)).toThrow(
          failure('ERR_OUT_OF_RANGE', { message: expect.stringContaining(name) }),
        )
      expect(get(socket, token)).toEqual(value)
    },
  )

  it.each(supported.filter(([name]) => writeOnly.includes(name)))('is refused to be read: %s', (_name, token) => {
    using socket = make.tcp()
    expect(() => get(socket, token)).toThrow(
      failure('ERR_INVALID_ARG_VALUE', { message: expect.stringContaining('"option"') }),
    )
  })

  it.each(supported)('says what to write in the place of a level and a token: %s', (name, token) => {
    using socket = make.tcp()
    const apply = (method: 'getsockopt' | 'setsockopt') => () =>
      Reflect.apply(socket[method], socket, [token.level, token, 4])
    expect(apply('getsockopt')).toThrow(
      failure('ERR_INVALID_ARG_TYPE', { message: expect.stringContaining(`getsockopt(${name})`) }),
    )
    expect(apply('setsockopt')).toThrow(
      failure('ERR_INVALID_ARG_TYPE', { message: expect.stringContaining(`setsockopt(${name}, value)`) }),
    )
  })

  it('takes nothing for an option but a token of the library', () => {
    using socket = make.tcp()
    for (const option of [
      undefined,
      null,
      'SO_KEEPALIVE',
      Symbol('x'),
      {},
      [],
      { ...SO_KEEPALIVE },
      () => SO_KEEPALIVE,
    ]) {
      expect(() => get(socket, option as never)).toThrow(failure('ERR_INVALID_ARG_TYPE'))
      expect(() => set(socket, option as never, true)).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    }
  })

  it('throws what the kernel says, with the name of the option', () => {
    using socket = make.udp()
    expect(() => get(socket, TCP_NODELAY)).toThrow(
      failure(expect.stringMatching(/^E(NOPROTOOPT|OPNOTSUPP)$/), { message: expect.stringContaining('TCP_NODELAY') }),
    )
    expect(() => set(socket, IP_TTL, 300)).toThrow(failure('EINVAL', { message: 'setsockopt EINVAL IP_TTL' }))
  })

  it('is ENOPROTOOPT with its name where the system lacks it', async () => {
    const program = `
      const known = Map.prototype.get
      Map.prototype.get = function (key) { return key === 'SO_BROADCAST' ? undefined : known.call(this, key) }
      const { SO_BROADCAST, Socket, SocketError } = await import('bsd-sockets')
      const { getsockopt, setsockopt } = await import('bsd-sockets/posix')
      const { supported, number, name } = SO_BROADCAST
      const socket = new Socket('AF_INET', 'SOCK_DGRAM')
      const { fd } = socket
      const calls = [
        () => socket.getsockopt(SO_BROADCAST), () => socket.setsockopt(SO_BROADCAST, true),
        () => getsockopt(fd, SO_BROADCAST), () => setsockopt(fd, SO_BROADCAST, true),
      ]
      const errors = calls.map(call => { try { call() } catch (error) { return error } })
      const told = errors.map(e => e instanceof SocketError && e.message.includes(name) ? e.code + ' ' + e.syscall : String(e))
      console.log(JSON.stringify({ name, supported, number, told }))
    `
    const told = Array(4).fill('ENOPROTOOPT undefined')
    expect(JSON.parse(await run(process.execPath, '--input-type=module', '-e', program))).toEqual({
      name: 'SO_BROADCAST',
      supported: false,
      told,
    })
  })
})

describe('getsockopt and setsockopt by number', () => {
  it('are ints and bytes, as in C', () => {
    using socket = make.tcp()
    const { level, number } = SO_KEEPALIVE
    socket.setsockopt(level, number ?? -1, 1)
    expect(socket.getsockopt(SO_KEEPALIVE)).toBe(true)
    expect(socket.getsockopt(level, number ?? -1, 4).readInt32LE()).toBe(1)
    socket.setsockopt(level, number ?? -1, new Int32Array(1))
    expect(socket.getsockopt(SO_KEEPALIVE)).toBe(false)
    expect(socket.getsockopt(SOL_SOCKET, SO_LINGER.number ?? -1, 64)).toHaveLength(8)
    expect(socket.getsockopt(SOL_SOCKET, SO_LINGER.number ?? -1, 2)).toHaveLength(2)
  })

  it('take an unsigned int too', () => {
    using socket = make.tcp()
    const SO_MAX_PACING_RATE = 47
    socket.setsockopt(SOL_SOCKET, SO_MAX_PACING_RATE, 0xfffffffe)
    expect(socket.getsockopt(SOL_SOCKET, SO_MAX_PACING_RATE, 4).readUInt32LE()).toBe(0xfffffffe)
  })

  it('throw what the kernel says', () => {
    using socket = make.tcp()
    expect(() => socket.getsockopt(SOL_SOCKET, 9999, 4)).toThrow(failure('ENOPROTOOPT', { syscall: 'getsockopt' }))
    expect(() => socket.setsockopt(SOL_SOCKET, 9999, 1)).toThrow(failure('ENOPROTOOPT', { syscall: 'setsockopt' }))
    expect(() => socket.setsockopt(SOL_SOCKET, SO_LINGER.number ?? -1, Buffer.alloc(1))).toThrow(failure('EINVAL'))
  })

  it('refuse lengths and values that are none', () => {
    using socket = make.tcp()
    for (const length of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(() => socket.getsockopt(SOL_SOCKET, 3, length)).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(() => Reflect.apply(socket.getsockopt, socket, [SOL_SOCKET, 3])).toThrow(
      failure(expect.stringMatching(/^ERR_/)),
    )
    for (const value of [true, '1', null, undefined, 1n])
      expect(() => Reflect.apply(socket.setsockopt, socket, [SOL_SOCKET, 2, value])).toThrow(
        failure('ERR_INVALID_ARG_TYPE'),
      )
  })
})

describe('what options mean', () => {
  it('SO_TYPE, SO_DOMAIN and SO_PROTOCOL tell what the socket is', () => {
    using socket = new Socket('AF_UNIX', 'SOCK_SEQPACKET')
    const read = (option: ReadableOption<unknown>): unknown => socket.getsockopt(option)
    expect([SO_TYPE, SO_DOMAIN, SO_PROTOCOL].map(read)).toEqual(['SOCK_SEQPACKET', 'AF_UNIX', 0])
    using udp = make.udp()
    expect(udp.getsockopt(SO_PROTOCOL)).toBe(17)
  })

  it('SO_ACCEPTCONN turns true by listen', () => {
    using socket = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' })
    expect(socket.getsockopt(SO_ACCEPTCONN)).toBe(false)
    expect(socket.listen().getsockopt(SO_ACCEPTCONN)).toBe(true)
  })

  it('SO_ERROR names the pending error, once', async () => {
    using socket = new Socket(AF_INET, SOCK_DGRAM)
    await socket.connect((await refuser(SOCK_DGRAM)).getsockname())
    expect(socket.getsockopt(SO_ERROR)).toBeNull()
    socket.trySend(Buffer.from('x'))
    expect(socket.getsockopt(SO_ERROR)).toBe('ECONNREFUSED')
    expect(socket.getsockopt(SO_ERROR)).toBeNull()
  })

  it('SO_LINGER is seconds, 0 too, or null', async () => {
    using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
    using client = new Socket(AF_INET, SOCK_STREAM)
    await client.connect(listener.getsockname())
    const { socket: server } = await listener.accept()
    using _server = server
    expect(client.setsockopt(SO_LINGER, 3).getsockopt(SO_LINGER)).toBe(3)
    expect(client.setsockopt(SO_LINGER, null).getsockopt(SO_LINGER)).toBeNull()
    expect(client.setsockopt(SO_LINGER, 0).getsockopt(SO_LINGER)).toBe(0)
    client.close()
    await expect(server.recv(1)).rejects.toEqual(failure('ECONNRESET'))
    expect(() => listener.setsockopt(SO_LINGER, -1)).toThrow(failure('ERR_OUT_OF_RANGE'))
  })

  it('SO_REUSEPORT lets sockets share an address, and both get datagrams', async () => {
    const receivers = [0, 1].map(() => new Socket(AF_INET, SOCK_DGRAM).setsockopt(SO_REUSEPORT, true))
    const [one, other] = receivers
    if (one === undefined || other === undefined) throw new Error('two sockets')
    const { port } = one.bind({ address: '127.0.0.1' }).getsockname()
    other.bind({ address: '127.0.0.1', port })
    const counts = new Map<Socket, number>()
    for (let i = 0; i < 64; i++) {
      using sender = new Socket(AF_INET, SOCK_DGRAM)
      await sender.sendto(Buffer.of(i), { address: '127.0.0.1', port })
    }
    for (const socket of receivers)
      while (socket.tryRecv(9) !== undefined) counts.set(socket, (counts.get(socket) ?? 0) + 1)
    expect(counts.size).toBe(2)
    expect([...counts.values()].reduce((sum, count) => sum + count)).toBe(64)
    using third = new Socket(AF_INET, SOCK_DGRAM)
    expect(() => third.bind({ address: '127.0.0.1', port })).toThrow(failure('EADDRINUSE'))
    for (const socket of receivers) socket.close()
  })

  it('SO_REUSEADDR lets a listener take the port of connections that are ending', async () => {
    using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
    const address = listener.setsockopt(SO_REUSEADDR, true).getsockname()
    using client = new Socket(AF_INET, SOCK_STREAM)
    await client.connect(address)
    const { socket } = await listener.accept()
    socket.close()
    listener.close()
    using strict = new Socket(AF_INET, SOCK_STREAM)
    expect(() => strict.bind(address)).toThrow(failure('EADDRINUSE'))
    using next = new Socket(AF_INET, SOCK_STREAM)
    expect(() => next.setsockopt(SO_REUSEADDR, true).bind(address).listen()).not.toThrow()
  })

  it('SO_RCVBUF and TCP_KEEPIDLE are inherited by what a listener accepts', async () => {
    using listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' })
    listener.setsockopt(TCP_KEEPIDLE, 77).setsockopt(SO_RCVBUF, 16_384).listen()
    using client = new Socket(AF_INET, SOCK_STREAM)
    await client.connect(listener.getsockname())
    const { socket } = await listener.accept()
    expect(socket.getsockopt(TCP_KEEPIDLE)).toBe(77)
    expect(socket.getsockopt(SO_RCVBUF)).toBe(32_768)
    socket.close()
  })
})
