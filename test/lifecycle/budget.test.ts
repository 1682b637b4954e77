// No loop of operations that finish at once starves the timers or the other sockets.
import { AF_INET, AF_UNIX, MSG_PEEK, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { afterEach, describe, expect, it } from 'vitest'

type Step = () => Promise<unknown>

const most = 300_000
const byte = Buffer.from('x')
const made: Socket[] = []

function own<T extends readonly Socket[]>(...sockets: T): T {
  made.push(...sockets)
  return sockets
}

afterEach(() => {
  for (const socket of made.splice(0)) socket.close()
})

function pair(type: typeof SOCK_STREAM | typeof SOCK_DGRAM): [Socket, Socket] {
  return own(...Socket.pair(type))
}

function ignored(): void {
  // what was found, or not, is of no interest
}

function connecting(): { listener: Socket<'AF_UNIX'>; connect(): void } {
  const listener = new Socket(AF_UNIX, SOCK_STREAM).bind({ path: '' }).listen()
  own(listener)
  const address = listener.getsockname()
  return {
    listener,
    connect() {
      const fd = posix.socket(AF_UNIX, SOCK_STREAM)
      posix.connect(fd, address)
      posix.close(fd)
    },
  }
}

/** Each makes a socket, and what is done with it again and again; it could always be done at once. */
const loops: Record<string, () => { socket: Socket; step: Step }> = {
  recv() {
    const [one, socket] = pair(SOCK_STREAM)
    return {
      socket,
      step: () => {
        one.trySend(byte)
        return socket.recv(16)
      },
    }
  },
  'recv into a view'() {
    const [one, socket] = pair(SOCK_STREAM)
    const into = Buffer.alloc(16)
    return {
      socket,
      step: () => {
        one.trySend(byte)
        return socket.recv(into)
      },
    }
  },
  'recv with MSG_PEEK'() {
    const [one, socket] = pair(SOCK_STREAM)
    one.trySend(byte)
    return { socket, step: () => socket.recv(1, { flags: MSG_PEEK }) }
  },
  'recv at the end of the stream'() {
    const [one, socket] = pair(SOCK_STREAM)
    one.close()
    return { socket, step: () => socket.recv(1) }
  },
  'recv with a timeout of 0 on an empty socket'() {
    const [, socket] = pair(SOCK_STREAM)
    return { socket, step: () => socket.recv(1, { timeout: 0 }).catch(ignored) }
  },
  'recv with a timeout of 0 behind a recv that waits'() {
    const [, socket] = pair(SOCK_STREAM)
    socket.recv(1).catch(ignored)
    return { socket, step: () => socket.recv(1, { timeout: 0 }).catch(ignored) }
  },
  'recv that fails'() {
    const socket = new Socket(AF_INET, SOCK_STREAM)
    own(socket)
    return { socket, step: () => socket.recv(1).catch(ignored) }
  },
  recvfrom() {
    const [one, socket] = pair(SOCK_DGRAM)
    return {
      socket,
      step: () => {
        one.trySend(byte)
        return socket.recvfrom(16)
      },
    }
  },
  send() {
    const [other, socket] = pair(SOCK_DGRAM)
    return { socket, step: () => socket.send(byte).then(() => other.tryRecv(1)) }
  },
  'send with a timeout of 0 to a full socket'() {
    const [, socket] = pair(SOCK_STREAM)
    while (socket.trySend(Buffer.alloc(65_536)) !== undefined);
    return { socket, step: () => socket.send(byte, { timeout: 0 }).catch(ignored) }
  },
  sendto() {
    const socket = new Socket(AF_INET, SOCK_DGRAM)
    const sink = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1', port: 0 })
    own(socket, sink)
    const address = sink.getsockname()
    return { socket, step: () => socket.sendto(byte, address) }
  },
  sendall() {
    const [other, socket] = pair(SOCK_STREAM)
    return { socket, step: () => socket.sendall(byte).then(() => other.tryRecv(16)) }
  },
  'sendall of nothing'() {
    const [, socket] = pair(SOCK_STREAM)
    return { socket, step: () => socket.sendall([]) }
  },
  accept() {
    const { listener: socket, connect } = connecting()
    return {
      socket,
      step: () => {
        connect()
        return socket.accept().then(({ socket }) => socket.close())
      },
    }
  },
  'connect of datagrams'() {
    const socket = new Socket(AF_INET, SOCK_DGRAM)
    own(socket)
    return { socket, step: () => socket.connect({ address: '127.0.0.1', port: 9 }) }
  },
  readable() {
    const [one, socket] = pair(SOCK_STREAM)
    one.trySend(byte)
    return { socket, step: () => socket.readable() }
  },
  writable() {
    const [, socket] = pair(SOCK_STREAM)
    return { socket, step: () => socket.writable() }
  },
  'datagrams()'() {
    const [one, socket] = pair(SOCK_DGRAM)
    const datagrams = socket.datagrams()
    return {
      socket,
      step: () => {
        one.trySend(byte)
        return datagrams.next()
      },
    }
  },
  'chunks()'() {
    const [one, socket] = pair(SOCK_STREAM)
    const chunks = socket.chunks()
    return {
      socket,
      step: () => {
        one.trySend(byte)
        return chunks.next()
      },
    }
  },
  'connections()'() {
    const { listener: socket, connect } = connecting()
    const connections = socket.connections()
    return {
      socket,
      step: () => {
        connect()
        return connections.next().then(({ value }) => value?.socket.close())
      },
    }
  },
}

/** A timer of 50 ms, and a socket that gets a byte after 10 ms. */
class Bystanders {
  #fired = false
  #served = false

  constructor() {
    const [one, other] = pair(SOCK_STREAM)
    setTimeout(() => one.closed || one.trySend(byte), 10)
    setTimeout(() => {
      this.#fired = true
    }, 50)
    other.recv(1).then(() => {
      this.#served = true
    }, ignored)
  }

  get waiting(): boolean {
    return !this.#fired || !this.#served
  }
}

describe.each(Object.entries(loops))('a tight loop of %s', (_name, make) => {
  it.each(['ref', 'unref'] as const)('lets a timer fire and another socket be served (%s)', async way => {
    const { socket, step } = make()
    socket[way]()
    const others = new Bystanders()
    let count = 0
    for (; others.waiting && count < most; count++) await step()
    expect(count).toBeLessThan(most)
    expect(count).toBeGreaterThan(0)
  })
})

describe('many sockets that loop at once', () => {
  it('let a timer fire and another socket be served, and none of them is left behind', async () => {
    const loops = Array.from({ length: 100 }, () => pair(SOCK_STREAM))
    const counts = loops.map(() => 0)
    const others = new Bystanders()
    let total = 0
    await Promise.all(
      loops.map(async ([one, other], i) => {
        while (others.waiting && total++ < most) {
          one.trySend(byte)
          await other.recv(16)
          counts[i] = (counts[i] ?? 0) + 1
        }
      }),
    )
    expect(total).toBeLessThan(most)
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 20)
  })

  it('go on together where each has much queued already', async () => {
    const loops = Array.from({ length: 20 }, () => pair(SOCK_STREAM))
    const order: number[] = []
    await Promise.all(
      loops.map(async ([one, other], i) => {
        one.trySend(Buffer.alloc(1000))
        await Promise.all(Array.from({ length: 1000 }, () => other.recv(1)))
        order.push(i)
      }),
    )
    expect(order.toSorted((a, b) => a - b)).toEqual(loops.map((_, i) => i))
  })
})

describe('one operation that goes on for long', () => {
  it('lets a timer fire: a sendall that is read as fast as it is sent', async () => {
    const [one, other] = pair(SOCK_STREAM)
    let fired = false
    setTimeout(() => {
      fired = true
    }, 50)
    let rounds = 0
    const data = Buffer.alloc(64 << 20)
    const into = Buffer.alloc(1 << 20)
    while (!fired && rounds < 100) {
      rounds++
      let received = 0
      const sending = one.sendall(data)
      while (received < data.length) received += await other.recv(into)
      await sending
    }
    expect(fired).toBe(true)
    expect(rounds).toBeLessThan(100)
  })
})
