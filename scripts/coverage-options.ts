// Compares the rows of lib/tables/options with the names in the system's own headers: covered / found.
import { existsSync, readFileSync } from 'node:fs'
import * as options from '../lib/tables/options/index.js'

interface Header {
  readonly file: string
  readonly name: RegExp
  /** What looks like an option, and is a value, a message or a limit. */
  readonly except?: RegExp
}

const headers: readonly Header[] = [
  { file: 'asm-generic/socket.h', name: /^SO_/, except: /_(OLD|NEW)$/ },
  {
    file: 'linux/in.h',
    name: /^(IP|MCAST)_/,
    except: /^(IP_PMTUDISC_|IP_DEFAULT_|IP_MSFILTER_SIZE|IP_ORIGDSTADDR|IP_RECVRETOPTS|MCAST_(IN|EX)CLUDE)/,
  },
  {
    file: 'linux/in6.h',
    name: /^IPV6_/,
    except: /^IPV6_(PMTUDISC_|FL_[AFS]_|FLOWINFO_(FLOWLABEL|PRIORITY)|PRIORITY_|TLV_|PREFER_|ORIGDSTADDR|HOPLIMIT$)/,
  },
  {
    file: 'linux/tcp.h',
    name: /^TCP_/,
    except: /^TCP_(CA_|MSS_|REPAIR_O|CM_INQ|MD5SIG_(MAXKEYLEN|FLAG)|RECEIVE_ZEROCOPY_|S_|AO_(MAXKEYLEN|KEYF))/,
  },
  { file: 'linux/udp.h', name: /^UDP_/, except: /^UDP_ENCAP_/ },
  {
    file: 'linux/if_packet.h',
    name: /^PACKET_/,
    except:
      /^PACKET_(HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|FASTROUTE|MR_.*|FANOUT_(HASH|LB|CPU|ROLLOVER|RND|QM|CBPF|EBPF|FLAG_.*))$/,
  },
  {
    file: 'linux/netlink.h',
    name: /^NETLINK_(ADD_|DROP_|PKTINFO|BROADCAST_ERROR|NO_ENOBUFS|RX_RING|TX_RING|LISTEN_|LIST_|CAP_|EXT_|GET_)/,
  },
  { file: 'linux/vm_sockets.h', name: /^(SO_VM_SOCKETS_|VSOCK_)/, except: /_(OLD|NEW)$/ },
  {
    file: 'linux/if_xdp.h',
    name: /^XDP_/,
    except:
      /^XDP_(SHARED_|COPY|ZEROCOPY|USE_|UMEM_(UNALIGNED|TX_|PGOFF)|RING_|OPTIONS_|PGOFF|PKT_|TX(MD)?_(METADATA|FLAGS))/,
  },
  { file: 'linux/mptcp.h', name: /^MPTCP_(FULL_)?(INFO|TCPINFO|SUBFLOW_ADDRS)$/ },
  { file: 'linux/tls.h', name: /^TLS_(TX|RX)/ },
  { file: 'linux/can/raw.h', name: /^CAN_RAW_/, except: /^CAN_RAW_XL_VCID_(TX|RX)|CAN_RAW_FILTER_MAX/ },
  { file: 'linux/if_alg.h', name: /^ALG_SET_/, except: /^ALG_SET_(IV|OP|AEAD_ASSOCLEN|PUBKEY)/ },
  {
    file: 'linux/sctp.h',
    name: /^SCTP_/,
  },
]

/** Names that have no row, each with its reason. */
const dead: Readonly<Record<string, string>> = {
  SO_BSDCOMPAT: 'without effect since Linux 2.2',
  SO_SECURITY_AUTHENTICATION: 'never implemented',
  SO_SECURITY_ENCRYPTION_TRANSPORT: 'never implemented',
  SO_SECURITY_ENCRYPTION_NETWORK: 'never implemented',
  SO_GET_FILTER: 'another name of SO_ATTACH_FILTER; a read gives the program, whose length only a second read takes',
  SO_DETACH_BPF: 'another name of SO_DETACH_FILTER',
  SO_DEVMEM_LINEAR: 'a control message',
  SO_DEVMEM_DMABUF: 'a control message',
  SO_DEVMEM_DONTNEED: 'gives device memory back, which no call here receives',
  NETLINK_RX_RING: 'taken out of Linux 4.6',
  NETLINK_TX_RING: 'taken out of Linux 4.6',
  SCTP_SOCKOPT_PEELOFF: 'gives a descriptor of which no row could say who owns it: the escape hatch reads it',
  SCTP_SOCKOPT_PEELOFF_FLAGS: 'as SCTP_SOCKOPT_PEELOFF',
  SCTP_SOCKOPT_CONNECTX_OLD: 'replaced by SCTP_SOCKOPT_CONNECTX',
  SCTP_SOCKOPT_CONNECTX3: 'a read that connects, with a pointer; SCTP_SOCKOPT_CONNECTX does so',
  SCTP_DELAYED_ACK: 'another name of SCTP_DELAYED_SACK',
  SCTP_DELAYED_ACK_TIME: 'another name of SCTP_DELAYED_SACK',
  SCTP_EXPOSE_PF_STATE: 'another name of SCTP_EXPOSE_POTENTIALLY_FAILED_STATE',
  SCTP_SENDMSG_CONNECT: 'internal to the library libsctp',
  TCP_AO_ADD_KEY: 'not typed yet: the escape hatch takes its struct',
  TCP_AO_DEL_KEY: 'not typed yet: the escape hatch takes its struct',
  TCP_AO_INFO: 'not typed yet: the escape hatch takes its struct',
  TCP_AO_GET_KEYS: 'not typed yet: the escape hatch takes its struct',
  TCP_AO_REPAIR: 'not typed yet: the escape hatch takes its struct',
}

/** Names that are defined to a number, or by a member of an enumeration or another name: #define A 1, A = 1, A, */
function namesIn(text: string): string[] {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '')
  const defined = [...plain.matchAll(/^[ \t]*#[ \t]*define[ \t]+([A-Z][A-Z0-9_]*)[ \t]+\S/gm)]
  const enumerated = [...plain.matchAll(/^[ \t]*([A-Z][A-Z0-9_]*)[ \t]*=[ \t]*\d+,|^[ \t]*(CAN_RAW_[A-Z_]+),/gm)]
  return [...defined, ...enumerated].map(match => match[1] ?? match[2] ?? '')
}

/** Of linux/sctp.h only what stands among the options: their numbers are in one block. */
function optionsPart(file: string, text: string): string {
  if (file !== 'linux/sctp.h') return text
  const start = text.indexOf('#define SCTP_RTOINFO')
  const end = text.indexOf('\n\n', text.indexOf('#define SCTP_SENDMSG_CONNECT'))
  return text.slice(start, end).replace(/#define SCTP_(PR|SS)_[A-Z]*_?(NONE|TTL|RTX|PRIO|MAX|MASK)\b.*/g, '')
}

const rows = new Set(Object.keys(options))
const folder = '/usr/include'
const there = headers.filter(({ file }) => existsSync(`${folder}/${file}`))
if (there.length === 0) console.log(`coverage of options: no headers in ${folder} to compare with`)

const missing: string[] = []
let found = 0
let unlived = 0
for (const { file, name, except } of there) {
  const text = optionsPart(file, readFileSync(`${folder}/${file}`, 'utf8'))
  const names = new Set(namesIn(text).filter(one => name.test(one) && except?.test(one) !== true))
  const living = [...names].filter(one => !(one in dead))
  unlived += names.size - living.length
  found += living.length
  missing.push(...living.filter(one => !rows.has(one)).map(one => `${file}: ${one}`))
}
for (const one of missing) console.error(`no row for ${one}`)
if (there.length > 0)
  console.log(
    `options: ${found - missing.length} covered / ${found} found in ${there.length} headers; ${unlived} dead names`,
  )
process.exitCode = missing.length === 0 ? 0 : 1
