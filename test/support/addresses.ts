// Addresses of every family in canonical form, as decodeSockaddr gives them, for property tests.
import { isUtf8 } from 'node:buffer'
import {
  inet_ntop,
  type SockaddrIn,
  type SockaddrIn6,
  type SockaddrLl,
  type SockaddrNl,
  type SockaddrOther,
  type SockaddrUn,
  type SockaddrVm,
} from 'bsd-sockets'
import fc from 'fast-check'

const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** The numbers of the families that have names, as Linux has them. */
export const familyNumbers = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  AF_PACKET: 17,
  AF_VSOCK: 40,
} as const

const ipv6 = fc
  .array(fc.oneof(fc.constant(0), u16), { minLength: 8, maxLength: 8 })
  .map(groups => inet_ntop('AF_INET6', Buffer.from(groups.map(group => hex(group, 4)).join(''), 'hex')))

const unixName = fc.oneof(
  fc.uint8Array({ maxLength: 108 }).map(bytes => Buffer.from(bytes)),
  fc.string({ unit: 'grapheme', maxLength: 108 }).map(text => Buffer.from(text)),
  fc
    .string({ unit: fc.constantFrom('/', '%', '@', ':', '[', ']', ' ', '\n', 'a', 'é'), maxLength: 54 })
    .map(Buffer.from),
)

/** A name that is a path has no NUL; one that begins with NUL is abstract and may have any. */
const unixPath = fc
  .tuple(fc.boolean(), unixName)
  .map(([abstract, name]) =>
    abstract ? Buffer.concat([Buffer.of(0), name]).subarray(0, 108) : Buffer.from(name.filter(byte => byte !== 0)),
  )
  .map(name => (isUtf8(name) ? name.toString() : Buffer.from(name)))
  .filter(path => Buffer.byteLength(path) <= 108)

export const sockaddrIn: fc.Arbitrary<SockaddrIn> = fc.record({
  family: fc.constant('AF_INET' as const),
  address: fc.ipV4(),
  port: u16,
})
export const sockaddrIn6: fc.Arbitrary<SockaddrIn6> = fc.record({
  family: fc.constant('AF_INET6' as const),
  address: ipv6,
  port: u16,
  flowinfo: u32,
  scopeId: u32,
})
export const sockaddrUn: fc.Arbitrary<SockaddrUn> = fc.record({
  family: fc.constant('AF_UNIX' as const),
  path: unixPath,
})
export const sockaddrLl: fc.Arbitrary<SockaddrLl> = fc.record(
  {
    family: fc.constant('AF_PACKET' as const),
    protocol: u16,
    ifindex: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    hatype: u16,
    pkttype: u8,
    address: fc.array(u8, { minLength: 1, maxLength: 8 }).map(bytes => bytes.map(byte => hex(byte, 2)).join(':')),
  },
  { requiredKeys: ['family', 'protocol', 'ifindex', 'hatype', 'pkttype'] },
)
export const sockaddrNl: fc.Arbitrary<SockaddrNl> = fc.record({
  family: fc.constant('AF_NETLINK' as const),
  pid: u32,
  groups: u32,
})
export const sockaddrVm: fc.Arbitrary<SockaddrVm> = fc.record({
  family: fc.constant('AF_VSOCK' as const),
  cid: u32,
  port: u32,
  flags: u8,
})
export const sockaddrOther: fc.Arbitrary<SockaddrOther> = fc.record({
  family: u16.filter(family => !Object.values<number>(familyNumbers).includes(family)),
  data: fc.uint8Array({ maxLength: 126 }).map(bytes => Buffer.from(bytes)),
})
