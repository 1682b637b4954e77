import { hostname } from 'node:os'
import { gethostname, getprotobyname, getprotobynumber, getservbyname, getservbyport } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'
import { run } from '../support/program.js'

const wrongNames = ['', 'nosuchname', 'x'.repeat(1024), ' ', '\ud800']

async function entries(database: string): Promise<string[][]> {
  return (await run('getent', database))
    .trim()
    .split('\n')
    .map(line => line.split(/\s+/))
}

/** The first of those that share a key, as the C functions find it. */
function firsts<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  const found = new Map<string, T>()
  for (const one of all) if (!found.has(keyOf(one))) found.set(keyOf(one), one)
  return [...found.values()]
}

describe.runIf(needs('program', 'getent'))('the services of `getent services`', () => {
  const services = async () =>
    (await entries('services')).map(([name = '', key = '', ...aliases]) => {
      const [port, protocol = ''] = key.split('/')
      return { name, aliases, port: Number(port), protocol }
    })

  it('are found by name and protocol: getservbyname', async () => {
    const all = await services()
    for (const { name, protocol } of all) {
      const first = all.find(one => one.protocol === protocol && [one.name, ...one.aliases].includes(name))
      expect(getservbyname(name, protocol)).toEqual(first)
    }
  })

  it('are found by port in host order and protocol: getservbyport', async () => {
    for (const one of firsts(await services(), ({ port, protocol }) => `${port}/${protocol}`))
      expect(getservbyport(one.port, one.protocol)).toEqual(one)
  })

  it('are found without a protocol, and by an alias', () => {
    const http = { name: 'http', aliases: ['www'], port: 80, protocol: 'tcp' }
    for (const name of ['http', 'www']) expect(getservbyname(name)).toMatchObject({ name: http.name, port: 80 })
    expect(getservbyport(80)).toMatchObject({ name: http.name, port: 80 })
  })
})

describe.runIf(needs('program', 'getent'))('the protocols of `getent protocols`', () => {
  const protocols = async () =>
    (await entries('protocols')).map(([name = '', number, ...aliases]) => ({ name, number: Number(number), aliases }))

  it('are found by name: getprotobyname', async () => {
    for (const one of firsts(await protocols(), ({ name }) => name)) expect(getprotobyname(one.name)).toEqual(one)
  })

  it('are found by number: getprotobynumber', async () => {
    for (const one of firsts(await protocols(), ({ number }) => String(number)))
      expect(getprotobynumber(one.number)).toEqual(one)
  })
})

describe('what is in no database', () => {
  it('is null', () => {
    for (const name of wrongNames) expect([getservbyname(name), getprotobyname(name)]).toEqual([null, null])
    expect(getservbyname('http', 'nosuchprotocol')).toBeNull()
    expect(getservbyport(0)).toBeNull()
    expect(getservbyport(80, '')).toBeNull()
    for (const number of [-1, 2 ** 31 - 1, -(2 ** 31)]) expect(getprotobynumber(number)).toBeNull()
  })

  it('is refused where it can be no name or number', () => {
    for (const name of ['tcp\0', 'x'.repeat(1025)]) {
      expect(() => getservbyname(name)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
      expect(() => getservbyname('http', name)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
      expect(() => getprotobyname(name)).toThrow(failure('ERR_INVALID_ARG_VALUE'))
    }
    for (const port of [-1, 65536, 0.5]) expect(() => getservbyport(port)).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(() => getprotobynumber(2 ** 31)).toThrow(failure('ERR_OUT_OF_RANGE'))
  })
})

describe('gethostname', () => {
  it('is the name of this host', () => {
    expect(gethostname()).toBe(hostname())
  })
})
