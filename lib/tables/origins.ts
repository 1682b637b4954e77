// Where a queued error comes from: linux/errqueue.h.
import { Names } from '../codec/numbers.js'

export const origins = new Names([
  'SO_EE_ORIGIN_LOCAL',
  'SO_EE_ORIGIN_ICMP',
  'SO_EE_ORIGIN_ICMP6',
  'SO_EE_ORIGIN_TIMESTAMPING',
  'SO_EE_ORIGIN_ZEROCOPY',
  'SO_EE_ORIGIN_TXTIME',
])

/** The stages of a transmit timestamp, by their numbers. */
export const stages = ['SCM_TSTAMP_SND', 'SCM_TSTAMP_SCHED', 'SCM_TSTAMP_ACK'] as const
