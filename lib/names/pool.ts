// getaddrinfo(3) and getnameinfo(3) as promises: on libuv's thread pool, whose size is UV_THREADPOOL_SIZE.
import { listen, signalOf, unlisten } from '../abort.js'
import type { Sockaddr } from '../address/types.js'
import { systemError } from '../errors.js'
import { type AddressRow, type NameRow, native, type Outcome } from '../native.js'
import { errno } from '../tables/errnos.js'
import {
  type Addrinfo,
  type AddrinfoHints,
  addressesOf,
  addressQuestion,
  type Nameinfo,
  nameQuestion,
  namesOf,
} from './resolver.js'

type Done<Row> = (outcome: Outcome<Row>) => void

/** Begins a lookup; answers its handle. */
type Start<Row> = (done: Done<Row>) => object | undefined

// As libuv does it with dns.lookup: however long name servers take, half of the threads remain for others (files, say),
// and the end of a thread or of the process waits only for the few lookups that have begun.
const threads = Math.trunc(Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)) || 1
const mostAtOnce = Math.max(1, Math.ceil(threads / 2))
const waiting = new Set<() => void>()
let running = 0

function beginNext(): void {
  for (const begin of waiting) {
    if (running >= mostAtOnce) return
    running++
    waiting.delete(begin)
    begin()
  }
}

function ended(): void {
  running--
  beginNext()
}

function pooled<Row, T>(
  syscall: string,
  start: Start<Row>,
  decode: (outcome: Outcome<Row>) => T,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    let handle: object | undefined
    const settle = (decided: () => T): void => {
      if (signal !== undefined) unlisten(signal, operation)
      try {
        resolve(decided())
      } catch (error) {
        reject(error)
      }
      ended()
    }
    const begin = (): void => {
      handle = start(outcome => settle(() => decode(outcome)))
      if (handle === undefined)
        settle(() => {
          throw systemError(errno('ENOMEM'), syscall)
        })
    }
    const operation = {
      abort(reason: unknown): void {
        if (signal !== undefined) unlisten(signal, operation)
        reject(reason)
        if (!waiting.delete(begin) && handle !== undefined && native.cancelLookup(handle)) ended()
      },
    }
    if (signal !== undefined) listen(signal, operation)
    waiting.add(begin)
    beginNext()
  })
}

/**
 * The addresses of a host and of a service, best first, asked for on the thread pool: getaddrinfo(3). A `node` of null
 * is this host: its loopback addresses, or with AI_PASSIVE any address to bind to. `service` is a name, or a port.
 * Without `hints.type` each address comes once for each socket type. An abort rejects with `signal.reason` at once.
 * @example
 * const [first] = await getaddrinfo('localhost', 80, { type: SOCK_STREAM, signal: AbortSignal.timeout(1000) })
 * if (first === undefined) throw new Error('no address')
 * using socket = new Socket(first.family, first.type, first.protocol)
 * await socket.connect(first.address)
 * @throws SocketError EAI_NONAME, EAI_AGAIN, EAI_SERVICE, EAI_FAMILY …, with `hostname`
 */
export async function getaddrinfo(
  node: string | null,
  service: string | number | null = null,
  hints: AddrinfoHints & { signal?: AbortSignal | undefined } = {},
): Promise<Addrinfo[]> {
  const question = addressQuestion(node, service, hints)
  return pooled(
    'getaddrinfo',
    (done: Done<AddressRow>) => native.getaddrinfo(question.node, question.service, question.hints, done),
    outcome => addressesOf(question, outcome),
    signalOf(hints.signal, 'hints.signal'),
  )
}

/**
 * The names of an address and of its port, asked for on the thread pool: getnameinfo(3). `flags` are NI_*.
 * @example const { host, service } = await getnameinfo({ family: AF_INET, address: '127.0.0.1', port: 80 })
 * @throws SocketError EAI_NONAME with NI_NAMEREQD, EAI_FAMILY for a family that has no names
 */
export async function getnameinfo(address: Sockaddr, flags = 0): Promise<Nameinfo> {
  const question = nameQuestion(address, flags)
  return pooled(
    'getnameinfo',
    (done: Done<NameRow>) => native.getnameinfo(question.bytes, question.flags, done),
    outcome => namesOf(question, outcome),
  )
}
