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
export const sockaddrAlg = struct('sockaddr_alg', ['salg_type', 'salg_feat', 'salg_mask', 'salg_name'], 'ALG_SET_KEY')
export const sockaddrCan = struct(
  'sockaddr_can',
  [
    'can_ifindex',
    'can_addr',
    'can_addr.tp.rx_id',
    'can_addr.tp.tx_id',
    'can_addr.j1939.name',
    'can_addr.j1939.pgn',
    'can_addr.j1939.addr',
  ],
  'CAN_J1939',
)
export const sockaddrHci = struct('sockaddr_hci', ['hci_dev', 'hci_channel'], 'BTPROTO_HCI')
export const sockaddrL2 = struct('sockaddr_l2', ['l2_psm', 'l2_bdaddr', 'l2_cid', 'l2_bdaddr_type'], 'BTPROTO_L2CAP')
export const sockaddrRc = struct('sockaddr_rc', ['rc_bdaddr', 'rc_channel'], 'BTPROTO_RFCOMM')
export const sockaddrSco = struct('sockaddr_sco', ['sco_bdaddr'], 'BTPROTO_SCO')
export const sockaddrQrtr = struct('sockaddr_qrtr', ['sq_node', 'sq_port'], 'QRTR_PORT_CTRL')
export const sockaddrTipc = struct(
  'sockaddr_tipc',
  [
    'addrtype',
    'scope',
    'addr',
    'addr.id.ref',
    'addr.id.node',
    'addr.nameseq.type',
    'addr.nameseq.lower',
    'addr.nameseq.upper',
    'addr.name.name.type',
    'addr.name.name.instance',
    'addr.name.domain',
  ],
  'TIPC_SERVICE_RANGE',
)
export const sockaddrXdp = struct(
  'sockaddr_xdp',
  ['sxdp_flags', 'sxdp_ifindex', 'sxdp_queue_id', 'sxdp_shared_umem_fd'],
  'XDP_STATISTICS',
)
export const pollfd = struct('pollfd', ['fd', 'events', 'revents'])
export const cmsghdr = struct('cmsghdr', ['cmsg_len', 'cmsg_level', 'cmsg_type'])
export const ucred = struct('ucred', ['pid', 'uid', 'gid'], 'SCM_CREDENTIALS')
export const cmsgcred = struct(
  'cmsgcred',
  ['cmcred_pid', 'cmcred_uid', 'cmcred_euid', 'cmcred_gid', 'cmcred_ngroups', 'cmcred_groups'],
  'CMGROUP_MAX',
)
export const sockcred = struct(
  'sockcred',
  ['sc_uid', 'sc_euid', 'sc_gid', 'sc_egid', 'sc_ngroups', 'sc_groups'],
  'LOCAL_CREDS',
)
export const sockaddrDl = struct('sockaddr_dl', ['sdl_index'], 'IP_RECVIF')
export const afAlgIv = struct('af_alg_iv', ['ivlen', 'iv'], 'ALG_SET_IV')
export const timeval = struct('timeval', ['tv_sec', 'tv_usec'])
export const timespec = struct('timespec', ['tv_sec', 'tv_nsec'])
export const inPktinfo = struct('in_pktinfo', ['ipi_ifindex', 'ipi_spec_dst', 'ipi_addr'], 'IP_PKTINFO')
export const in6Pktinfo = struct('in6_pktinfo', ['ipi6_addr', 'ipi6_ifindex'], 'IPV6_PKTINFO')
export const auxdata = struct(
  'tpacket_auxdata',
  ['tp_status', 'tp_len', 'tp_snaplen', 'tp_mac', 'tp_net', 'tp_vlan_tci', 'tp_vlan_tpid'],
  'PACKET_AUXDATA',
)
export const sockExtendedErr = struct(
  'sock_extended_err',
  ['ee_errno', 'ee_origin', 'ee_type', 'ee_code', 'ee_info', 'ee_data'],
  'MSG_ERRQUEUE',
)
