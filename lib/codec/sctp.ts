// The structs of SCTP options that are numbers alone: linux/sctp.h. An assocId of 0 is the socket's own.
import { record } from './record.js'

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
export const initmsg = record(
  'sctp_initmsg',
  'sinit_',
  { num_ostreams: 'u16', max_instreams: 'u16', max_attempts: 'u16', max_init_timeo: 'u16' },
  needs,
)
export const prinfo = record('sctp_default_prinfo', 'pr_', { assoc_id: 'i32', value: 'u32', policy: 'u16' }, needs)
export const rtoinfo = record(
  'sctp_rtoinfo',
  'srto_',
  { assoc_id: 'i32', initial: 'u32', max: 'u32', min: 'u32' },
  needs,
)
export const sackInfo = record('sctp_sack_info', 'sack_', { assoc_id: 'i32', delay: 'u32', freq: 'u32' }, needs)
export const sndinfo = record(
  'sctp_sndinfo',
  'snd_',
  { sid: 'u16', flags: 'u16', ppid: 'u32', context: 'u32', assoc_id: 'i32' },
  needs,
)
export const sndrcvinfo = record(
  'sctp_sndrcvinfo',
  'sinfo_',
  {
    stream: 'u16',
    ssn: 'u16',
    flags: 'u16',
    ppid: 'u32',
    context: 'u32',
    timetolive: 'u32',
    tsn: 'u32',
    cumtsn: 'u32',
    assoc_id: 'i32',
  },
  needs,
)
