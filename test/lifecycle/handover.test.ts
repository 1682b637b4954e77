// A connection that changes hands while bytes flow: to a worker and back, to a process and back, to a process for good.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { SHUT_WR, SOCK_SEQPACKET, Socket } from 'bsd-sockets'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDescriptors, openSockets } from '../support/fdtable.js'
import { own, tcpPair } from '../support/pairs.js'

const holder = new URL('handover-holder.mjs', import.meta.url)

/** Sends numbered bytes until it is told to stop, and reads them back: an echo that lost none gives the same digest. */
class Peer {
  readonly #sent = createHash('sha256')
  readonly #received = createHash('sha256')
  readonly #finished: Promise<unknown>
  #stopped = false
  count = 0

  constructor(readonly socket: Socket<'AF_INET'>) {
    this.#finished = Promise.all([this.#send(), this.#receive()])
  }

  async #send(): Promise<void> {
    for (let i = 0; !this.#stopped; i++) {
      const part = Buffer.from(Uint32Array.from({ length: 1000 + (i % 1000) }, (_, j) => i * 10_000 + j).buffer)
      this.#sent.update(part)
      await this.socket.sendall(part, { timeout: 10_000 })
    }
    this.socket.shutdown(SHUT_WR)
  }

  async #receive(): Promise<void> {
    for await (const chunk of this.socket.chunks({ timeout: 10_000 })) {
      this.#received.update(chunk)
      this.count += chunk.length
    }
  }

  /** Until more has come back. */
  async progress(): Promise<void> {
    const { count } = this
    while (this.count < count + 100_000) await Promise.race([turn(), this.#finished])
  }

  async finish(): Promise<void> {
    this.#stopped = true
    await this.#finished
    expect(this.#received.digest('hex')).toBe(this.#sent.digest('hex'))
  }
}

/** Echoes in this thread, for as long as `during` takes. */
async function echoWhile(socket: Socket, during: () => Promise<unknown>): Promise<void> {
  const stop = new AbortController()
  const { echo }: { echo: (socket: Socket, signal: AbortSignal) => Promise<void> } = await import(holder.href)
  const echoing = echo(socket, stop.signal)
  await during()
  stop.abort()
  await echoing
}

interface Process {
  control: Socket<'AF_UNIX'>
  exited: Promise<unknown>
}

/** Its descriptor 3 is the other end of `control`, on which it says when it has started; those given follow. */
function startProcess(mode: string, ...descriptors: readonly Socket[]): Process {
  const [control, theirs] = Socket.pair(SOCK_SEQPACKET)
  const stdio = ['ignore', 'inherit', 'inherit', theirs.fd, ...descriptors.map(({ fd }) => fd)] as const
  const child = spawn(process.execPath, [fileURLToPath(holder), mode], { stdio: [...stdio] })
  onTestFinished(() => void child.kill('SIGKILL'))
  theirs.close()
  return { control: own(control), exited: once(child, 'exit') }
}

describe('a connection loses no byte when it is handed', () => {
  it('to a worker and back, by the number of its descriptor', async () => {
    const [client, server] = await tcpPair()
    const before = openSockets()
    const peer = new Peer(client)
    const worker = new Worker(holder)
    let socket: Socket = server
    for (let i = 0; i < 8; i++) {
      await echoWhile(socket, () => peer.progress())
      worker.postMessage(socket.detach())
      await peer.progress()
      worker.postMessage('back')
      const [fd]: number[] = await once(worker, 'message')
      socket = own(Socket.from(fd ?? -1))
    }
    await echoWhile(socket, () => peer.finish())
    await worker.terminate()
    expect(openSockets()).toBe(before)
  })

  it('to a process and back, by SCM_RIGHTS', async () => {
    const [client, server] = await tcpPair()
    const peer = new Peer(client)
    const before = openDescriptors()
    const { control, exited } = startProcess('control')
    await echoWhile(server, () => control.recv(10))
    let socket: Socket = server
    for (let i = 0; i < 8; i++) {
      await echoWhile(socket, () => peer.progress())
      await control.sendfds([socket])
      socket.close()
      await peer.progress()
      await control.send(Buffer.from('back'))
      const { fds } = await control.recvfds(1, { timeout: 10_000 })
      socket = own(Socket.from(fds[0] ?? -1))
    }
    await echoWhile(socket, () => peer.finish())
    control.close()
    expect(await exited).toEqual([0, null])
    expect(openDescriptors()).toBe(before)
  })

  it('to a process for good, which inherits it', async () => {
    const [client, server] = await tcpPair()
    const peer = new Peer(client)
    await echoWhile(server, () => peer.progress())
    const { control, exited } = startProcess('connection', server)
    await echoWhile(server, () => control.recv(10))
    server.close()
    control.close()
    await peer.progress()
    await peer.finish()
    expect(await exited).toEqual([0, null])
  })
})
