// Names: of hosts, services, interfaces, addresses.
import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import {
  AF_INET,
  AI_NUMERICHOST,
  decodeSockaddr,
  encodeSockaddr,
  formatSockaddr,
  getaddrinfo,
  getifaddrs,
  getnameinfo,
  if_nameindex,
  if_nametoindex,
  inet_ntop,
  inet_pton,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  parseSockaddr,
  SOCK_STREAM,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

const loopback = { family: AF_INET, address: '127.0.0.1', port: 80 }

export const checks = {
  async 'getaddrinfo and getnameinfo answer from the thread pool'() {
    const [found] = await getaddrinfo('127.0.0.1', 80, { flags: AI_NUMERICHOST, type: SOCK_STREAM })
    deepEqual(found.address, loopback)
    deepEqual(await getnameinfo(loopback, NI_NUMERICHOST | NI_NUMERICSERV), { host: '127.0.0.1', service: '80' })
    await rejects(getaddrinfo('no host', null, { flags: AI_NUMERICHOST }), { code: 'EAI_NONAME', hostname: 'no host' })
  },

  async 'many lookups at once, some of them aborted, all end'() {
    const controller = new AbortController()
    const lookups = Array.from({ length: 40 }, (_, i) =>
      getaddrinfo('127.0.0.1', i, { flags: AI_NUMERICHOST, ...(i % 2 === 1 && { signal: controller.signal }) }),
    )
    controller.abort(new Error('enough'))
    const ended = await Promise.allSettled(lookups)
    ok(ended.every(({ status, reason }, i) => status === 'fulfilled' || (i % 2 === 1 && reason.message === 'enough')))
  },

  'getaddrinfo waits, in bsd-sockets/posix'() {
    const [found] = posix.getaddrinfo('127.0.0.1', '80', { flags: AI_NUMERICHOST, type: SOCK_STREAM })
    deepEqual(found.address, loopback)
    throws(() => posix.getaddrinfo('no host', null, { flags: AI_NUMERICHOST }), { code: 'EAI_NONAME' })
  },

  'the host has a name, and the loopback interface an address'() {
    ok(posix.gethostname().length > 0)
    const { address } = getifaddrs().find(({ address }) => address?.address === '127.0.0.1')
    equal(address.family, AF_INET)
    const [{ name, index }] = if_nameindex()
    equal(if_nametoindex(name), index)
  },

  'addresses are text, objects and bytes'() {
    for (const text of ['127.0.0.1:80', '[::1]:80', 'unix:/run/x.sock'])
      equal(formatSockaddr(decodeSockaddr(encodeSockaddr(parseSockaddr(text)))), text)
    equal(inet_ntop(AF_INET, inet_pton(AF_INET, '10.0.0.1')), '10.0.0.1')
    equal(inet_pton(AF_INET, 'ten'), null)
  },
}
