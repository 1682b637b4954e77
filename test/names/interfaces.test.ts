import * as main from 'bsd-sockets'
import { getifaddrs, type InterfaceAddress, inet_pton } from 'bsd-sockets/posix'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canMakeNamespaces, deleteHosts, Host } from '../support/namespace.js'
import { needs } from '../support/needs.js'
import { run } from '../support/program.js'

interface Link {
  ifindex: number
  ifname: string
  flags: string[]
  link_type: string
  address?: string
  addr_info: { family: string; local?: string; address?: string; prefixlen: number; broadcast?: string }[]
}

const bits = {
  UP: main.IFF_UP,
  BROADCAST: main.IFF_BROADCAST,
  LOOPBACK: main.IFF_LOOPBACK,
  POINTOPOINT: main.IFF_POINTOPOINT,
  NOARP: main.IFF_NOARP,
  MULTICAST: main.IFF_MULTICAST,
  LOWER_UP: main.IFF_LOWER_UP,
}

function prefixOf({ netmask }: InterfaceAddress): number {
  if (netmask === undefined) return -1
  const bytes = inet_pton(netmask.family, netmask.address) ?? []
  return [...bytes].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
}

/** What both tell, one line an address. */
function ours(all: readonly InterfaceAddress[]): string[] {
  const lines = all.map(one => {
    const { name, index, flags, mac, address, broadcast, destination } = one
    const names = Object.entries(bits).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : name))
    const parts = [index, name.split(':')[0], names.join(), mac]
    if (address !== undefined)
      parts.push(address.address, prefixOf(one), broadcast?.address ?? '-', destination?.address ?? '-')
    return parts.join(' ')
  })
  return lines.sort()
}

function theirs(links: readonly Link[]): string[] {
  const lines = links.flatMap(({ ifindex, ifname, flags, address, addr_info }) => {
    const link = [
      ifindex,
      ifname,
      Object.keys(bits)
        .filter(flag => flags.includes(flag))
        .join(),
      address,
    ].join(' ')
    const addresses = addr_info.map(one =>
      [link, one.local, one.prefixlen, one.broadcast ?? '-', one.address ?? '-'].join(' '),
    )
    return addresses.length === 0 ? [link] : addresses
  })
  return lines.sort()
}

describe.runIf(needs('linux') && needs('program', 'ip'))('getifaddrs', () => {
  it('tells what `ip -j addr` tells', async () => {
    const links: Link[] = JSON.parse(await run('ip', '-j', 'addr'))
    expect(ours(getifaddrs())).toEqual(theirs(links))
  })
})

describe('getifaddrs', () => {
  it('is the same function in both entry points', () => {
    expect(main.getifaddrs).toBe(getifaddrs)
  })

  it('has the loopback interface', () => {
    const found = getifaddrs().find(one => one.address?.address === '127.0.0.1')
    expect((found?.flags ?? 0) & main.IFF_LOOPBACK).not.toBe(0)
    expect(found?.index).toBe(main.if_nametoindex(found?.name ?? ''))
  })
})

describe.runIf(canMakeNamespaces)('getifaddrs in a namespace', () => {
  let host: Host
  beforeAll(async () => {
    host = await Host.add()
  })
  afterAll(deleteHosts)

  it('tells the other end of a link, a label, no broadcast where there is none, and links without address', async () => {
    await host.ip('link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other')
    await host.ip('address', 'add', '192.0.2.1/24', 'dev', 'one')
    await host.ip('address', 'add', '198.51.100.1/24', 'broadcast', '198.51.100.255', 'dev', 'one', 'label', 'one:x')
    await host.ip('address', 'add', '203.0.113.1', 'peer', '203.0.113.2', 'dev', 'one')
    await host.ip('address', 'add', '2001:db8::1', 'peer', '2001:db8::2', 'dev', 'one')
    const links: Link[] = JSON.parse(await host.ip('-j', 'addr'))
    const found = await host.run(({ getifaddrs }) => getifaddrs())
    expect(ours(found)).toEqual(theirs(links))
    const of = (address: string): InterfaceAddress | undefined => found.find(one => one.address?.address === address)
    expect(of('203.0.113.1')?.destination?.address).toBe('203.0.113.2')
    expect(of('198.51.100.1')).toMatchObject({ name: 'one:x', broadcast: { address: '198.51.100.255' } })
    expect(of('192.0.2.1')).not.toHaveProperty('broadcast')
  })
})
