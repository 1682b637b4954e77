// Control data of what no kernel here speaks: the bytes of each message, as the headers declare them; and any bytes.
import type { ReceivedControl, SendControl } from 'bsd-sockets'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canMirror, turned } from '../support/mirror.js'

const [SOL_SOCKET, IPPROTO_IPV6, SOL_SCTP, SOL_ALG, SOL_TLS] = [1, 41, 132, 279, 282]

interface Row<Message> {
  readonly message: Message
  readonly level: number
  readonly type: number
  /** Little-endian. */
  readonly hex: string
}

const sent: readonly Row<SendControl>[] = [
  { message: { type: 'TLS_SET_RECORD_TYPE', value: 22 }, level: SOL_TLS, type: 1, hex: '16' },
  { message: { type: 'ALG_SET_IV', value: Buffer.of(1, 2, 3) }, level: SOL_ALG, type: 2, hex: '03000000 010203' },
  { message: { type: 'ALG_SET_OP', value: 'ALG_OP_DECRYPT' }, level: SOL_ALG, type: 3, hex: '00000000' },
  { message: { type: 'ALG_SET_OP', value: 'ALG_OP_ENCRYPT' }, level: SOL_ALG, type: 3, hex: '01000000' },
  { message: { type: 'ALG_SET_AEAD_ASSOCLEN', value: 0x01020304 }, level: SOL_ALG, type: 4, hex: '04030201' },
  {
    message: { type: 'SCTP_INIT', numOstreams: 1, maxInstreams: 2, maxAttempts: 3, maxInitTimeo: 4 },
    level: SOL_SCTP,
    type: 0,
    hex: '0100 0200 0300 0400',
  },
  { message: { type: 'SCTP_INIT', maxInstreams: 2 }, level: SOL_SCTP, type: 0, hex: '0000 0200 0000 0000' },
  {
    message: { type: 'SCTP_SNDRCV', stream: 1, flags: 2, ppid: 3, context: 4, timetolive: 5, assocId: -1 },
    level: SOL_SCTP,
    type: 1,
    hex: '0100 0000 0200 0000 03000000 04000000 05000000 00000000 00000000 ffffffff',
  },
  {
    message: { type: 'SCTP_SNDINFO', sid: 1, flags: 2, ppid: 3, context: 4, assocId: 5 },
    level: SOL_SCTP,
    type: 2,
    hex: '0100 0200 03000000 04000000 05000000',
  },
  { message: { type: 'SCTP_PRINFO', policy: 0x10, value: 1000 }, level: SOL_SCTP, type: 5, hex: '1000 0000 e8030000' },
  { message: { type: 'SCTP_AUTHINFO', keynumber: 0x0102 }, level: SOL_SCTP, type: 6, hex: '0201' },
  { message: { type: 'SCTP_DSTADDRV4', value: '127.0.0.2' }, level: SOL_SCTP, type: 7, hex: '7f000002' },
  { message: { type: 'SCTP_DSTADDRV6', value: '::2' }, level: SOL_SCTP, type: 8, hex: `${'00'.repeat(15)} 02` },
  {
    message: { type: 'IPV6_NEXTHOP', address: { address: '::2', port: 0x0102, scopeId: 3 } },
    level: IPPROTO_IPV6,
    type: 9,
    hex: `0a00 0102 00000000 ${'00'.repeat(15)} 02 03000000`,
  },
  {
    message: { type: 'IPV6_RTHDR', value: Buffer.of(0, 0, 2, 1, 0, 0, 0, 0) },
    level: IPPROTO_IPV6,
    type: 57,
    hex: '0000 0201 00000000',
  },
]

const received: readonly Row<ReceivedControl>[] = [
  { message: { type: 'SCM_SECURITY', context: 'a:b:c' }, level: SOL_SOCKET, type: 3, hex: '613a623a6300' },
  { message: { type: 'SCM_WIFI_STATUS', value: true }, level: SOL_SOCKET, type: 41, hex: '01000000' },
  { message: { type: 'TLS_GET_RECORD_TYPE', value: 23 }, level: SOL_TLS, type: 2, hex: '17' },
  {
    message: {
      ...{ type: 'SCTP_SNDRCV', stream: 1, ssn: 2, flags: 3, ppid: 4, context: 5 },
      ...{ timetolive: 6, tsn: 7, cumtsn: 8, assocId: 9 },
    },
    level: SOL_SCTP,
    type: 1,
    hex: '0100 0200 0300 0000 04000000 05000000 06000000 07000000 08000000 09000000',
  },
  {
    message: { type: 'SCTP_RCVINFO', sid: 1, ssn: 2, flags: 3, ppid: 4, tsn: 5, cumtsn: 6, context: 7, assocId: 8 },
    level: SOL_SCTP,
    type: 3,
    hex: '0100 0200 0300 0000 04000000 05000000 06000000 07000000 08000000',
  },
  {
    message: { type: 'SCTP_NXTINFO', sid: 1, flags: 2, ppid: 3, length: 4, assocId: 5 },
    level: SOL_SCTP,
    type: 4,
    hex: '0100 0200 03000000 04000000 05000000',
  },
  {
    message: { type: 'IPV6_RTHDRDSTOPTS', value: [{ type: 30, data: Buffer.of(1, 2) }] },
    level: IPPROTO_IPV6,
    type: 55,
    hex: '1100 1e02 0102 0100',
  },
]

/** struct cmsghdr, and what follows it. */
function controlMessage({ level, type, hex }: Omit<Row<unknown>, 'message'>): Buffer {
  const data = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const head = Buffer.alloc(16)
  head.writeBigUInt64LE(BigInt(16 + data.length))
  head.writeInt32LE(level, 8)
  head.writeInt32LE(type, 12)
  return Buffer.concat([head, data, Buffer.alloc(-data.length & 7)])
}

describe.runIf(canMirror)('control data of protocols that are not here', () => {
  it('is sent as their headers declare it', async () => {
    const answers = await turned(sent.map(({ message }) => message))
    for (const [i, row] of sent.entries()) expect(answers[i], row.message.type.toString()).toEqual(controlMessage(row))
  })

  it('is read as their headers declare it', async () => {
    const answers = await turned(received.map(controlMessage))
    for (const [i, { message }] of received.entries()) expect(answers[i]).toEqual([message])
  })

  it('is kept as bytes by level and number where it has another length', async () => {
    const shorter = received.slice(1).map(row => ({ ...row, hex: row.hex.slice(0, -2) }))
    for (const [i, answer] of (await turned(shorter.map(controlMessage))).entries())
      expect(answer).toEqual([expect.objectContaining({ level: shorter[i]?.level, type: shorter[i]?.type })])
  })

  it('makes no call throw, whatever bytes it is', async () => {
    const rows = received.map(({ level, type }) => ({ level, type }))
    const data = fc.uint8Array({ maxLength: 64 }).map(bytes => Buffer.from(bytes).toString('hex'))
    const level = fc.constantFrom(SOL_SOCKET, 0, 6, 17, IPPROTO_IPV6, SOL_SCTP, 263, 270, SOL_TLS)
    // Not of SCM_RIGHTS and SCM_PIDFD: what the kernel says are descriptors is closed.
    const other = fc.record({ level, type: fc.nat(90) }).filter(one => one.level !== SOL_SOCKET || one.type > 4)
    const header = fc.oneof(fc.constantFrom(...rows), other)
    const one = fc.tuple(header, data).map(([head, hex]) => controlMessage({ ...head, hex }))
    const any = fc.tuple(fc.array(one, { maxLength: 3 }), fc.nat(200)).map(([messages, length]) => {
      const whole = Buffer.concat(messages)
      return whole.subarray(0, length > 100 ? whole.length : length)
    })
    const hostile = fc.sample(fc.oneof(any, fc.uint8Array({ maxLength: 100 })), 5000)
    for (const [i, answer] of (await turned(hostile)).entries())
      expect(answer, Buffer.from(hostile[i] ?? []).toString('hex')).toEqual(expect.any(Array))
  })
})
