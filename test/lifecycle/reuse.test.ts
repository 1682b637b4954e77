// Descriptors are numbered again and again: what happened to one socket never reaches the next of its number.
import { setImmediate as turn } from 'node:timers/promises'
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket } from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'
import { openDescriptors, openSockets } from '../support/fdtable.js'
import { Random } from '../support/random.js'

const cancelled = expect.objectContaining({ code: 'ECANCELED' })

interface Link {
  id: number
  one: Socket
  other: Socket
  /** What `other` gets, or how its waiting ended. */
  next: Promise<unknown>
}

let nextId = 0
const numbers = new Set<number>()

function link(): Link {
  const [one, other] = Socket.pair(SOCK_STREAM)
  numbers.add(one.fd).add(other.fd)
  const next = other.recv(16).catch((error: unknown) => error)
  return { id: nextId++, one, other, next }
}

function cut({ one, other }: Link): void {
  one.close()
  other.close()
}

describe('10,000 sockets that are opened and closed with traffic', () => {
  it('get what was sent to them, and no event of another', { timeout: 60_000 }, async () => {
    const random = Random.seeded('reuse of descriptors')
    const first = link()
    await turn()
    cut(first)
    const before = openDescriptors()
    let links = Array.from({ length: 10 }, link)
    let opened = links.length
    while (opened < 5000) {
      const i = random.below(links.length)
      const at = links[i] ?? link()
      switch (random.below(6)) {
        case 0:
          cut(at)
          expect(await at.next).toEqual(cancelled)
          break
        case 1:
          at.one.trySend(Buffer.from(`${at.id}`))
          cut(at)
          expect(await at.next).toEqual(cancelled)
          break
        case 2:
          at.one.close()
          expect(await at.next).toHaveLength(0)
          at.other.close()
          break
        case 3:
          at.one.trySend(Buffer.from(`${at.id}`))
          expect(String(await at.next)).toBe(`${at.id}`)
          cut(at)
          break
        case 4: {
          at.one.trySend(Buffer.from(`${at.id}`))
          at.one.close()
          const duplicate = at.other.dup()
          at.other.close()
          expect(await at.next).toEqual(cancelled)
          expect(String(await duplicate.recv(16))).toBe(`${at.id}`)
          duplicate.close()
          break
        }
        default:
          await turn()
          at.one.trySend(Buffer.from(`${at.id}`))
          at.one.shutdown(1)
          cut(at)
          expect(await at.next).toEqual(cancelled)
      }
      links[i] = link()
      opened++
      if (random.chance(5)) await turn()
    }
    for (const { id, one, next } of links) {
      one.trySend(Buffer.from(`${id}`))
      expect(String(await next)).toBe(`${id}`)
    }
    links.forEach(cut)
    links = []
    expect(openDescriptors()).toBe(before)
    expect(numbers.size).toBeLessThan(100)
  })
})

describe('10,000 connections of TCP one after another', () => {
  it('answer each its own client, and leave no descriptor', { timeout: 60_000 }, async () => {
    const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
    const address = listener.getsockname()
    const serving = (async () => {
      for await (const { socket } of listener.connections())
        socket
          .recv(16)
          .then(data => socket.sendall(data))
          .finally(() => socket.close())
    })()
    const before = openSockets()
    let id = 0
    const client = async (): Promise<void> => {
      while (id < 5000) {
        using socket = new Socket(AF_INET, SOCK_STREAM)
        const mine = `${id++}`
        await socket.connect(address)
        await socket.sendall(Buffer.from(mine))
        expect(String(await socket.recv(16))).toBe(mine)
        expect(await socket.recv(16)).toHaveLength(0)
      }
    }
    await Promise.all(Array.from({ length: 8 }, client))
    while (openSockets() > before) await turn()
    listener.close()
    await serving
    expect(openSockets()).toBe(before - 1)
  })
})

describe('a socket that takes the number of one with an event on its way', () => {
  it('does not see it', async () => {
    for (let i = 0; i < 1000; i++) {
      const [one, other] = Socket.pair(SOCK_STREAM)
      const waiting = other.recv(1).catch((error: unknown) => error)
      await turn()
      const { fd } = other
      one.trySend(Buffer.from('x'))
      other.close()
      const next = new Socket(AF_INET, SOCK_DGRAM)
      expect(next.fd).toBe(fd)
      const receiving = next.recv(1, { timeout: 0 }).catch((error: unknown) => error)
      expect(await waiting).toEqual(cancelled)
      expect(await receiving).toMatchObject({ code: 'ETIMEDOUT' })
      next.close()
      one.close()
    }
  })

  it('is not closed by the second close of the old one', () => {
    const old = new Socket(AF_INET, SOCK_DGRAM)
    const { fd } = old
    old.close()
    const next = new Socket(AF_INET, SOCK_DGRAM)
    expect(next.fd).toBe(fd)
    old.close()
    old[Symbol.dispose]()
    expect(next.bind({ address: '127.0.0.1', port: 0 }).getsockname().port).toBeGreaterThan(0)
    next.close()
  })

  it('is left alone by an old one that was closed behind its back', () => {
    const old = new Socket(AF_INET, SOCK_DGRAM)
    posix.close(old.fd)
    const next = new Socket(AF_INET, SOCK_DGRAM)
    expect(next.fd).toBe(old.fd)
    old.close()
    expect(next.bind({ address: '127.0.0.1', port: 0 }).getsockname().port).toBeGreaterThan(0)
    next.close()
  })
})
