// Values of ancillary messages that are option lists or structs: of IPv6, SCTP, AF_ALG, and BSD's own.
import { bytes as bytesOf } from '../codec/arguments.js'
import { ipv6MtuInfoCodec, ipv6OptionsCodec } from '../codec/ipv6.js'
import { nameCodec } from '../codec/scalar.js'
import { sctpMessages } from '../codec/sctp.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { algOperations } from '../tables/control.js'
import { afAlgIv, cmsgcred, sockaddrDl, sockcred } from '../tables/structs.js'
import { type ControlCodec, fields, single } from './codec.js'

const optionList = single(ipv6OptionsCodec)

/** An extension header says how long it is, in its second byte: 8 bytes, and so many times 8 more. */
const ipv6Options: ControlCodec = {
  ...optionList,
  decode: data => (data.length === 8 * ((data[1] ?? 0) + 1) ? optionList.decode?.(data) : undefined),
}

const initializationVector: ControlCodec = {
  encode: (given, name) => {
    const iv = bytesOf(given['value'], `${name}.value`)
    const head = Buffer.alloc(afAlgIv.size)
    viewOf(head).setUint32(afAlgIv.at.ivlen, iv.length, littleEndian)
    return Buffer.concat([head, iv])
  },
}

function idsAt(data: NonSharedBuffer, at: number, count: number): number[] {
  const room = Math.max(0, Math.floor((data.length - at) / 4))
  return Array.from({ length: Math.min(count, room) }, (_, i) => viewOf(data).getUint32(at + 4 * i, littleEndian))
}

// The sender only makes room: the kernel fills it in.
const credentials: ControlCodec = {
  encode: () => Buffer.alloc(cmsgcred.size),
  decode: data => {
    if (data.length !== cmsgcred.size) return undefined
    const view = viewOf(data)
    const { cmcred_pid, cmcred_uid, cmcred_euid, cmcred_gid, cmcred_ngroups, cmcred_groups } = cmsgcred.at
    return {
      pid: view.getInt32(cmcred_pid, littleEndian),
      uid: view.getUint32(cmcred_uid, littleEndian),
      euid: view.getUint32(cmcred_euid, littleEndian),
      gid: view.getUint32(cmcred_gid, littleEndian),
      groups: idsAt(data, cmcred_groups, view.getUint16(cmcred_ngroups, littleEndian)),
    }
  },
}

const socketCredentials: ControlCodec = {
  decode: data => {
    const { sc_uid, sc_euid, sc_gid, sc_egid, sc_ngroups, sc_groups } = sockcred.at
    const view = viewOf(data)
    const count = data.length < sc_groups ? -1 : view.getUint32(sc_ngroups, littleEndian)
    // The other struct that comes by this number has the room of 16 groups, always.
    if (data.length === cmsgcred.size || data.length !== sc_groups + 4 * Math.max(count, 1)) return undefined
    return {
      uid: view.getUint32(sc_uid, littleEndian),
      euid: view.getUint32(sc_euid, littleEndian),
      gid: view.getUint32(sc_gid, littleEndian),
      egid: view.getUint32(sc_egid, littleEndian),
      groups: idsAt(data, sc_groups, count),
    }
  },
}

const link: ControlCodec = {
  decode: data => {
    const at = sockaddrDl.at.sdl_index
    return data.length < at + 2 ? undefined : { ifindex: viewOf(data).getUint16(at, littleEndian) }
  },
}

export const recordCodecs = {
  af_alg_iv: initializationVector,
  alg_op: single(nameCodec(algOperations, 'ALG_OP_*')),
  cmsgcred: credentials,
  ip6_mtuinfo: fields(ipv6MtuInfoCodec),
  ipv6_options: ipv6Options,
  sctp_authinfo: fields(sctpMessages.authinfo),
  sctp_initmsg: fields(sctpMessages.initmsg),
  sctp_nxtinfo: fields(sctpMessages.nxtinfo),
  sctp_prinfo: fields(sctpMessages.prinfo),
  sctp_rcvinfo: fields(sctpMessages.rcvinfo),
  sctp_sndinfo: fields(sctpMessages.sndinfo),
  sctp_sndrcvinfo: fields(sctpMessages.sndrcvinfo),
  sockaddr_dl: link,
  sockcred: socketCredentials,
} satisfies Record<string, ControlCodec>
