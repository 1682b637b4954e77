// Network namespaces of the test's own: hosts that are joined by veth, and on which functions of the test run.
import type { Socket } from 'bsd-sockets'
import { needs } from './needs.js'
import { endPrograms, Program, run } from './program.js'

export const canMakeNamespaces = needs('namespaces') && needs('program', 'ip', 'ping')

type Scope = typeof import('bsd-sockets') & { kept: Map<string, Socket> }

interface Answer {
  value?: unknown
  error?: { message: string }
}

let count = 0
const added = new Set<string>()

/** A network namespace with its loopback up, and a process in it once a function is to run there. */
export class Host {
  #agent: Program | undefined
  #calls = 0

  private constructor(readonly name: string) {}

  static async add(): Promise<Host> {
    const name = `bsd-sockets-${process.pid}-${count++}`
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
    const [one, other] = hosts
    await one.ip('link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', other.name)
    for (const [i, host] of hosts.entries()) {
      await host.ip('link', 'set', 'cable', 'addrgenmode', 'none')
      await host.sysctl('net.ipv6.conf.all.keep_addr_on_down', 1)
      await host.ip('address', 'add', `192.0.2.${i + 1}/24`, 'broadcast', '192.0.2.255', 'dev', 'cable')
      for (const prefix of ['2001:db8::', 'fe80::'])
        await host.ip('address', 'add', `${prefix}${i + 1}/64`, 'dev', 'cable', 'nodad')
    }
    for (const host of hosts) await host.ip('link', 'set', 'cable', 'up')
    await one.reach('192.0.2.2')
    await one.reach('2001:db8::2')
    return hosts
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
