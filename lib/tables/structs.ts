// The C structs that are read and written here, by the fields that count.
import { struct } from '../codec/struct.js'

export const sockaddr = struct('sockaddr', ['sa_family'])
export const sockaddrIn = struct('sockaddr_in', ['sin_port', 'sin_addr', 'sin_zero'])
export const sockaddrIn6 = struct('sockaddr_in6', ['sin6_port', 'sin6_flowinfo', 'sin6_addr', 'sin6_scope_id'])
export const sockaddrUn = struct('sockaddr_un', ['sun_path'])
export const sockaddrLl = struct(
  'sockaddr_ll',
  ['sll_protocol', 'sll_ifindex', 'sll_hatype', 'sll_pkttype', 'sll_halen', 'sll_addr'],
  'AF_PACKET',
)
export const sockaddrNl = struct('sockaddr_nl', ['nl_pad', 'nl_pid', 'nl_groups'], 'NETLINK_ROUTE')
export const sockaddrVm = struct(
  'sockaddr_vm',
  ['svm_reserved1', 'svm_port', 'svm_cid', 'svm_flags', 'svm_zero'],
  'VMADDR_CID_ANY',
)
export const pollfd = struct('pollfd', ['fd', 'events', 'revents'])
