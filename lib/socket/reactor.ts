// One event queue a thread: which socket sits in which slot, what a turn of the event loop may spend, and whether
// something is pending that keeps the process alive. What the sockets wait for is in readiness.ts.
import { checked } from '../errors.js'
import { native } from '../native.js'
import { queueOpens } from '../tables/system.js'
import { wakeup } from './wakeup.js'

/** What a socket waits for, as reactor/event_queue.h has it. */
export const READ = 1
export const WRITE = 2
export const ERRORS = 4
export type Interest = typeof READ | typeof WRITE | typeof ERRORS

/** What happened, as reactor/event_queue.h has it. */
export const READABLE = 1
export const WRITABLE = 2
export const HANGUP = 4
export const ERROR = 8
export const URGENT = 16
export const END = 32

/** Who is told. */
export interface Watched {
  readonly generation: number
  happened(events: number): void
}

/** Who goes on in the next turn. */
export interface Deferred {
  readonly keepsAlive: boolean
  serve(): void
}

const pairs = new Uint32Array(2 * 256)
const watched: (Watched | undefined)[] = []
const generations: number[] = []
const freeSlots: number[] = []

/** Where events find their socket. */
export function takeSlot(owner: (slot: number, generation: number) => Watched): void {
  const slot = freeSlots.pop() ?? watched.length
  const generation = ((generations[slot] ?? 0) + 1) & 0xffff
  generations[slot] = generation
  watched[slot] = owner(slot, generation)
}

export function releaseSlot(slot: number): void {
  watched[slot] = undefined
  freeSlots.push(slot)
}

let opened = false
let pending = 0

/** Opens the event queue, once a thread: before its first socket, since it takes descriptors too. */
export function openReactor(): void {
  if (opened) return
  const result =
    wakeup === 'thread' ? native.reactorOpen(pairs, dispatchInTurn, 1) : native.reactorOpen(pairs, dispatch, 0)
  checked(result, queueOpens)
  opened = true
}

/** Counts the operations that keep the process alive. */
export function hold(count: number): void {
  const before = pending
  pending += count
  if (before > 0 !== pending > 0) native.reactorRef(pending > 0 ? 1 : 0)
}

function dispatch(count: number): void {
  beginTurn()
  for (let i = 0; i < 2 * count; i += 2) {
    const packed = pairs[i + 1] ?? 0
    const one = watched[pairs[i] ?? 0]
    if (one !== undefined && one.generation === packed >>> 16) one.happened(packed & 0xffff)
  }
}

// A thread tells of what is next as soon as it is resumed, and the run-time would take that in the same turn.
function dispatchInTurn(count: number): void {
  setImmediate(native.reactorResume)
  dispatch(count)
}

// What finishes at once does so without a turn of the loop, within a budget: so much for one direction of one socket,
// so much for all of them together. What exceeds it goes on in the next turn, after the timers and the other handles.
const eachOperations = 64
const eachBytes = 1 << 20
const allOperations = 1024
const allBytes = 16 << 20
// So many messages of a batch cost as much as one operation.
const messagesAnOperation = 16

let turn = 0
let operations = 0
let bytes = 0

function beginTurn(): void {
  turn++
  operations = 0
  bytes = 0
}

/** Who spends: one direction of one socket, in one turn. */
export class Spender {
  #turn = -1
  #operations = 0
  #bytes = 0

  get hasBudget(): boolean {
    if (this.#turn !== turn) this.#reset()
    return (
      this.#operations < eachOperations && this.#bytes < eachBytes && operations < allOperations && bytes < allBytes
    )
  }

  spendOperation(): void {
    this.#operations++
    operations++
  }

  spendBytes(count: number): void {
    this.#bytes += count
    bytes += count
  }

  /** What a batch takes. */
  spend(messages: number, bytes: number): void {
    this.#operations += messages / messagesAnOperation
    operations += messages / messagesAnOperation
    this.spendBytes(bytes)
  }

  #reset(): void {
    this.#turn = turn
    this.#operations = 0
    this.#bytes = 0
  }
}

const deferred = new Set<Deferred>()
let alive = false
let scheduled = false

/** Serves `one` in the next turn. */
export function defer(one: Deferred): void {
  deferred.add(one)
  schedule(one)
}

function schedule(one: Deferred): void {
  if (one.keepsAlive && !alive) {
    alive = true
    setImmediate(resume)
  } else if (!scheduled && !alive) {
    // An unref'd setImmediate would wait for the next event.
    scheduled = true
    setTimeout(resume, 0).unref()
  }
}

// Who was not served stays in front of those who were and wait again.
function resume(): void {
  alive = false
  scheduled = false
  beginTurn()
  let left = deferred.size
  for (const one of deferred) {
    if (left-- === 0 || operations >= allOperations || bytes >= allBytes) break
    deferred.delete(one)
    one.serve()
  }
  for (const one of deferred) schedule(one)
}
