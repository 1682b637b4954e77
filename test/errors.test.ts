import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { Socket, SocketError } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { failure } from './support/failure.js'
import { needs } from './support/needs.js'
import { run } from './support/program.js'

/** The errnos of the kernel's headers, by name; aliases name another name. */
function kernelErrnos(): { numbers: [string, number][]; aliases: [string, string][] } {
  const headers = ['errno-base.h', 'errno.h'].map(name => readFileSync(`/usr/include/asm-generic/${name}`, 'utf8'))
  const defined = headers.flatMap(text => [...text.matchAll(/^#define\s+(E\w+)\s+(\w+)/gm)])
  const pairs = defined.map(([, name = '', value = '']): [string, string] => [name, value])
  return {
    numbers: pairs
      .filter(([, value]) => /^\d+$/.test(value))
      .map(([name, value]): [string, number] => [name, Number(value)]),
    aliases: pairs.filter(([, value]) => /^E/.test(value)),
  }
}

const hasHeaders = needs('linux') && ['x64', 'arm64'].includes(process.arch)

describe('SocketError', () => {
  it('is an Error with code, errno and syscall', () => {
    const error = SocketError.fromErrno(-111, 'connect')
    expect(error).toBeInstanceOf(SocketError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'SocketError',
      code: 'ECONNREFUSED',
      errno: -111,
      syscall: 'connect',
      message: 'connect ECONNREFUSED',
    })
    expect(String(error)).toBe('SocketError: connect ECONNREFUSED')
    expect(inspect(error)).toContain("code: 'ECONNREFUSED'")
    expect(error.stack).toContain('errors.test.ts')
  })

  it('has the address and the port where there is one', async () => {
    using closed = new Socket('AF_INET', 'SOCK_STREAM').bind({ address: '127.0.0.1' })
    const { port } = closed.getsockname()
    using socket = new Socket('AF_INET', 'SOCK_STREAM')
    await expect(socket.connect({ address: '127.0.0.1', port })).rejects.toEqual(
      failure('ECONNREFUSED', {
        errno: -111,
        syscall: 'connect',
        address: '127.0.0.1',
        port,
        message: `connect ECONNREFUSED 127.0.0.1:${port}`,
      }),
    )
  })

  it.runIf(needs('ipv6'))('puts brackets around an IPv6 address', async () => {
    using closed = new Socket('AF_INET6', 'SOCK_STREAM').bind({ address: '::1' })
    const { port } = closed.getsockname()
    using socket = new Socket('AF_INET6', 'SOCK_STREAM')
    await expect(socket.connect({ address: '::1', port })).rejects.toEqual(
      failure('ECONNREFUSED', { address: '::1', port, message: `connect ECONNREFUSED [::1]:${port}` }),
    )
  })

  it('has the path where there is one', async () => {
    using socket = new Socket('AF_UNIX', 'SOCK_STREAM')
    const path = '/nonexistent/x.sock'
    await expect(socket.connect({ path })).rejects.toEqual(
      failure('ENOENT', { path, message: `connect ENOENT ${path}`, syscall: 'connect' }),
    )
    await expect(socket.connect({ path: Buffer.from(path) })).rejects.toEqual(failure('ENOENT', { path }))
  })

  it.runIf(needs('linux'))('shows an abstract name with @, and has it with NUL', async () => {
    using socket = new Socket('AF_UNIX', 'SOCK_STREAM')
    await expect(socket.connect({ path: '\0nobody-is-here' })).rejects.toEqual(
      failure('ECONNREFUSED', { path: '\0nobody-is-here', message: 'connect ECONNREFUSED @nobody-is-here' }),
    )
  })

  it('has no property that it has no value for', () => {
    const error = SocketError.fromErrno(-9, 'close')
    const absent = ['address', 'port', 'path', 'dest', 'bytesSent', 'bytesReceived', 'messagesSent', 'data', 'hostname']
    for (const name of absent) expect(error).not.toHaveProperty(name)
  })

  it('has no system call where the library made it itself', () => {
    const socket = new Socket('AF_INET', 'SOCK_DGRAM')
    socket.close()
    expect(() => socket.getsockname()).toThrow(failure('EBADF', { errno: -9, syscall: undefined, name: 'SocketError' }))
  })
})

describe.runIf(hasHeaders)('SocketError.fromErrno', () => {
  it('names every errno of the kernel', () => {
    const { numbers } = kernelErrnos()
    expect(numbers.length).toBeGreaterThan(130)
    for (const [name, number] of numbers)
      expect(SocketError.fromErrno(-number), name).toMatchObject({ code: name, errno: -number, message: name })
  })

  it('has one name for a number: the one that is no alias', () => {
    const { numbers, aliases } = kernelErrnos()
    const byName = new Map(numbers)
    expect(aliases.map(([name]) => name)).toContain('EWOULDBLOCK')
    for (const [, real] of aliases) expect(SocketError.fromErrno(-(byName.get(real) ?? 0)).code).toBe(real)
    expect(SocketError.fromErrno(-11).code).toBe('EAGAIN')
    expect(SocketError.fromErrno(-95).code).toBe('EOPNOTSUPP')
  })

  it('keeps a number that has no name', () => {
    expect(SocketError.fromErrno(-4000, 'recv')).toMatchObject({ errno: -4000, code: expect.stringContaining('4000') })
  })

  it('refuses what is no errno, and what is no name of a system call', () => {
    for (const errno of [undefined, null, '1', 1n, Symbol('x'), {}])
      expect(() => Reflect.apply(SocketError.fromErrno, SocketError, [errno])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
    for (const errno of [0, 111, -4096, Number.NaN, -0.5, Number.NEGATIVE_INFINITY])
      expect(() => SocketError.fromErrno(errno)).toThrow(failure('ERR_OUT_OF_RANGE'))
    for (const syscall of [1, Symbol('x'), {}])
      expect(() => Reflect.apply(SocketError.fromErrno, SocketError, [-1, syscall])).toThrow(
        failure('ERR_INVALID_ARG_TYPE'),
      )
  })
})

/** The error of an expression in a process of nobody, who has no right at all. */
async function errorWithoutRights(expression: string): Promise<unknown> {
  const program = `
    import { readFileSync } from 'node:fs'
    import * as posix from 'bsd-sockets/posix'
    import { Socket, SocketError } from 'bsd-sockets'
    process.setgroups([]); process.setgid(65534); process.setuid(65534)
    try { ${expression}; console.log('null') } catch (error) {
      if (!(error instanceof SocketError)) throw error
      console.log(JSON.stringify({ ...error, message: error.message }))
    }
  `
  return JSON.parse(await run(process.execPath, '--input-type=module', '-e', program))
}

describe.runIf(needs('linux') && needs('root'))('an error whose cure is known', () => {
  it.each([
    ['posix', "posix.socket('AF_INET', 'SOCK_RAW', 1)"],
    ['Socket', "new Socket('AF_INET', 'SOCK_RAW', 1)"],
    ['AF_PACKET', "new Socket('AF_PACKET', 'SOCK_DGRAM')"],
  ])('names CAP_NET_RAW and setcap for a raw socket: %s', async (_name, expression) => {
    expect(await errorWithoutRights(expression)).toEqual(
      failure('EPERM', { syscall: 'socket', message: expect.stringMatching(/^socket EPERM.*CAP_NET_RAW.*setcap/) }),
    )
  })

  it('names net.ipv4.ping_group_range for a ping socket', async () => {
    const [least, most] = readFileSync('/proc/sys/net/ipv4/ping_group_range', 'utf8').split(/\s+/).map(Number)
    const error = await errorWithoutRights("new Socket('AF_INET', 'SOCK_DGRAM', 1)")
    if (Number(least) <= 65534 && 65534 <= Number(most)) expect(error).toBeNull()
    else
      expect(error).toEqual(
        failure('EACCES', { message: expect.stringContaining('net.ipv4.ping_group_range'), syscall: 'socket' }),
      )
  })

  it('names CAP_NET_BIND_SERVICE for a well-known port', async () => {
    const least = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
    const error = await errorWithoutRights(
      "new Socket('AF_INET', 'SOCK_DGRAM').bind({ address: '127.0.0.1', port: 1 })",
    )
    if (least <= 1) expect(error).toBeNull()
    else
      expect(error).toEqual(
        failure('EACCES', { port: 1, message: expect.stringMatching(/^bind EACCES 127\.0\.0\.1:1: .*setcap/) }),
      )
  })

  it('names SO_BROADCAST for a broadcast address', async () => {
    using socket = new Socket('AF_INET', 'SOCK_DGRAM')
    await expect(socket.sendto(Buffer.from('x'), { address: '127.255.255.255', port: 9 })).rejects.toEqual(
      failure('EACCES', { message: expect.stringContaining('SO_BROADCAST') }),
    )
  })

  it('says nothing where it knows nothing', async () => {
    expect(await errorWithoutRights("posix.socket('AF_INET', 'SOCK_STREAM', 250)")).toEqual(
      failure('EPROTONOSUPPORT', { message: 'socket EPROTONOSUPPORT' }),
    )
  })
})
