// Where the cure of an error is known, the message says it.

import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from './flags.js'

export interface Failure {
  readonly code: string
  readonly syscall: string
  readonly domain?: string | number | undefined
  readonly type?: string | number | undefined
  readonly protocol?: number | undefined
  readonly port?: number | undefined
}

interface Hint {
  readonly code: string
  readonly syscall: string
  readonly when?: (failure: Failure) => boolean
  readonly text: string
}

const capNetRaw = 'needs CAP_NET_RAW (run as root, or: sudo setcap cap_net_raw+ep "$(readlink -f "$(which node)")")'

const broadcast = 'if that is a broadcast address, it needs setsockopt(SO_BROADCAST, true)'

const hints: readonly Hint[] = [
  { code: 'EPERM', syscall: 'socket', when: f => f.domain === 'AF_PACKET', text: `a packet socket ${capNetRaw}` },
  { code: 'EPERM', syscall: 'socket', when: f => f.type === 'SOCK_RAW', text: `a raw socket ${capNetRaw}` },
  {
    code: 'EACCES',
    syscall: 'socket',
    when: f => f.type === 'SOCK_DGRAM' && (f.protocol === IPPROTO_ICMP || f.protocol === IPPROTO_ICMPV6),
    text: "a ping socket needs the caller's group in net.ipv4.ping_group_range (sysctl -w net.ipv4.ping_group_range='0 2147483647')",
  },
  {
    code: 'EACCES',
    syscall: 'bind',
    when: f => f.port !== undefined && f.port > 0 && f.port < 1024,
    text: 'a port below net.ipv4.ip_unprivileged_port_start needs CAP_NET_BIND_SERVICE (sudo setcap cap_net_bind_service+ep "$(readlink -f "$(which node)")")',
  },
  { code: 'EACCES', syscall: 'sendto', when: mayBroadcast, text: broadcast },
  {
    code: 'EACCES',
    syscall: 'connect',
    when: mayBroadcast,
    text: broadcast,
  },
]

function mayBroadcast(failure: Failure): boolean {
  return failure.domain === 'AF_INET' && failure.type !== 'SOCK_STREAM'
}

/** What may be done about a failed system call; undefined where nothing is known. */
export function hintFor(failure: Failure): string | undefined {
  return hints.find(
    hint => hint.code === failure.code && hint.syscall === failure.syscall && (hint.when?.(failure) ?? true),
  )?.text
}
