// An error names the argument that is wrong, as the caller gave it.
import { MessageBatch, type Socket } from 'bsd-sockets'
import { describe, expect, it } from 'vitest'
import { udpPair } from '../support/pairs.js'

const to = { address: '127.0.0.1', port: 9 }
const byte = Buffer.from('x')
const batchOf = (options: object): MessageBatch => Reflect.construct(MessageBatch, [{ count: 1, size: 1, ...options }])

type Call = (socket: Socket<'AF_INET'>) => unknown
const calls: Record<string, Record<string, Call>> = {
  'options.local': {
    'send of a wrong source': socket => socket.trySend(byte, { local: 'zzz' }),
    'sendto from the other family': socket => socket.trySendto(byte, to, { ecn: 1, local: '::1' }),
    'a pushed message from the other family': () =>
      new MessageBatch({ domain: 'AF_INET', count: 1, size: 1 }).push(byte, to, { ecn: 1, local: '::1' }),
  },
  'message.control[0].local': {
    'sendmsg of a wrong source': socket =>
      socket.trySendmsg({ data: byte, control: [{ type: 'IP_PKTINFO', local: 'zzz' }] }, { ecn: 1 }),
  },
  'message.control': {
    'sendmsg with no list of control': socket => Reflect.apply(socket.trySendmsg, socket, [{ data: byte, control: 1 }]),
  },
  'message.data': {
    'sendmsg of a number': socket => Reflect.apply(socket.trySendmsg, socket, [{ data: 1 }]),
  },
  data: {
    'send of a text': socket => Reflect.apply(socket.trySend, socket, ['text']),
    'sendto of a text, with an option': socket => Reflect.apply(socket.trySendto, socket, ['text', to, { ecn: 1 }]),
  },
  'options.size': {
    'datagrams() of a wrong size': socket => Reflect.apply(socket.datagrams, socket, [{ size: 'x' }]),
    'chunks() of no bytes': socket => socket.chunks({ size: 0 }),
    'messages() of less': socket => socket.messages({ size: -1 }),
    'a batch above 4 GiB': () => batchOf({ count: 2, size: 2 ** 31 - 1 }),
  },
  'options.domain': { 'a batch of no family': () => batchOf({ domain: 'AF_FOO' }) },
  'options.count': { 'a batch of nothing': () => batchOf({ count: 0 }) },
}

describe.each(Object.entries(calls))('"%s" is what is wrong with', (name, ofName) => {
  it.each(Object.entries(ofName))('%s', async (_what, call) => {
    const [socket] = await udpPair()
    expect(() => call(socket)).toThrow(expect.objectContaining({ message: expect.stringContaining(`"${name}" must`) }))
  })
})
