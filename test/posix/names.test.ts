import { readdirSync, readFileSync } from 'node:fs'
import * as main from 'bsd-sockets'
import { if_indextoname, if_nameindex, if_nametoindex } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { failure } from '../support/failure.js'
import { needs } from '../support/needs.js'

const interfaces = (): { index: number; name: string }[] =>
  readdirSync('/sys/class/net')
    .filter(name => name !== 'bonding_masters')
    .map(name => ({ index: Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8')), name }))

const byIndex = (one: { index: number }, other: { index: number }): number => one.index - other.index

describe.runIf(needs('linux'))('the names of interfaces', () => {
  it('are those of /sys/class/net: if_nameindex', () => {
    expect(if_nameindex().sort(byIndex)).toEqual(interfaces().sort(byIndex))
  })

  it('have the numbers of /sys/class/net: if_nametoindex', () => {
    for (const { index, name } of interfaces()) expect(if_nametoindex(name)).toBe(index)
  })

  it('are found by number: if_indextoname', () => {
    for (const { index, name } of interfaces()) expect(if_indextoname(index)).toBe(name)
  })

  it('are the same functions in both entry points', () => {
    expect([main.if_nameindex, main.if_nametoindex, main.if_indextoname]).toEqual([
      if_nameindex,
      if_nametoindex,
      if_indextoname,
    ])
  })
})

describe('if_nametoindex', () => {
  it.each(['', 'nosuchinterface', 'x'.repeat(1000), 'lo\0', 'lo\0x', ' lo', '1'])('throws ENODEV for %j', name => {
    expect(() => if_nametoindex(name)).toThrow(failure('ENODEV', { errno: -19, syscall: 'if_nametoindex' }))
  })

  it('refuses what is no text', () => {
    for (const name of [undefined, 1, Buffer.from('lo'), Symbol('lo')])
      expect(() => Reflect.apply(if_nametoindex, undefined, [name])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})

describe('if_indextoname', () => {
  it.each([0, 0x7fffffff, 0xffffffff])('throws ENXIO for %i', index => {
    expect(() => if_indextoname(index)).toThrow(failure('ENXIO', { errno: -6, syscall: 'if_indextoname' }))
  })

  it('refuses what is no index', () => {
    for (const index of [-1, 2 ** 32, 0.5]) expect(() => if_indextoname(index)).toThrow(failure('ERR_OUT_OF_RANGE'))
    expect(() => Reflect.apply(if_indextoname, undefined, ['1'])).toThrow(failure('ERR_INVALID_ARG_TYPE'))
  })
})
