// The structs of SCTP that are numbers alone, of options and of messages: linux/sctp.h. An assocId of 0 is the socket's own.
import { looseRecord, record } from './record.js'

const needs = 'SCTP_RTOINFO'

export const assocValue = record('sctp_assoc_value', '', { assoc_id: 'i32', assoc_value: 'u32' }, needs)
export const assocParams = record(
  'sctp_assocparams',
  'sasoc_',
  {
    assoc_id: 'i32',
    asocmaxrxt: 'u16',
    number_peer_destinations: 'u16',
    peer_rwnd: 'u32',
    local_rwnd: 'u32',
    cookie_life: 'u32',
  },
  needs,
)
export const authKeyId = record('sctp_authkeyid', 'scact_', { assoc_id: 'i32', keynumber: 'u16' }, needs)
const initmsgFields = {
  num_ostreams: 'u16',
  max_instreams: 'u16',
  max_attempts: 'u16',
  max_init_timeo: 'u16',
} as const
export const initmsg = record('sctp_initmsg', 'sinit_', initmsgFields, needs)
export const prinfo = record('sctp_default_prinfo', 'pr_', { assoc_id: 'i32', value: 'u32', policy: 'u16' }, needs)
export const rtoinfo = record(
  'sctp_rtoinfo',
  'srto_',
  { assoc_id: 'i32', initial: 'u32', max: 'u32', min: 'u32' },
  needs,
)
export const sackInfo = record('sctp_sack_info', 'sack_', { assoc_id: 'i32', delay: 'u32', freq: 'u32' }, needs)
const sndinfoFields = { sid: 'u16', flags: 'u16', ppid: 'u32', context: 'u32', assoc_id: 'i32' } as const
export const sndinfo = record('sctp_sndinfo', 'snd_', sndinfoFields, needs)
const sndrcvinfoFields = {
  stream: 'u16',
  ssn: 'u16',
  flags: 'u16',
  ppid: 'u32',
  context: 'u32',
  timetolive: 'u32',
  tsn: 'u32',
  cumtsn: 'u32',
  assoc_id: 'i32',
} as const
export const sndrcvinfo = record('sctp_sndrcvinfo', 'sinfo_', sndrcvinfoFields, needs)

/** What goes with a message: RFC 6458, 5.3. What is left out is 0. */
export const sctpMessages = {
  authinfo: record('sctp_authinfo', 'auth_', { keynumber: 'u16' }, 'SCTP_AUTHINFO'),
  initmsg: looseRecord('sctp_initmsg', 'sinit_', initmsgFields, needs),
  nxtinfo: record(
    'sctp_nxtinfo',
    'nxt_',
    { sid: 'u16', flags: 'u16', ppid: 'u32', length: 'u32', assoc_id: 'i32' },
    needs,
  ),
  prinfo: record('sctp_prinfo', 'pr_', { policy: 'u16', value: 'u32' }, 'SCTP_PRINFO'),
  rcvinfo: record(
    'sctp_rcvinfo',
    'rcv_',
    {
      sid: 'u16',
      ssn: 'u16',
      flags: 'u16',
      ppid: 'u32',
      tsn: 'u32',
      cumtsn: 'u32',
      context: 'u32',
      assoc_id: 'i32',
    },
    needs,
  ),
  sndinfo: looseRecord('sctp_sndinfo', 'snd_', sndinfoFields, needs),
  sndrcvinfo: looseRecord('sctp_sndrcvinfo', 'sinfo_', sndrcvinfoFields, needs),
}
