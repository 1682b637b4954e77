// What comes with a datagram over the loopback: the control messages of sockets with these options on.

import type { WritableOption } from 'bsd-sockets'
import { IPPROTO_RAW, type ReceivedControl, type SendControl, SOCK_DGRAM, SOCK_RAW, Socket } from 'bsd-sockets'
import { expect } from 'vitest'
import { own } from './pairs.js'

export type Udp = Socket<'AF_INET' | 'AF_INET6'>
export const byte = Buffer.from('x')
export const wait = { timeout: 10_000 }

export const udp4 = (): Socket<'AF_INET'> => own(new Socket('AF_INET', SOCK_DGRAM).bind({ address: '127.0.0.1' }))
export const udp6 = (): Socket<'AF_INET6'> => own(new Socket('AF_INET6', SOCK_DGRAM).bind({ address: '::1' }))

/** Of a datagram with these control messages. */
export async function arrival(
  to: Udp,
  options: readonly WritableOption<boolean>[],
  control: readonly SendControl[] = [],
  data = byte,
): Promise<ReceivedControl[]> {
  for (const option of options) to.setsockopt(option, true)
  const from: Udp = to.domain === 'AF_INET' ? udp4() : udp6()
  await from.sendmsg({ data, address: to.getsockname(), control })
  return (await to.recvmsg(65_535, wait)).control
}

/** Of packets that were written by hand. */
export async function rawArrival(
  to: Udp,
  option: WritableOption<boolean>,
  packets: readonly Buffer[],
): Promise<ReceivedControl[]> {
  to.setsockopt(option, true)
  const raw = own(new Socket(to.domain, SOCK_RAW, IPPROTO_RAW))
  for (const packet of packets) await raw.sendto(packet, { ...to.getsockname(), port: 0 })
  const { control, controlTruncated } = await to.recvmsg(65_535, wait)
  expect(controlTruncated).toBe(false)
  return control
}
