// Addresses of every family in canonical form, as decodeSockaddr gives them, for property tests.
import { isUtf8 } from 'node:buffer'
import {
  inet_ntop,
  type Sockaddr,
  type SockaddrAlg,
  type SockaddrBluetooth,
  type SockaddrCan,
  type SockaddrIn,
  type SockaddrIn6,
  type SockaddrLl,
  type SockaddrNl,
  type SockaddrOther,
  type SockaddrQrtr,
  type SockaddrTipc,
  type SockaddrUn,
  type SockaddrVm,
  type SockaddrXdp,
} from 'bsd-sockets'
import fc from 'fast-check'

const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const u32 = fc.integer({ min: 0, max: 0xffffffff })
const i32 = fc.integer({ min: -0x80000000, max: 0x7fffffff })
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** The numbers of the families that have names, as Linux has them. */
export const familyNumbers = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  AF_PACKET: 17,
  AF_CAN: 29,
  AF_TIPC: 30,
  AF_BLUETOOTH: 31,
  AF_ALG: 38,
  AF_VSOCK: 40,
  AF_QIPCRTR: 42,
  AF_XDP: 44,
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

function hardware(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.array(u8, { minLength, maxLength }).map(bytes => bytes.map(byte => hex(byte, 2)).join(':'))
}

/** A text for C, of at most so many bytes. */
function text(longest: number): fc.Arbitrary<string> {
  const any = fc.string({ unit: 'grapheme', maxLength: longest })
  return fc
    .oneof(any, fc.string({ maxLength: longest }))
    .filter(s => !s.includes('\0') && Buffer.byteLength(s) <= longest)
}

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
    ifindex: i32,
    hatype: u16,
    pkttype: u8,
    address: hardware(1, 8),
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
export const sockaddrAlg: fc.Arbitrary<SockaddrAlg> = fc.record({
  family: fc.constant('AF_ALG' as const),
  type: text(13),
  name: text(103),
  feat: u32,
  mask: u32,
})
const bluetooth = { family: fc.constant('AF_BLUETOOTH' as const) }
const bdaddr = hardware(6, 6)
export const sockaddrBluetooth: fc.Arbitrary<SockaddrBluetooth> = fc.oneof(
  fc.record({
    ...bluetooth,
    protocol: fc.constant('BTPROTO_L2CAP' as const),
    bdaddr,
    psm: u16,
    cid: u16,
    bdaddrType: u8,
  }),
  fc.record({ ...bluetooth, protocol: fc.constant('BTPROTO_HCI' as const), dev: u16, channel: u16 }),
  fc.record({ ...bluetooth, protocol: fc.constant('BTPROTO_SCO' as const), bdaddr }),
  fc.record({ ...bluetooth, protocol: fc.constant('BTPROTO_RFCOMM' as const), bdaddr, channel: u8 }),
)
const can = { family: fc.constant('AF_CAN' as const), ifindex: i32 }
export const sockaddrCan: fc.Arbitrary<SockaddrCan> = fc.oneof(
  fc.record(can),
  fc.record({ ...can, tp: fc.record({ rxId: u32, txId: u32 }) }),
  fc.record({ ...can, j1939: fc.record({ name: u64, pgn: u32, addr: u8 }) }),
)
export const sockaddrQrtr: fc.Arbitrary<SockaddrQrtr> = fc.record({
  family: fc.constant('AF_QIPCRTR' as const),
  node: u32,
  port: u32,
})
const tipc = { family: fc.constant('AF_TIPC' as const), scope: fc.integer({ min: -128, max: 127 }) }
export const sockaddrTipc: fc.Arbitrary<SockaddrTipc> = fc.oneof(
  fc.record({ ...tipc, addrtype: fc.constant('TIPC_SERVICE_RANGE' as const), type: u32, lower: u32, upper: u32 }),
  fc.record({ ...tipc, addrtype: fc.constant('TIPC_SERVICE_ADDR' as const), type: u32, instance: u32, domain: u32 }),
  fc.record({ ...tipc, addrtype: fc.constant('TIPC_SOCKET_ADDR' as const), ref: u32, node: u32 }),
)
export const sockaddrXdp: fc.Arbitrary<SockaddrXdp> = fc.record({
  family: fc.constant('AF_XDP' as const),
  flags: u16,
  ifindex: u32,
  queueId: u32,
  sharedUmemFd: u32,
})
export const sockaddrOther: fc.Arbitrary<SockaddrOther> = fc.record({
  family: u16.filter(family => !Object.values<number>(familyNumbers).includes(family)),
  data: fc.uint8Array({ maxLength: 126 }).map(bytes => Buffer.from(bytes)),
})

/** Every kind of address, by its family. */
export const addresses: Readonly<Record<keyof typeof familyNumbers | 'any other family', fc.Arbitrary<Sockaddr>>> = {
  AF_INET: sockaddrIn,
  AF_INET6: sockaddrIn6,
  AF_UNIX: sockaddrUn,
  AF_PACKET: sockaddrLl,
  AF_NETLINK: sockaddrNl,
  AF_VSOCK: sockaddrVm,
  AF_ALG: sockaddrAlg,
  AF_BLUETOOTH: sockaddrBluetooth,
  AF_CAN: sockaddrCan,
  AF_QIPCRTR: sockaddrQrtr,
  AF_TIPC: sockaddrTipc,
  AF_XDP: sockaddrXdp,
  'any other family': sockaddrOther,
}
export const anyAddress: fc.Arbitrary<Sockaddr> = fc.oneof(...Object.values(addresses))
