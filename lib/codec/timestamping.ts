// Time stamps: which are made (struct so_timestamping), and when packets leave (struct sock_txtime).
import { boolean, int32, object } from './arguments.js'
import { Names } from './numbers.js'
import { type Codec, int, intAt, numberNamed } from './scalar.js'

/** SOF_TIMESTAMPING_*: linux/net_tstamp.h. What is left out is off. */
export interface TimestampingFlags {
  txHardware?: boolean
  txSoftware?: boolean
  rxHardware?: boolean
  rxSoftware?: boolean
  software?: boolean
  sysHardware?: boolean
  rawHardware?: boolean
  optId?: boolean
  txSched?: boolean
  txAck?: boolean
  optCmsg?: boolean
  optTsonly?: boolean
  optStats?: boolean
  optPktinfo?: boolean
  optTxSwhw?: boolean
  optIdTcp?: boolean
  optRxFilter?: boolean
  txCompletion?: boolean
  /** The index of the hardware clock to use. */
  bindPhc?: number
}

// Bit by bit, as the kernel's enumeration has them; they are no macros.
const flags = [
  'txHardware',
  'txSoftware',
  'rxHardware',
  'rxSoftware',
  'software',
  'sysHardware',
  'rawHardware',
  'optId',
  'txSched',
  'txAck',
  'optCmsg',
  'optTsonly',
  'optStats',
  'optPktinfo',
  'optTxSwhw',
  undefined,
  'optIdTcp',
  'optRxFilter',
  'txCompletion',
] as const
const BIND_PHC = 1 << 15

/** struct so_timestamping, or its first field alone. */
export const timestampingCodec: Codec<TimestampingFlags> = {
  type: 'TimestampingFlags',
  size: 8,
  decode(bytes) {
    const set = intAt(bytes)
    const found: TimestampingFlags = {}
    for (const [bit, flag] of flags.entries()) if (flag !== undefined && (set >> bit) & 1) found[flag] = true
    if (set & BIND_PHC && bytes.length >= 8) found.bindPhc = intAt(bytes, 1)
    return found
  },
  encode(value, name) {
    const given = object(value, name)
    let set = 0
    for (const [bit, flag] of flags.entries()) {
      if (flag === undefined || given[flag] === undefined) continue
      if (boolean(given[flag], `${name}.${flag}`)) set |= 1 << bit
    }
    if (given['bindPhc'] === undefined) return int(set)
    return int(set | BIND_PHC, int32(given['bindPhc'], `${name}.bindPhc`))
  },
}

const clockNames = ['CLOCK_REALTIME', 'CLOCK_MONOTONIC', 'CLOCK_TAI'] as const
/**
 * The clock of SCM_TXTIME; a number for one that has no name here.
 * @useDeclaredType
 */
export type TxtimeClock = (typeof clockNames)[number] | number
/** struct sock_txtime: linux/net_tstamp.h. */
export interface Txtime {
  clock: TxtimeClock
  flags?: { deadlineMode?: boolean; reportErrors?: boolean }
}
const clocks = new Names<(typeof clockNames)[number]>(clockNames)

/** struct sock_txtime */
export const txtimeCodec: Codec<Txtime> = {
  type: 'Txtime',
  size: 8,
  decode(bytes) {
    const set = intAt(bytes, 1)
    return {
      clock: clocks.nameOf(intAt(bytes)),
      flags: { deadlineMode: (set & 1) !== 0, reportErrors: (set & 2) !== 0 },
    }
  },
  encode(value, name) {
    const { clock, flags: given = {} } = object(value, name)
    const { deadlineMode = false, reportErrors = false } = object(given, `${name}.flags`)
    const set =
      (boolean(deadlineMode, `${name}.flags.deadlineMode`) ? 1 : 0) |
      (boolean(reportErrors, `${name}.flags.reportErrors`) ? 2 : 0)
    return int(numberNamed(clocks, clock, `${name}.clock`), set)
  },
}
