// What TCP tells of a connection: struct tcp_info, and what its congestion control adds.
import { numberAt, type RecordOf, record } from './record.js'
import { type Codec, unwritten } from './scalar.js'
import { viewOf } from './struct.js'

/**
 * struct tcp_info: tcp(7). Times in microseconds (rtt, rttvar, rto, ato, rcvRtt, minRtt, busyTime, rwndLimited,
 * sndbufLimited) or milliseconds (lastDataSent, lastDataRecv, lastAckRecv); rates in bytes a second; windows in
 * segments (sndCwnd, sndSsthresh) or bytes. Fields are those of the header, of which an
 * old kernel leaves out the last; those named here are there since Linux 4.9.
 */
export interface TcpInfo {
  /** 'TCP_ESTABLISHED', 'TCP_LISTEN' … */
  state: string
  /** Smoothed round trip, µs. */
  rtt: number
  /** Its deviation, µs. */
  rttvar: number
  /** Retransmission timeout, µs. */
  rto: number
  /** Congestion window, segments. */
  sndCwnd: number
  /** Retransmissions of the segment in question. */
  retransmits: number
  /** Retransmissions of the whole connection. */
  totalRetrans: number
  /** Path MTU, bytes. */
  pmtu: number
  /** Segments sent and not acknowledged. */
  unacked: number
  bytesAcked: bigint
  bytesReceived: bigint
  /** Bytes a second, as last measured. */
  deliveryRate: bigint
  /** Least round trip seen, µs. */
  minRtt: number
  [field: string]: number | bigint | string | undefined
}

// The kernel's enumerations, which are no macros: include/net/tcp_states.h, enum tcp_ca_state of linux/tcp.h.
const states = [
  'TCP_ESTABLISHED',
  'TCP_SYN_SENT',
  'TCP_SYN_RECV',
  'TCP_FIN_WAIT1',
  'TCP_FIN_WAIT2',
  'TCP_TIME_WAIT',
  'TCP_CLOSE',
  'TCP_CLOSE_WAIT',
  'TCP_LAST_ACK',
  'TCP_LISTEN',
  'TCP_CLOSING',
  'TCP_NEW_SYN_RECV',
]
const congestionStates = ['TCP_CA_Open', 'TCP_CA_Disorder', 'TCP_CA_CWR', 'TCP_CA_Recovery', 'TCP_CA_Loss']

const numbers = record(
  'tcp_info',
  'tcpi_',
  {
    state: 'u8',
    ca_state: 'u8',
    retransmits: 'u8',
    probes: 'u8',
    backoff: 'u8',
    options: 'u8',
    rto: 'u32',
    ato: 'u32',
    snd_mss: 'u32',
    rcv_mss: 'u32',
    unacked: 'u32',
    sacked: 'u32',
    lost: 'u32',
    retrans: 'u32',
    fackets: 'u32',
    last_data_sent: 'u32',
    last_ack_sent: 'u32',
    last_data_recv: 'u32',
    last_ack_recv: 'u32',
    pmtu: 'u32',
    rcv_ssthresh: 'u32',
    rtt: 'u32',
    rttvar: 'u32',
    snd_ssthresh: 'u32',
    snd_cwnd: 'u32',
    advmss: 'u32',
    reordering: 'u32',
    rcv_rtt: 'u32',
    rcv_space: 'u32',
    total_retrans: 'u32',
    pacing_rate: 'u64',
    max_pacing_rate: 'u64',
    bytes_acked: 'u64',
    bytes_received: 'u64',
    segs_out: 'u32',
    segs_in: 'u32',
    notsent_bytes: 'u32',
    min_rtt: 'u32',
    data_segs_in: 'u32',
    data_segs_out: 'u32',
    delivery_rate: 'u64',
    busy_time: 'u64',
    rwnd_limited: 'u64',
    sndbuf_limited: 'u64',
    delivered: 'u32',
    delivered_ce: 'u32',
    bytes_sent: 'u64',
    bytes_retrans: 'u64',
    dsack_dups: 'u32',
    reord_seen: 'u32',
    rcv_ooopack: 'u32',
    snd_wnd: 'u32',
  },
  'TCP_REPAIR',
)

// Newer than the header of the oldest image that prebuilds are made on; they follow snd_wnd: linux/tcp.h of 6.18.
const later = [
  'rcvWnd',
  'rehash',
  'totalRto:u16',
  'totalRtoRecoveries:u16',
  'totalRtoTime',
  'receivedCe',
  'deliveredE1Bytes',
  'deliveredE0Bytes',
  'deliveredCeBytes',
  'receivedE1Bytes',
  'receivedE0Bytes',
  'receivedCeBytes',
]

function laterFields(bytes: NonSharedBuffer, start: number): Record<string, number> {
  const found: Record<string, number> = {}
  let at = start
  for (const field of later) {
    const [name = '', kind] = field.split(':')
    const size = kind === 'u16' ? 2 : 4
    if (at + size > bytes.length) break
    found[name] = Number(numberAt(viewOf(bytes), at, size === 2 ? 'u16' : 'u32'))
    at += size
  }
  return found
}

/** struct tcp_info */
export const tcpInfoCodec: Codec<TcpInfo, never> = {
  type: 'TcpInfo',
  size: numbers.size + 64,
  encode: unwritten,
  decode(bytes) {
    const read = numbers.decode(bytes)
    // Bit fields, which have no offset: the two bytes after tcpi_options.
    const scales = bytes.at(6) ?? 0
    const flags = bytes.at(7) ?? 0
    return {
      ...read,
      state: states[read.state - 1] ?? String(read.state),
      caState: congestionStates[read.caState] ?? read.caState,
      sndWscale: scales & 15,
      rcvWscale: scales >> 4,
      deliveryRateAppLimited: flags & 1,
      fastopenClientFail: (flags >> 1) & 3,
      ...laterFields(bytes, numbers.size),
    }
  },
}

/** union tcp_cc_info: which member it is, only TCP_CONGESTION tells; vegas and dctcp have the same length. */
export interface TcpCongestionInfo {
  vegas?: RecordOf<typeof vegasFields>
  dctcp?: RecordOf<typeof dctcpFields>
  /** bw: bytes a second; minRtt: µs; the gains are in 256ths. */
  bbr?: { bw: bigint; minRtt: number; pacingGain: number; cwndGain: number }
}
const vegasFields = { enabled: 'u32', rttcnt: 'u32', rtt: 'u32', minrtt: 'u32' } as const
const dctcpFields = { enabled: 'u16', ce_state: 'u16', alpha: 'u32', ab_ecn: 'u32', ab_tot: 'u32' } as const

/** union tcp_cc_info: linux/inet_diag.h, whose members are u32 but for the first two of dctcp. */
export const tcpCongestionInfoCodec: Codec<TcpCongestionInfo, never> = {
  type: 'TcpCongestionInfo',
  size: 64,
  encode: unwritten,
  decode(bytes) {
    const view = viewOf(bytes)
    const word = (i: number): number => Number(numberAt(view, 4 * i, 'u32'))
    const half = (i: number): number => Number(numberAt(view, 2 * i, 'u16'))
    if (bytes.length === 20) {
      const bw = BigInt(word(0)) | (BigInt(word(1)) << 32n)
      return { bbr: { bw, minRtt: word(2), pacingGain: word(3), cwndGain: word(4) } }
    }
    if (bytes.length !== 16) return {}
    return {
      vegas: { enabled: word(0), rttcnt: word(1), rtt: word(2), minrtt: word(3) },
      dctcp: { enabled: half(0), ceState: half(1), alpha: word(1), abEcn: word(2), abTot: word(3) },
    }
  },
}
