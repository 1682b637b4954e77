// What a test needs of this machine: a right, a program, a protocol. What is missing is said, and the test is skipped.
// REQUIRE_PEERS=1 turns a missing program into a failure.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { AF_INET6, SOCK_STREAM, Socket } from 'bsd-sockets'

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

function hasVsock(): boolean {
  return has(() => new Socket('AF_VSOCK', SOCK_STREAM).close())
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
  vsock: { has: hasVsock, text: 'AF_VSOCK' },
  musl: { has: () => existsSync('/lib/ld-musl-x86_64.so.1'), text: "musl's dynamic loader" },
  ipv6: { has: hasIpv6, text: 'IPv6 on the loopback interface' },
}

/** Whether this machine has a right; if not, says which is missing. For `describe.runIf(needs('root'))`. */
export function needs(right: keyof typeof rights): boolean
/** Whether it has these programs. */
export function needs(right: 'program', ...names: string[]): boolean
export function needs(right: keyof typeof rights | 'program', ...names: string[]): boolean {
  if (right !== 'program') return rights[right].has() || missing(rights[right].text)
  const lacking = names.filter(name => !hasProgram(name))
  if (lacking.length === 0) return true
  const text = `the program ${lacking.join(', ')}`
  if (process.env['REQUIRE_PEERS'] === '1') throw new Error(`REQUIRE_PEERS=1, but this machine lacks ${text}`)
  return missing(text)
}
