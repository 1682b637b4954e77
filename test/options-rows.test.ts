// One loop over every row: what this kernel answers is read, set to another value, and read back.
import * as exported from 'bsd-sockets'
import { type OptionToken, Socket } from 'bsd-sockets'
import { afterAll, describe, expect, it } from 'vitest'
import { failure } from './support/failure.js'
import { needs } from './support/needs.js'

function isToken(value: unknown): value is OptionToken {
  return typeof value === 'object' && value !== null && 'supported' in value && 'level' in value && 'name' in value
}

const everything: readonly unknown[] = Object.values(exported)
const tokens = everything.filter(isToken)

const IPPROTO_UDPLITE = 136
const IPPROTO_MPTCP = 262
const make: readonly (() => Socket)[] = [
  () => new Socket('AF_INET', 'SOCK_STREAM'),
  () => new Socket('AF_INET', 'SOCK_DGRAM'),
  () => new Socket('AF_INET6', 'SOCK_STREAM'),
  () => new Socket('AF_INET6', 'SOCK_DGRAM'),
  () => new Socket('AF_INET', 'SOCK_RAW', 1),
  () => new Socket('AF_INET6', 'SOCK_RAW', 58),
  () => new Socket('AF_INET6', 'SOCK_RAW', 255),
  () => new Socket('AF_UNIX', 'SOCK_STREAM'),
  () => new Socket('AF_PACKET', 'SOCK_RAW', 0),
  () => new Socket('AF_NETLINK', 'SOCK_RAW', 0),
  () => new Socket('AF_VSOCK', 'SOCK_STREAM'),
  () => new Socket('AF_INET', 'SOCK_STREAM', IPPROTO_MPTCP),
  () => new Socket('AF_INET', 'SOCK_DGRAM', IPPROTO_UDPLITE),
  () => new Socket('AF_XDP', 'SOCK_RAW', 0),
]

const data = Buffer.from('00112233', 'hex')
/** Values for rows whose read value does not suggest another one. */
const samples: Readonly<Record<string, unknown>> = {
  SO_BINDTODEVICE: 'lo',
  SO_BINDTOIFINDEX: 1,
  SO_BUF_LOCK: 3,
  SO_LINGER: 7,
  SO_MAX_PACING_RATE: 1_000_000n,
  SO_PRIORITY: 5,
  SO_RCVTIMEO: 1500,
  SO_SNDTIMEO: 2500,
  SO_TIMESTAMPING: { rxSoftware: true, software: true },
  SO_TXREHASH: 0,
  SO_TXTIME: { clock: 'CLOCK_MONOTONIC', flags: { deadlineMode: false, reportErrors: true } },
  ICMP_FILTER: [0, 8],
  ICMP6_FILTER: [128, 129, 255],
  IP_LOCAL_PORT_RANGE: { low: 40_000, high: 41_000 },
  IP_MTU_DISCOVER: 'IP_PMTUDISC_PROBE',
  IP_MULTICAST_IF: '127.0.0.1',
  IP_MULTICAST_TTL: 9,
  IP_OPTIONS: Buffer.of(1, 1, 1, 0),
  IP_TOS: 16,
  IP_TTL: 9,
  IP_UNICAST_IF: 1,
  IPV6_ADDR_PREFERENCES: 0x401,
  IPV6_CHECKSUM: 2,
  IPV6_DSTOPTS: [{ type: 30, data }],
  IPV6_HOPOPTS: [{ type: 30, data }],
  IPV6_MTU_DISCOVER: 'IPV6_PMTUDISC_PROBE',
  IPV6_MULTICAST_HOPS: 9,
  IPV6_MULTICAST_IF: 1,
  IPV6_TCLASS: 9,
  IPV6_UNICAST_HOPS: 9,
  IPV6_UNICAST_IF: 1,
  TCP_CONGESTION: 'reno',
  TCP_FASTOPEN_KEY: Buffer.alloc(16, 7),
  TCP_MAXSEG: 1000,
  TCP_RTO_MAX_MS: 5000,
  TCP_RTO_MIN_US: 100_000,
  TCP_DELACK_MAX_US: 100_000,
  TCP_WINDOW_CLAMP: 40_000,
  PACKET_VERSION: 'TPACKET_V3',
  PACKET_VNET_HDR_SZ: 12,
  SO_VM_SOCKETS_BUFFER_SIZE: 131_072n,
  SO_VM_SOCKETS_CONNECT_TIMEOUT: 3000,
  UDP_ENCAP: 3,
  UDPLITE_RECV_CSCOV: 20,
  UDPLITE_SEND_CSCOV: 20,
}

/** Rows that are read, but take no other value here, each with its reason. */
const fixed: Readonly<Record<string, string>> = {
  IPV6_2292PKTOPTIONS: 'control messages',
  IPV6_RTHDR: 'a routing header of a type that the kernel lets programs send',
  IPV6_RTHDRDSTOPTS: 'only beside a routing header',
  PACKET_FANOUT: 'after bind, once',
  SO_RESERVE_MEM: 'a memory control group',
  TCP_THIN_DUPACK: 'without effect',
  TCP_TIMESTAMP: 'under TCP_REPAIR',
  TCP_ULP: 'on a connection',
}
const readOnly = [
  ...['IP_PKTOPTIONS', 'IP_PROTOCOL', 'IP_MTU', 'IPV6_PATHMTU', 'NETLINK_LIST_MEMBERSHIPS'],
  ...['MPTCP_FULL_INFO', 'MPTCP_INFO', 'MPTCP_SUBFLOW_ADDRS', 'MPTCP_TCPINFO', 'PACKET_STATISTICS'],
  ...['SO_ACCEPTCONN', 'SO_BPF_EXTENSIONS', 'SO_COOKIE', 'SO_DOMAIN', 'SO_ERROR', 'SO_INCOMING_NAPI_ID', 'SO_MEMINFO'],
  ...['SO_NETNS_COOKIE', 'SO_PEERCRED', 'SO_PEERGROUPS', 'SO_PEERNAME', 'SO_PEERPIDFD', 'SO_PEERSEC', 'SO_PROTOCOL'],
  ...['SO_TYPE', 'TCP_CC_INFO', 'TCP_INFO', 'TCP_IS_MPTCP', 'TCP_SAVED_SYN', 'XDP_MMAP_OFFSETS', 'XDP_OPTIONS'],
  ...['SO_SNDLOWAT', 'XDP_STATISTICS'],
]

function another(name: string, value: unknown): unknown {
  if (name in samples) return samples[name]
  if (typeof value === 'boolean') return !value
  if (typeof value === 'bigint') return value + 1n
  return typeof value === 'number' ? value + 1 : undefined
}

const open: Socket[] = []
for (const one of make)
  try {
    open.push(one())
  } catch (error) {
    if (!(error instanceof exported.SocketError)) throw error
  }
afterAll(() => {
  for (const socket of open) socket.close()
})

const get = (socket: Socket, token: OptionToken): unknown => Reflect.apply(socket.getsockopt, socket, [token])
const set = (socket: Socket, token: OptionToken, value: unknown): unknown =>
  Reflect.apply(socket.setsockopt, socket, [token, value])

interface Outcome {
  read: boolean
  changed: boolean
  errors: string[]
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function attempt<T>(outcome: Outcome, act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    outcome.errors.push(codeOf(error))
    return undefined
  }
}

function tryOn(socket: Socket, token: OptionToken, outcome: Outcome): void {
  const before = attempt(outcome, () => get(socket, token))
  if (before === undefined) return
  outcome.read = true
  const value = another(token.name, before)
  if (value === undefined || attempt(outcome, () => set(socket, token, value)) === undefined) return
  const now = get(socket, token)
  const doubled = /BUF(FORCE)?$/.test(token.name) && now === 2 * Number(value)
  if (doubled) outcome.changed = true
  else if (JSON.stringify(now, text) === JSON.stringify(value, text)) outcome.changed = true
  else outcome.errors.push(`reads ${JSON.stringify(now, text)} after ${JSON.stringify(value, text)}`)
  attempt(outcome, () => set(socket, token, before))
}

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

const outcomes = new Map<string, Outcome>()
for (const token of tokens.filter(({ supported }) => supported)) {
  const outcome: Outcome = { read: false, changed: false, errors: [] }
  for (const socket of open) if (!outcome.changed) tryOn(socket, token, outcome)
  outcomes.set(token.name, outcome)
}
const count = (which: 'read' | 'changed'): number => [...outcomes.values()].filter(one => one[which]).length

it('refuses to set what can only be read', () => {
  using socket = new Socket('AF_INET', 'SOCK_STREAM')
  const refused = tokens.filter(({ name, supported }) => supported && readOnly.includes(name))
  for (const token of refused) expect(() => set(socket, token, 1), token.name).toThrow(failure('ERR_INVALID_ARG_VALUE'))
})

describe('every row that this kernel answers', () => {
  it.runIf(needs('CAP_NET_RAW'))('is read, set to another value, and reads it back', () => {
    console.log(`options: ${tokens.length} rows, ${count('read')} read, ${count('changed')} changed and read back`)
    const unchanged = [...outcomes].filter(([name, { read, changed }]) => read && !changed && !(name in fixed))
    expect(unchanged.filter(([name]) => !readOnly.includes(name))).toEqual([])
    expect(count('read')).toBeGreaterThanOrEqual(190)
    expect(count('changed')).toBeGreaterThanOrEqual(150)
  })
})
