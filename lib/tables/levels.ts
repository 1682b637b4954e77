// Numbers that Linux's headers may lack, as they are older than the kernel, or declare as no macro.
import { number } from '../codec/numbers.js'

/** The number of a name; on Linux `fallback` where the headers lack it. */
export function numberOr(name: string, fallback: number | undefined): number | undefined {
  return number(name) ?? (process.platform === 'linux' ? fallback : undefined)
}

const levels: Readonly<Record<string, number>> = {
  SOL_CAN_RAW: 101,
  SOL_SCTP: 132,
  SOL_UDPLITE: 136,
  SOL_ALG: 279,
  SOL_TLS: 282,
  SOL_XDP: 283,
  SOL_MPTCP: 284,
  SOL_VSOCK: 287,
}

/** The number of a protocol level: SOL_*, IPPROTO_*. */
export function levelNumber(name: string): number | undefined {
  return numberOr(name, levels[name])
}
