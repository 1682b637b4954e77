// UDP_SEGMENT: how the kernel is told to cut one message into datagrams, udp(7).

import { controlRows } from '../tables/control.js'
import { encodeControl } from './control.js'

const nothing = Buffer.alloc(0)
const isKnown = controlRows.some(({ type, number }) => type === 'UDP_SEGMENT' && number !== undefined)
let size = 0
let control: Uint8Array<ArrayBuffer> = nothing

/** The ancillary data that asks for datagrams of `segmentSize` bytes; empty where the system cannot. */
export function segmentControl(segmentSize: number): Uint8Array<ArrayBuffer> {
  if (!isKnown || segmentSize === size) return control
  control = encodeControl([{ type: 'UDP_SEGMENT', value: segmentSize }]) ?? nothing
  size = segmentSize
  return control
}

export const segmentControlSize = segmentControl(1).length
