// Bit masks and wire numbers, as this platform's headers have them. A flag that it lacks is 0.
import { number } from '../codec/numbers.js'

// `fallback`: Linux's number, for a name that older headers lack.
function flag(name: string, fallback = 0): number {
  return number(name) ?? (process.platform === 'linux' ? fallback : 0)
}

/** socket(2), accept4(2): O_NONBLOCK from the start. Goes into `flags`, never into a type. */
export const SOCK_NONBLOCK = flag('SOCK_NONBLOCK')

/** shutdown(2): no more receiving. */
export const SHUT_RD = 0
/** shutdown(2): no more sending; a stream's peer reads to the end. */
export const SHUT_WR = 1
/** shutdown(2): neither. */
export const SHUT_RDWR = 2
/** shutdown(2): the directions to shut. */
export type ShutdownHow = typeof SHUT_RD | typeof SHUT_WR | typeof SHUT_RDWR

/** listen(2): the longest backlog that the headers name; net.core.somaxconn limits it. */
export const SOMAXCONN = flag('SOMAXCONN')

/** setsockopt(2): the level of the socket itself, socket(7). */
export const SOL_SOCKET = flag('SOL_SOCKET')
/** setsockopt(2): the level of netlink(7). Linux. */
export const SOL_NETLINK = flag('SOL_NETLINK')
/** setsockopt(2): the level of packet(7). Linux. */
export const SOL_PACKET = flag('SOL_PACKET')

/** ip(7): dummy protocol, and the level of IPv4's options. */
export const IPPROTO_IP = flag('IPPROTO_IP')
/** icmp(7) */
export const IPPROTO_ICMP = flag('IPPROTO_ICMP')
/** IGMP, RFC 3376. */
export const IPPROTO_IGMP = flag('IPPROTO_IGMP')
/** tcp(7) */
export const IPPROTO_TCP = flag('IPPROTO_TCP')
/** udp(7) */
export const IPPROTO_UDP = flag('IPPROTO_UDP')
/** ipv6(7), and the level of its options. */
export const IPPROTO_IPV6 = flag('IPPROTO_IPV6')
/** ICMPv6, RFC 4443. */
export const IPPROTO_ICMPV6 = flag('IPPROTO_ICMPV6')
/** SCTP, RFC 9260. */
export const IPPROTO_SCTP = flag('IPPROTO_SCTP')
/** udplite(7). Linux. */
export const IPPROTO_UDPLITE = flag('IPPROTO_UDPLITE')
/** TCP over several paths, RFC 8684: of a stream; where the peer lacks it, plain TCP. Linux. */
export const IPPROTO_MPTCP = flag('IPPROTO_MPTCP', 262)
/** raw(7): the caller writes the IP header. */
export const IPPROTO_RAW = flag('IPPROTO_RAW')

/** packet(7): every protocol. Host order. */
export const ETH_P_ALL = flag('ETH_P_ALL')
/** packet(7): IPv4. Host order. */
export const ETH_P_IP = flag('ETH_P_IP')
/** packet(7): IPv6. Host order. */
export const ETH_P_IPV6 = flag('ETH_P_IPV6')
/** packet(7): ARP. Host order. */
export const ETH_P_ARP = flag('ETH_P_ARP')
/** netlink(7): routes, links and addresses, rtnetlink(7). */
export const NETLINK_ROUTE = flag('NETLINK_ROUTE')
/** vsock(7): any context. */
export const VMADDR_CID_ANY = flag('VMADDR_CID_ANY')
/** vsock(7): this machine, by its loopback transport. */
export const VMADDR_CID_LOCAL = flag('VMADDR_CID_LOCAL')
/** vsock(7): the host. */
export const VMADDR_CID_HOST = flag('VMADDR_CID_HOST')
/** vsock(7): any port. */
export const VMADDR_PORT_ANY = flag('VMADDR_PORT_ANY')
/** AF_CAN: frames, as they are. Linux. */
export const CAN_RAW = flag('CAN_RAW')
/** AF_CAN: the broadcast manager, which sends and filters by itself. Linux. */
export const CAN_BCM = flag('CAN_BCM')
/** AF_CAN: transport protocol of ISO 15765-2; its addresses have `tp`. Linux. */
export const CAN_ISOTP = flag('CAN_ISOTP')
/** AF_CAN: SAE J1939; its addresses have `j1939`. Linux. */
export const CAN_J1939 = flag('CAN_J1939')
/** AF_CAN: no address: J1939. Linux. */
export const J1939_NO_ADDR = flag('J1939_NO_ADDR')
/** AF_CAN: no parameter group: J1939. Linux. */
export const J1939_NO_PGN = flag('J1939_NO_PGN')
/** AF_BLUETOOTH: channels of a link, by PSM. Linux. */
export const BTPROTO_L2CAP = flag('BTPROTO_L2CAP')
/** AF_BLUETOOTH: the controllers. Linux. */
export const BTPROTO_HCI = flag('BTPROTO_HCI')
/** AF_BLUETOOTH: voice. Linux. */
export const BTPROTO_SCO = flag('BTPROTO_SCO')
/** AF_BLUETOOTH: streams, by channel. Linux. */
export const BTPROTO_RFCOMM = flag('BTPROTO_RFCOMM')
/** AF_TIPC: known in the whole cluster. Linux. */
export const TIPC_CLUSTER_SCOPE = flag('TIPC_CLUSTER_SCOPE')
/** AF_TIPC: known on this node. Linux. */
export const TIPC_NODE_SCOPE = flag('TIPC_NODE_SCOPE')
/** AF_QIPCRTR: all nodes. Linux. */
export const QRTR_NODE_BCAST = flag('QRTR_NODE_BCAST')
/** AF_QIPCRTR: the port of control messages. Linux. */
export const QRTR_PORT_CTRL = flag('QRTR_PORT_CTRL')
/** AF_XDP, bind(2): use the memory of the socket `sharedUmemFd`. Linux. */
export const XDP_SHARED_UMEM = flag('XDP_SHARED_UMEM')
/** AF_XDP, bind(2): copy the frames. Linux. */
export const XDP_COPY = flag('XDP_COPY')
/** AF_XDP, bind(2): do not copy the frames, or fail. Linux. */
export const XDP_ZEROCOPY = flag('XDP_ZEROCOPY')
/** AF_XDP, bind(2): let the rings tell when the kernel has to be woken up. Linux. */
export const XDP_USE_NEED_WAKEUP = flag('XDP_USE_NEED_WAKEUP')

/** recv(2): leave in the queue what is read. */
export const MSG_PEEK = flag('MSG_PEEK')
/** send(2), recv(2): out-of-band data. */
export const MSG_OOB = flag('MSG_OOB')
/** send(2): to directly connected networks only. */
export const MSG_DONTROUTE = flag('MSG_DONTROUTE')
/** recv(2): wait until the whole size is there. */
export const MSG_WAITALL = flag('MSG_WAITALL')
/** send(2), recv(2): fail with EAGAIN instead of waiting. */
export const MSG_DONTWAIT = flag('MSG_DONTWAIT')
/** recv(2): answer a datagram's own length, also where it did not fit. On TCP it throws the bytes away. */
export const MSG_TRUNC = flag('MSG_TRUNC')
/** recvmsg(2): control data did not fit. */
export const MSG_CTRUNC = flag('MSG_CTRUNC')
/** recvmsg(2): descriptors come close-on-exec. Always on here. Linux, BSD. */
export const MSG_CMSG_CLOEXEC = flag('MSG_CMSG_CLOEXEC')
/** send(2): ends a record. */
export const MSG_EOR = flag('MSG_EOR')
/** send(2): no SIGPIPE. Always on here. */
export const MSG_NOSIGNAL = flag('MSG_NOSIGNAL')
/** send(2): more is coming. Linux. */
export const MSG_MORE = flag('MSG_MORE')
/** recvmmsg(2): wait for the first message only. Linux, FreeBSD. */
export const MSG_WAITFORONE = flag('MSG_WAITFORONE')
/** recv(2): from the error queue. Linux. */
export const MSG_ERRQUEUE = flag('MSG_ERRQUEUE')
/** send(2): without copying; see SO_ZEROCOPY. Linux. */
export const MSG_ZEROCOPY = flag('MSG_ZEROCOPY')
/** send(2): the peer is alive, skip the ARP probe. Linux. */
export const MSG_CONFIRM = flag('MSG_CONFIRM')
/** send(2): data with the SYN, tcp(7). Linux. */
export const MSG_FASTOPEN = flag('MSG_FASTOPEN')

/** poll(2): there is something to read. */
export const POLLIN = flag('POLLIN')
/** poll(2): there is something urgent. */
export const POLLPRI = flag('POLLPRI')
/** poll(2): writing is possible. */
export const POLLOUT = flag('POLLOUT')
/** poll(2): an error is pending (answer only). */
export const POLLERR = flag('POLLERR')
/** poll(2): hung up (answer only). */
export const POLLHUP = flag('POLLHUP')
/** poll(2): not an open descriptor (answer only). */
export const POLLNVAL = flag('POLLNVAL')
/** poll(2): the peer shut down its sending. Linux. */
export const POLLRDHUP = flag('POLLRDHUP')
/** fcntl(2), F_SETFL: fail with EAGAIN instead of waiting. */
export const O_NONBLOCK = flag('O_NONBLOCK')
/** fcntl(2), F_SETFD: closed in a program that this process becomes. */
export const FD_CLOEXEC = flag('FD_CLOEXEC')
/** ioctl(2), tcp(7), udp(7): bytes waiting to be read. An int is filled in. */
export const FIONREAD = flag('FIONREAD')
/** ioctl(2), tcp(7): bytes sent and not yet acknowledged. An int is filled in. Linux. */
export const SIOCOUTQ = flag('SIOCOUTQ')
/** ioctl(2), sockatmark(3): whether the stream is at the out-of-band mark. An int is filled in. */
export const SIOCATMARK = flag('SIOCATMARK')

/** getaddrinfo(3): without a node, addresses to bind to (any address) instead of the loopback ones. */
export const AI_PASSIVE = flag('AI_PASSIVE')
/** getaddrinfo(3): tell the canonical name, in the first answer. */
export const AI_CANONNAME = flag('AI_CANONNAME')
/** getaddrinfo(3): the node is a numeric address; nothing is looked up. */
export const AI_NUMERICHOST = flag('AI_NUMERICHOST')
/** getaddrinfo(3): the service is a port number; nothing is looked up. */
export const AI_NUMERICSERV = flag('AI_NUMERICSERV')
/** getaddrinfo(3): with AF_INET6, IPv4 addresses as ::ffff:192.0.2.1 where there is no IPv6 one. */
export const AI_V4MAPPED = flag('AI_V4MAPPED')
/** getaddrinfo(3): with AI_V4MAPPED, these beside the IPv6 ones. */
export const AI_ALL = flag('AI_ALL')
/** getaddrinfo(3): only families of which this host has an address (loopback not counted). */
export const AI_ADDRCONFIG = flag('AI_ADDRCONFIG')
/** getaddrinfo(3): the node may be an internationalized name. GNU. */
export const AI_IDN = flag('AI_IDN')
/** getaddrinfo(3): the canonical name in its internationalized form. GNU. */
export const AI_CANONIDN = flag('AI_CANONIDN')

/** getnameinfo(3): the host as numeric address. */
export const NI_NUMERICHOST = flag('NI_NUMERICHOST')
/** getnameinfo(3): the service as port number. */
export const NI_NUMERICSERV = flag('NI_NUMERICSERV')
/** getnameinfo(3): EAI_NONAME where the host has no name. */
export const NI_NAMEREQD = flag('NI_NAMEREQD')
/** getnameinfo(3): the service's name for datagrams. */
export const NI_DGRAM = flag('NI_DGRAM')
/** getnameinfo(3): of hosts of the local domain, the host part only. */
export const NI_NOFQDN = flag('NI_NOFQDN')
/** getnameinfo(3): the name in its internationalized form. GNU. */
export const NI_IDN = flag('NI_IDN')

/** netdevice(7): it is up. */
export const IFF_UP = flag('IFF_UP')
/** netdevice(7): it has a broadcast address. */
export const IFF_BROADCAST = flag('IFF_BROADCAST')
/** netdevice(7): its driver's debugging is on. */
export const IFF_DEBUG = flag('IFF_DEBUG')
/** netdevice(7): it is a loopback interface. */
export const IFF_LOOPBACK = flag('IFF_LOOPBACK')
/** netdevice(7): it is a link to one other host. */
export const IFF_POINTOPOINT = flag('IFF_POINTOPOINT')
/** netdevice(7): it works: resources are allocated, the link is there. */
export const IFF_RUNNING = flag('IFF_RUNNING')
/** netdevice(7): it has no ARP. */
export const IFF_NOARP = flag('IFF_NOARP')
/** netdevice(7): it receives the frames of all hosts. */
export const IFF_PROMISC = flag('IFF_PROMISC')
/** netdevice(7): it receives all multicast frames. */
export const IFF_ALLMULTI = flag('IFF_ALLMULTI')
/** netdevice(7): the master of a bundle of interfaces. Linux. */
export const IFF_MASTER = flag('IFF_MASTER')
/** netdevice(7): one of a bundle. Linux. */
export const IFF_SLAVE = flag('IFF_SLAVE')
/** netdevice(7): it does multicast. */
export const IFF_MULTICAST = flag('IFF_MULTICAST')
/** netdevice(7): its addresses are lost when it goes down. Linux. */
export const IFF_DYNAMIC = flag('IFF_DYNAMIC')
/** netdevice(7): the driver says that the link is there. Linux. */
export const IFF_LOWER_UP = flag('IFF_LOWER_UP')
/** netdevice(7): the link is there, and something above it is awaited. Linux. */
export const IFF_DORMANT = flag('IFF_DORMANT')
/** netdevice(7): it echoes what is sent. Linux. */
export const IFF_ECHO = flag('IFF_ECHO')
