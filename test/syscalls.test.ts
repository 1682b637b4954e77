import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AF_INET, SOCK_STREAM, Socket, TCP_NODELAY } from 'bsd-sockets'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { needs } from './support/needs.js'
import { runModule } from './support/node.js'
import { own } from './support/pairs.js'
import { endPrograms, Program } from './support/program.js'

afterEach(endPrograms)

function traceFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'trace')
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

function count(trace: string, call: string): number {
  return trace.split('\n').filter(line => line.includes(`${call}(`)).length
}

// What this thread asks of sockets, descriptors and the event queue.
const traced = '%network,read,write,readv,writev,close,dup,dup3,fcntl,ioctl,poll,ppoll,epoll_ctl,epoll_wait,epoll_pwait'

/** The system calls of this thread while `text` runs, in their order; `before` has been run before. */
async function callsOf(before: string, text: string): Promise<string[]> {
  const file = traceFile()
  // Calls that nothing else makes.
  const marked = `${before}; process.kill(process.pid, 0); ${text}; process.kill(process.pid, 0)`
  const under = ['strace', '-o', file, '-e', `trace=kill,${traced}`]
  expect(await runModule(marked, { under })).toMatchObject({ code: 0, stderr: '' })
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .map(line => line.slice(0, line.indexOf('(')))
  return names.slice(names.indexOf('kill') + 1, names.lastIndexOf('kill'))
}

const loopback = "{ address: '127.0.0.1', port: 0 }"
const datagrams = `
  const receiver = new Socket(AF_INET, SOCK_DGRAM).bind(${loopback})
  const sender = new Socket(AF_INET, SOCK_DGRAM)
  await sender.connect(receiver.getsockname())
  const batch = new bsd.MessageBatch({ domain: AF_INET, count: 64, size: 100 })
  while (batch.push(Buffer.alloc(50)));`
const connection = `
  const listener = new Socket(AF_INET, SOCK_STREAM).bind(${loopback}).listen()
  const client = new Socket(AF_INET, SOCK_STREAM)
  await client.connect(listener.getsockname())`

const exact = [
  ['setsockopt with a token', connection, 'client.setsockopt(bsd.TCP_NODELAY, true)', ['setsockopt']],
  ['getsockopt with a token', connection, 'client.getsockopt(bsd.SO_LINGER)', ['getsockopt']],
  ['accept of a connection that waits', connection, 'await listener.accept()', ['accept4']],
  ['send', connection, 'await client.send(Buffer.alloc(64))', ['sendto']],
  ['a datagram sent to an address', datagrams, 'await sender.send(Buffer.alloc(64))', ['sendto']],
  [
    'a datagram that waits',
    `${datagrams}; await sender.send(Buffer.alloc(64))`,
    'await receiver.recvfrom(64)',
    ['recvfrom'],
  ],
  ['64 datagrams sent in a batch', datagrams, 'await sender.sendmmsg(batch)', ['sendmmsg']],
  [
    'a burst of 64 datagrams received in a batch',
    `${datagrams}; await sender.sendmmsg(batch)`,
    "if ((await receiver.recvmmsg(batch)) !== 64) throw new Error('less than the burst')",
    ['recvmmsg'],
  ],
  [
    'a burst of 64 datagrams received and sent back',
    `${datagrams}; await sender.sendmmsg(batch)`,
    'await receiver.recvmmsg(batch); await receiver.sendmmsg(batch)',
    ['recvmmsg', 'sendmmsg'],
  ],
  ['close of a socket that never waited', datagrams, 'receiver.close()', ['close']],
] as const

describe.runIf(needs('program', 'strace'))('system calls', () => {
  it.each(exact)('of %s', async (_, before, text, calls) => {
    expect(await callsOf(before, text)).toEqual(calls)
  })

  it('are one recv and one send a message, and no epoll_ctl after the first wait', async () => {
    const file = traceFile()
    const options = ['-f', '-o', file, '-e', 'trace=recvfrom,recvmsg,sendto,sendmsg,epoll_ctl,epoll_wait,accept4']
    const server = new Program('strace', [
      ...options,
      process.execPath,
      '--import',
      'tsx',
      'examples/echo-server.ts',
      '0',
    ])
    const [, port] = await server.line(/(\d+)\s*$/)
    const client = own(new Socket(AF_INET, SOCK_STREAM))
    await client.connect({ address: '127.0.0.1', port: Number(port) })
    client.setsockopt(TCP_NODELAY, true)
    const messages = 300
    for (let i = 0; i < messages; i++) {
      await client.send(Buffer.alloc(64))
      await client.recv(64)
    }
    client.close()
    // strace keeps signals off itself while it runs a program.
    process.kill(childOf(server.pid), 'SIGINT')
    await server.ended
    const whole = readFileSync(file, 'utf8')
    const busy = whole.slice(whole.indexOf('accept4('))
    expect(count(busy, 'sendto') + count(busy, 'sendmsg')).toBe(messages)
    // One more at the end of the stream.
    expect(count(busy, 'recvfrom') + count(busy, 'recvmsg')).toBeLessThanOrEqual(messages + 2)
    // Those of other messages may share it.
    expect(count(busy, 'epoll_wait')).toBeLessThanOrEqual(messages + 10)
    // The first wait may come after the first few messages.
    const later = busy.split('sendto(').slice(20, -1)
    expect(count(later.join(), 'epoll_ctl')).toBe(0)
  })

  it('are none while everything waits', async () => {
    const waiting = `
      import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
      const sockets = Array.from({ length: 50 }, () => new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' }))
      for (const socket of sockets) void socket.recv(100)
      const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1' }).listen()
      for (let i = 0; i < 50; i++) {
        const client = new Socket(AF_INET, SOCK_STREAM)
        await client.connect(listener.getsockname())
        const { socket } = await listener.accept()
        void client.recv(100)
        void socket.recv(100)
      }
      void listener.accept({ timeout: 60_000 })
      setTimeout(() => console.log('waiting'), 500).unref()`
    const program = new Program(process.execPath, ['--input-type=module', '--eval', waiting])
    await program.line(/waiting/)
    const file = traceFile()
    // The run-time's own threads may collect garbage meanwhile.
    const under = ['-f', '-o', file, '-e', 'trace=%network,%desc', '-p', String(program.pid)]
    const strace = new Program('strace', under)
    await strace.line(/attached/)
    await sleep(1000)
    await strace.kill('SIGINT')
    const made = readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line !== '')
    // What each thread was in when strace came, and was still in when it left.
    const begun = made.filter(line => !/unfinished|detached|resumed|restart_syscall/.test(line))
    expect(begun).toEqual([])
  })
})
