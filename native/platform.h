// The only file that includes the system's socket headers and asks which system this is.
// What a system lacks is filled in here, so that no other file has an #if.
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#if __has_include(<netinet/icmp6.h>)
#include <netinet/icmp6.h>
#endif

#ifdef __linux__
#include <linux/can.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_alg.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/in6.h>
#include <linux/mptcp.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <linux/tipc.h>
#include <linux/tls.h>
#include <linux/vm_sockets.h>
#include <sys/sendfile.h>
#if __has_include(<linux/can/j1939.h>)
#include <linux/can/j1939.h>
#endif
#if __has_include(<linux/qrtr.h>)
#include <linux/qrtr.h>
#endif
#ifdef __GLIBC__
#include <linux/if.h>  // musl has its flags in net/if.h, and the two do not go together
#endif
#else
#include <net/if_dl.h>
#endif

#if defined(__linux__) && !defined(BSD_SOCKETS_KQUEUE)  // test/kqueue defines it
#include <sys/epoll.h>
#define BSD_HAVE_EPOLL 1
#else
#include <sys/event.h>
#define BSD_HAVE_EPOLL 0
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0  // macOS: SO_NOSIGPIPE is set on each new socket instead
#endif

#ifndef CLOCK_MONOTONIC_COARSE
#define CLOCK_MONOTONIC_COARSE CLOCK_MONOTONIC
#endif

#ifdef __linux__
#include <asm/byteorder.h>
#include <linux/socket.h>
#include <linux/types.h>
#endif

// Names of an enum of the kernel, which musl has as macros.
#undef TCP_CA_Open
#undef TCP_CA_Disorder
#undef TCP_CA_CWR
#undef TCP_CA_Recovery
#undef TCP_CA_Loss

// The kernel's structs, where the C library declares less of them under the same names.
namespace bsd::kernel {
#ifdef __linux__
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#endif
}  // namespace bsd::kernel

#ifdef __linux__
// Bluetooth, which the kernel's headers for programs leave out: include/net/bluetooth of its sources.
#define BTPROTO_L2CAP 0
#define BTPROTO_HCI 1
#define BTPROTO_SCO 2
#define BTPROTO_RFCOMM 3

namespace bsd::kernel {

// The least significant byte first.
struct bdaddr_t {
  uint8_t b[6];
};

struct sockaddr_l2 {
  sa_family_t l2_family;
  uint16_t l2_psm;  // little-endian, as is l2_cid
  bdaddr_t l2_bdaddr;
  uint16_t l2_cid;
  uint8_t l2_bdaddr_type;
};

struct sockaddr_hci {
  sa_family_t hci_family;
  uint16_t hci_dev;
  uint16_t hci_channel;
};

struct sockaddr_sco {
  sa_family_t sco_family;
  bdaddr_t sco_bdaddr;
};

struct sockaddr_rc {
  sa_family_t rc_family;
  bdaddr_t rc_bdaddr;
  uint8_t rc_channel;
};

}  // namespace bsd::kernel

// An enumeration of linux/tipc.h.
#define TIPC_CLUSTER_SCOPE TIPC_CLUSTER_SCOPE
#define TIPC_NODE_SCOPE TIPC_NODE_SCOPE
#endif

// A family has its name here only with the structs of its addresses: older headers have the one and not the other.
#ifndef CAN_J1939
#undef AF_CAN
#endif
#ifndef TIPC_SERVICE_RANGE
#undef AF_TIPC
#endif
#ifndef QRTR_PORT_CTRL
#undef AF_QIPCRTR
#endif
#ifndef BTPROTO_L2CAP
#undef AF_BLUETOOTH
#endif
#if !defined(CMGROUP_MAX) && !defined(LOCAL_CREDS)
#undef SCM_CREDS  // macOS: the number alone
#endif

// What the macros of cmsg(3) say, as numbers.
#define CMSG_DATA_OFFSET CMSG_LEN(0)
#define CMSG_ALIGNMENT (CMSG_SPACE(1) - CMSG_SPACE(0))

#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0
#endif

#ifndef MSG_WAITFORONE
#define MSG_WAITFORONE 0
#endif

namespace bsd::platform {

#ifdef SOCK_CLOEXEC

inline int Socket(int domain, int type, int protocol) { return socket(domain, type | SOCK_CLOEXEC, protocol); }

inline int SocketPair(int domain, int type, int protocol, int fds[2]) {
  return socketpair(domain, type | SOCK_CLOEXEC, protocol, fds);
}

inline int Accept(int fd, sockaddr* address, socklen_t* length, int flags) {
  return accept4(fd, address, length, flags | SOCK_CLOEXEC);
}

inline int Pipe(int fds[2]) { return pipe2(fds, O_CLOEXEC); }

#else

// Without SOCK_CLOEXEC the flags are set in a second step. Bits as Linux has them, outside of any type.
#define SOCK_CLOEXEC 02000000
#define SOCK_NONBLOCK 04000

inline int Prepare(int fd, int flags) {
  if (fd < 0) return fd;
  const int on = 1;
  bool failed = fcntl(fd, F_SETFD, FD_CLOEXEC) < 0;
  if (flags & SOCK_NONBLOCK) failed |= fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0;
#ifdef SO_NOSIGPIPE
  failed |= setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) < 0;
#endif
  if (!failed) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

inline int Socket(int domain, int type, int protocol) {
  return Prepare(socket(domain, type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK), protocol), type);
}

inline int SocketPair(int domain, int type, int protocol, int fds[2]) {
  if (socketpair(domain, type & ~(SOCK_CLOEXEC | SOCK_NONBLOCK), protocol, fds) < 0) return -1;
  if (Prepare(fds[0], type) < 0) return close(fds[1]), -1;
  if (Prepare(fds[1], type) < 0) return close(fds[0]), -1;
  return 0;
}

inline int Pipe(int fds[2]) {
  if (pipe(fds) < 0) return -1;
  if (fcntl(fds[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(fds[1], F_SETFD, FD_CLOEXEC) == 0) return 0;
  const int error = errno;
  close(fds[0]);
  close(fds[1]);
  errno = error;
  return -1;
}

inline int Accept(int fd, sockaddr* address, socklen_t* length, int flags) {
  const int accepted = Prepare(accept(fd, address, length), flags);
  // O_NONBLOCK is inherited from the listener here.
  if (accepted >= 0 && (flags & SOCK_NONBLOCK) == 0) fcntl(accepted, F_SETFL, fcntl(accepted, F_GETFL) & ~O_NONBLOCK);
  return accepted;
}

#endif

#ifdef __linux__

// With MSG_TRUNC among the flags Linux answers a datagram's own length, also where it did not fit.
inline ssize_t ReceiveFrom(int fd, void* data, size_t size, int flags, sockaddr* address, socklen_t* length) {
  return recvfrom(fd, data, size, flags, address, length);
}

inline int DupTo(int fd, int target) { return dup3(fd, target, O_CLOEXEC); }

// From where the file is read: at `offset`, or null: on from its own position.
inline ssize_t SendFile(int out, int in, off_t* offset, size_t count) { return sendfile(out, in, offset, count); }

// Attaches a program of `count` instructions: struct sock_fprog points to them.
inline int SetProgram(int fd, int level, int name, void* instructions, size_t count) {
  const sock_fprog program{static_cast<uint16_t>(count), static_cast<sock_filter*>(instructions)};
  return setsockopt(fd, level, name, &program, sizeof program);
}

#else

inline int SetProgram(int /*fd*/, int /*level*/, int /*name*/, void* /*instructions*/, size_t /*count*/) {
  return errno = ENOPROTOOPT, -1;
}

// Elsewhere the kernel only says that a datagram was cut: then the answer is one more than fits.
inline ssize_t ReceiveFrom(int fd, void* data, size_t size, int flags, sockaddr* address, socklen_t* length) {
  iovec vector{data, size};
  msghdr message{};
  message.msg_name = address;
  message.msg_namelen = length == nullptr ? 0 : *length;
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  const ssize_t received = recvmsg(fd, &message, flags & ~MSG_TRUNC);
  if (received >= 0 && length != nullptr) *length = message.msg_namelen;
  const bool cut = (flags & MSG_TRUNC) != 0 && (message.msg_flags & MSG_TRUNC) != 0;
  return received >= 0 && cut ? received + 1 : received;
}

inline ssize_t SendFile(int out, int in, off_t* offset, size_t count) {
#ifdef __APPLE__
  const off_t from = offset != nullptr ? *offset : lseek(in, 0, SEEK_CUR);
  auto length = static_cast<off_t>(count);
  if (sendfile(in, out, from, &length, nullptr, 0) < 0 && length == 0) return -1;
  if (offset == nullptr) lseek(in, from + length, SEEK_SET);
  return static_cast<ssize_t>(length);
#else
  (void)out, (void)in, (void)offset, (void)count;
  return errno = ENOSYS, -1;
#endif
}

inline int DupTo(int fd, int target) {
  if (fd == target) return errno = EINVAL, -1;
  return dup2(fd, target) < 0 ? -1 : fcntl(target, F_SETFD, FD_CLOEXEC) < 0 ? -1 : target;
}

#endif

#ifdef __APPLE__

// Without the calls that take many messages, whoever asks for them sends or receives one by one.
struct MessageHeader {
  msghdr msg_hdr;
  unsigned msg_len;
};

inline int SendMany(int, MessageHeader*, unsigned, int) { return errno = ENOSYS, -1; }
inline int ReceiveMany(int, MessageHeader*, unsigned, int) { return errno = ENOSYS, -1; }

#else

using MessageHeader = mmsghdr;

inline int SendMany(int fd, MessageHeader* messages, unsigned count, int flags) {
  return static_cast<int>(sendmmsg(fd, messages, count, flags));
}

inline int ReceiveMany(int fd, MessageHeader* messages, unsigned count, int flags) {
  return static_cast<int>(recvmmsg(fd, messages, count, flags, nullptr));
}

#endif

// How long an address is by its family; 0 where that is not known.
inline size_t LengthOf(const sockaddr* address) {
#ifdef __linux__
  switch (address->sa_family) {
    case AF_INET:
      return sizeof(sockaddr_in);
    case AF_INET6:
      return sizeof(sockaddr_in6);
    case AF_PACKET:
      return sizeof(sockaddr_ll);
    default:
      return 0;
  }
#else
  return address->sa_len;
#endif
}

// The databases of services and protocols: what is found points into `room`. 0, or an errno; ERANGE for too little
// room.
#if defined(__GLIBC__) || defined(__FreeBSD__)

inline int ServiceByName(const char* name, const char* protocol, servent* entry, char* room, size_t size,
                         servent** it) {
  return getservbyname_r(name, protocol, entry, room, size, it);
}

inline int ServiceByPort(int port, const char* protocol, servent* entry, char* room, size_t size, servent** it) {
  return getservbyport_r(port, protocol, entry, room, size, it);
}

inline int ProtocolByName(const char* name, protoent* entry, char* room, size_t size, protoent** it) {
  return getprotobyname_r(name, entry, room, size, it);
}

inline int ProtocolByNumber(int number, protoent* entry, char* room, size_t size, protoent** it) {
  return getprotobynumber_r(number, entry, room, size, it);
}

#else

// Without the forms with room of the caller's. macOS keeps what is found for each thread; musl for the process.
inline int ServiceByName(const char* name, const char* protocol, servent*, char*, size_t, servent** it) {
  return *it = getservbyname(name, protocol), 0;
}

inline int ServiceByPort(int port, const char* protocol, servent*, char*, size_t, servent** it) {
  return *it = getservbyport(port, protocol), 0;
}

inline int ProtocolByName(const char* name, protoent*, char*, size_t, protoent** it) {
  return *it = getprotobyname(name), 0;
}

inline int ProtocolByNumber(int number, protoent*, char*, size_t, protoent** it) {
  return *it = getprotobynumber(number), 0;
}

#endif

}  // namespace bsd::platform
