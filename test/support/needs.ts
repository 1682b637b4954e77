// What a test needs of this machine: a right, a program, a protocol. What is missing is said, and the test is skipped.
// REQUIRE_PEERS=1 turns a missing program into a failure.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { delimiter, join } from 'node:path'
import {
  AF_INET,
  AF_INET6,
  BTPROTO_L2CAP,
  CAN_RAW,
  type DomainName,
  IPPROTO_MPTCP,
  IPPROTO_UDPLITE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  type SocketType,
  VMADDR_CID_LOCAL,
} from 'bsd-sockets'

const CAP_NET_RAW = 13n
const told = new Set<string>()

function missing(what: string): false {
  if (!told.has(what)) process.stderr.write(`tests are skipped: they need ${what}\n`)
  told.add(what)
  return false
}

function has(ask: () => unknown): boolean {
  try {
    ask()
    return true
  } catch {
    return false
  }
}

function hasProgram(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some(folder => has(() => accessSync(join(folder, name), constants.X_OK)))
}

function hasCapability(bit: bigint): boolean {
  const found = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return found !== undefined && ((BigInt(`0x${found}`) >> bit) & 1n) === 1n
}

function hasIpv6(): boolean {
  return has(() => {
    using socket = new Socket(AF_INET6, SOCK_STREAM)
    socket.bind({ address: '::1' })
  })
}

/** Whether this kernel makes sockets of a family. */
function family(domain: DomainName, type: SocketType, protocol = 0): { has(): boolean; text: string } {
  return { has: () => has(() => new Socket(domain, type, protocol).close()), text: domain }
}

function hasCongestion(name: string): boolean {
  const file = '/proc/sys/net/ipv4/tcp_available_congestion_control'
  return has(() => accessSync(file)) && readFileSync(file, 'utf8').trim().split(' ').includes(name)
}

function hasProtocol(type: SocketType, protocol: number): boolean {
  return has(() => new Socket(AF_INET, type, protocol).close())
}

function hasVsockLoopback(): boolean {
  return has(() => {
    using socket = new Socket('AF_VSOCK', SOCK_STREAM)
    socket.bind({ cid: VMADDR_CID_LOCAL })
  })
}

const isLinux = process.platform === 'linux'
const rights = {
  linux: { has: () => isLinux, text: 'Linux' },
  root: { has: () => process.getuid?.() === 0, text: 'root' },
  CAP_NET_RAW: { has: () => isLinux && hasCapability(CAP_NET_RAW), text: 'CAP_NET_RAW' },
  namespaces: {
    has: () => isLinux && process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'true']).status === 0,
    text: 'the right to make network namespaces (root, unshare)',
  },
  epoll: {
    has: () => isLinux && process.env['KQUEUE'] !== '1',
    text: 'epoll(7): kqueue(2) tells nothing of an error queue, and of an error of datagrams that they can be received',
  },
  mptcp: { has: () => hasProtocol(SOCK_STREAM, IPPROTO_MPTCP), text: 'MPTCP' },
  udplite: { has: () => hasProtocol(SOCK_DGRAM, IPPROTO_UDPLITE), text: 'UDP-Lite' },
  'vsock loopback': { has: hasVsockLoopback, text: 'the loopback of AF_VSOCK' },
  vsock: family('AF_VSOCK', SOCK_STREAM),
  alg: family('AF_ALG', SOCK_SEQPACKET),
  bluetooth: family('AF_BLUETOOTH', SOCK_SEQPACKET, BTPROTO_L2CAP),
  can: family('AF_CAN', SOCK_RAW, CAN_RAW),
  qipcrtr: family('AF_QIPCRTR', SOCK_DGRAM),
  tipc: family('AF_TIPC', SOCK_DGRAM),
  xdp: family('AF_XDP', SOCK_RAW),
  musl: { has: () => existsSync('/lib/ld-musl-x86_64.so.1'), text: "musl's dynamic loader" },
  ipv6: { has: hasIpv6, text: 'IPv6 on the loopback interface' },
}

export type Right = keyof typeof rights

/** Whether the kernel is this one, such as '6.17', or newer. */
export function sinceLinux(version: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/).map(Number)
  const [[major = 0, minor = 0], [leastMajor = 0, leastMinor = 0]] = [numbers(release()), numbers(version)]
  const isThere = isLinux && (major > leastMajor || (major === leastMajor && minor >= leastMinor))
  return isThere || missing(`Linux ${version}`)
}

/** Whether this machine has a right; if not, says which is missing. For `describe.runIf(needs('root'))`. */
export function needs(right: Right): boolean
/** Whether it has these programs. */
export function needs(right: 'program', ...names: string[]): boolean
/** Whether its kernel has these algorithms of TCP. */
export function needs(right: 'congestion', ...names: string[]): boolean
export function needs(right: Right | 'program' | 'congestion', ...names: string[]): boolean {
  if (right === 'congestion') {
    const lacking = names.filter(name => !hasCongestion(name))
    return lacking.length === 0 || missing(`the congestion control ${lacking.join(', ')}`)
  }
  if (right !== 'program') return rights[right].has() || missing(rights[right].text)
  const lacking = names.filter(name => !hasProgram(name))
  if (lacking.length === 0) return true
  const text = `the program ${lacking.join(', ')}`
  if (process.env['REQUIRE_PEERS'] === '1') throw new Error(`REQUIRE_PEERS=1, but this machine lacks ${text}`)
  return missing(text)
}
