// Network namespaces of the test's own: hosts that are joined by veth, on which functions of the test run, and whose
// sockets a test may hold.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AF_UNIX, type DomainName, SOCK_DGRAM, Socket, type SocketType } from 'bsd-sockets'
import { needs } from './needs.js'
import { endPrograms, Program, run } from './program.js'

export const canMakeNamespaces = needs('namespaces') && needs('program', 'ip', 'ping')

type Scope = typeof import('bsd-sockets') & { kept: Map<string, Socket> }

interface Answer {
  value?: unknown
  error?: { message: string }
}

const added = new Set<string>()

/** A link, and what the addresses on it begin with. */
export interface Net {
  name: string
  four: string
  six: string
}
const cable: Net = { name: 'cable', four: '192.0.2.', six: '2001:db8::' }
/** A second link beside the cable, for `join`. */
export const spare: Net = { name: 'spare', four: '198.51.100.', six: '2001:db8:1::' }

function veth(one: Host, name: string, other: Host, otherName: string): Promise<string> {
  return one.ip('link', 'add', name, 'type', 'veth', 'peer', 'name', otherName, 'netns', other.name)
}

/** A network namespace with its loopback up, and a process in it once a function is to run there. */
export class Host {
  #agent: Program | undefined
  #calls = 0

  private constructor(readonly name: string) {}

  static async add(): Promise<Host> {
    const name = `bsd-sockets-${randomUUID()}`
    await run('ip', 'netns', 'add', name)
    added.add(name)
    await run('ip', '-n', name, 'link', 'set', 'lo', 'up')
    return new Host(name)
  }

  /**
   * Two hosts joined by a cable: `cable` is its name on both, 192.0.2.1 and 192.0.2.2, 2001:db8::1 and 2001:db8::2,
   * fe80::1 and fe80::2 their addresses.
   */
  static async pair(): Promise<[Host, Host]> {
    const hosts: [Host, Host] = [await Host.add(), await Host.add()]
    await hosts[0].join(hosts[1], cable)
    return hosts
  }

  /** Three hosts on one switch: `cable`, 192.0.2.1 and so on, as in a pair. */
  static async three(): Promise<[Host, Host, Host]> {
    const hub = await Host.add()
    await hub.ip('link', 'add', 'bridge', 'type', 'bridge', 'mcast_snooping', '0')
    await hub.ip('link', 'set', 'bridge', 'up')
    const hosts: [Host, Host, Host] = [await Host.add(), await Host.add(), await Host.add()]
    for (const [i, host] of hosts.entries()) {
      await veth(host, cable.name, hub, `port${i}`)
      await hub.ip('link', 'set', `port${i}`, 'master', 'bridge', 'up')
      await host.#plug(cable, i + 1)
    }
    for (const i of [2, 3]) await hosts[0].reach(`${cable.four}${i}`)
    for (const i of [2, 3]) await hosts[0].reach(`${cable.six}${i}`)
    return hosts
  }

  /** A further link to another host: this end has the addresses that end in 1. */
  async join(other: Host, net: Net): Promise<void> {
    await veth(this, net.name, other, net.name)
    await this.#plug(net, 1)
    await other.#plug(net, 2)
    await this.reach(`${net.four}2`)
    await this.reach(`${net.six}2`)
  }

  async #plug({ name, four, six }: Net, number: number): Promise<void> {
    await this.ip('link', 'set', name, 'addrgenmode', 'none')
    await this.sysctl('net.ipv6.conf.all.keep_addr_on_down', 1)
    await this.ip('address', 'add', `${four}${number}/24`, 'broadcast', `${four}255`, 'dev', name)
    for (const prefix of [six, 'fe80::']) await this.ip('address', 'add', `${prefix}${number}/64`, 'dev', name, 'nodad')
    await this.ip('link', 'set', name, 'up')
  }

  /** Until an address answers. */
  async reach(address: string): Promise<void> {
    const ping = this.program('ping', '-i0.05', '-c400', address)
    await ping.line(/bytes from/)
    await ping.kill('SIGKILL')
  }

  /**
   * Runs a function here. It is sent as text: it may use its arguments only, and no `using`.
   * A SocketError comes back with its properties.
   */
  async run<T, A extends unknown[]>(body: (scope: Scope, ...args: A) => Promise<T> | T, ...args: A): Promise<T> {
    const id = this.#calls++
    this.#agent ??= this.program(process.execPath, 'test/support/agent.mjs')
    this.#agent.write(`${JSON.stringify({ id, body: body.toString(), args })}\n`)
    const [line] = await this.#agent.line(new RegExp(`^\\{"id":${id}[,}].*$`, 'm'))
    const { value, error }: Answer = JSON.parse(line)
    if (error !== undefined) throw Object.assign(new Error(error.message), error)
    return value as T
  }

  /**
   * A socket of this host in the hands of this process: it was made there, and came over by SCM_RIGHTS. Interfaces have
   * the numbers that they have there, see `index`. The caller closes it.
   */
  async socket<D extends DomainName>(domain: D, type: SocketType, protocol = 0): Promise<Socket<D>> {
    const folder = await mkdtemp(join(tmpdir(), 'bsd-sockets-'))
    const path = join(folder, 'channel')
    const channel = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
    try {
      const { fds } = await this.run(
        async ({ Socket }, path, domain, type, protocol) => {
          const channel = new Socket('AF_UNIX', 'SOCK_DGRAM')
          const made = new Socket(domain, type, protocol)
          await channel.connect({ path })
          await channel.sendfds([made])
          made.close()
          channel.close()
        },
        path,
        domain,
        type,
        protocol,
      ).then(() => channel.recvfds(1))
      const socket = Socket.from(fds[0] ?? -1)
      if (!socket.is(domain)) throw new Error(`a socket of ${String(socket.domain)} came, not of ${domain}`)
      return socket
    } finally {
      channel.close()
      await rm(folder, { recursive: true })
    }
  }

  /** The number of an interface. */
  async index(name: string): Promise<number> {
    return this.run(({ if_nametoindex }, name) => if_nametoindex(name), name)
  }

  /** ip(8), for what is in this namespace. */
  ip(...args: string[]): Promise<string> {
    return run('ip', '-n', this.name, ...args)
  }

  sysctl(name: string, value: number): Promise<string> {
    return run('ip', 'netns', 'exec', this.name, 'sysctl', '-qw', `${name}=${value}`)
  }

  /** Any program, here. */
  program(command: string, ...args: string[]): Program {
    return new Program('ip', ['netns', 'exec', this.name, command, ...args])
  }
}

/** Ends all programs and deletes all hosts: for afterAll, also where making them failed halfway. */
export async function deleteHosts(): Promise<void> {
  await endPrograms()
  for (const name of added) await run('ip', 'netns', 'delete', name)
  added.clear()
}
