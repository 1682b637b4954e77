// The error queue: struct sock_extended_err, and the errors, time stamps and completions that it stands for.
import { decodeSockaddr } from '../address/sockaddr.js'
import type { Sockaddr } from '../address/types.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { errnos } from '../tables/errnos.js'
import { origins, stages } from '../tables/origins.js'
import { sockExtendedErr } from '../tables/structs.js'
import type { QueuedError, ReceivedControl } from './types.js'

const { size, at } = sockExtendedErr
const SO_EE_CODE_ZEROCOPY_COPIED = 1

/** What a queued error came with: its ancillary data, where the packet was going, and what it began with. */
export interface Surroundings {
  readonly destination: Sockaddr | undefined
  readonly payload: NonSharedBuffer
  readonly control: readonly ReceivedControl[]
}

interface Extended {
  readonly errno: number
  readonly type: number
  readonly errorCode: number
  readonly info: number
  readonly data: number
}

function extendedOf(bytes: NonSharedBuffer): Extended {
  const view = viewOf(bytes)
  return {
    errno: -view.getUint32(at.ee_errno, littleEndian),
    type: view.getUint8(at.ee_type),
    errorCode: view.getUint8(at.ee_code),
    info: view.getUint32(at.ee_info, littleEndian),
    data: view.getUint32(at.ee_data, littleEndian),
  }
}

/** The address behind the struct; a family of 0 is none. */
function offenderIn(bytes: NonSharedBuffer): { offender?: Sockaddr } {
  const rest = bytes.subarray(size)
  if (rest.length < 2) return {}
  const whole = decodeSockaddr(rest)
  return typeof whole.family === 'string' ? { offender: whole } : {}
}

/** A queued error from the value of its IP_RECVERR or the like; undefined where the bytes are none. */
export function queuedError(
  bytes: NonSharedBuffer,
  { destination, payload, control }: Surroundings,
): QueuedError | undefined {
  if (bytes.length < size) return undefined
  const extended = extendedOf(bytes)
  const { errno, info, data } = extended
  const origin = origins.nameOf(bytes.readUInt8(at.ee_origin))
  const code = String(errnos.nameOf(-errno))
  const packet = { code, errno, info, destination: destination ?? { family: 0, data: Buffer.alloc(0) }, data: payload }
  switch (origin) {
    case 'SO_EE_ORIGIN_ICMP':
    case 'SO_EE_ORIGIN_ICMP6': {
      const icmp = { icmpType: extended.type, icmpCode: extended.errorCode }
      return { origin, ...packet, ...icmp, ...offenderIn(bytes), control: [...control] }
    }
    case 'SO_EE_ORIGIN_LOCAL':
      return { origin, ...packet, control: [...control] }
    case 'SO_EE_ORIGIN_TIMESTAMPING':
      return { origin, id: data, stage: stages[info] ?? 'SCM_TSTAMP_SND', ...stampsIn(control) }
    case 'SO_EE_ORIGIN_ZEROCOPY':
      return { origin, low: info, high: data, copied: (extended.errorCode & SO_EE_CODE_ZEROCOPY_COPIED) !== 0 }
    case 'SO_EE_ORIGIN_TXTIME':
      return { origin, code, errno, time: (BigInt(data) << 32n) | BigInt(info) }
    default:
      return { origin: bytes.readUInt8(at.ee_origin), ...extended, payload }
  }
}

function stampsIn(control: readonly ReceivedControl[]): { software?: bigint; hardware?: bigint } {
  const stamps = control.find(one => one.type === 'SCM_TIMESTAMPING')
  if (stamps === undefined) return {}
  const { type: _, ...both } = stamps
  return both
}
