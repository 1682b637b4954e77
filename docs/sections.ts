// The order of the API reference: which section of its page each export and each method is in. The first row that fits.

/** A section of a page. `from` is the file under lib/, `names` the name; what is left out fits any. */
export interface Section {
  readonly title: string
  readonly from?: RegExp
  readonly names?: RegExp
}

/** The sections of an entry point or a class, in their order. */
export const pages: { readonly [page: string]: readonly Section[] } = {
  'bsd-sockets': [
    { title: 'Sockets', from: /^socket\/(?!batch)/, names: /^(?!DatagramOptions)/ },
    { title: 'Batches', from: /^socket\/(batch|message)/ },
    { title: 'Families and types of sockets', from: /^tables\/families/ },
    { title: 'Names', from: /^names\// },
    { title: 'Addresses as text and bytes', from: /^address\/(sockaddr|text|numeric)/ },
    { title: 'Addresses', from: /^address\// },
    { title: 'Messages and ancillary data', from: /^control\// },
    { title: 'Errors', from: /^errors/ },
    { title: 'Kinds of options', from: /^tables\/options\/option/ },
    { title: 'Options of every socket: SOL_SOCKET', from: /^tables\/options\/socket/ },
    { title: 'Options of IPv4', from: /^tables\/options\/ip\./ },
    { title: 'Options of IPv6', from: /^tables\/options\/ipv6/ },
    { title: 'Options of multicast', from: /^tables\/options\/multicast/ },
    { title: 'Options of TCP', from: /^tables\/options\/tcp/ },
    { title: 'Options of Multipath TCP', from: /^tables\/options\/mptcp/ },
    { title: 'Options of UDP', from: /^tables\/options\/udp/ },
    { title: 'Options of SCTP', from: /^tables\/options\/sctp/ },
    { title: 'Options of TLS in the kernel', from: /^tables\/options\/tls/ },
    { title: 'Options of AF_PACKET', from: /^tables\/options\/packet/ },
    { title: 'Options of AF_NETLINK', from: /^tables\/options\/netlink/ },
    { title: 'Options of AF_VSOCK', from: /^tables\/options\/vsock/ },
    { title: 'Options of AF_XDP', from: /^tables\/options\/xdp/ },
    { title: 'Options of AF_CAN', from: /^tables\/options\/can/ },
    { title: 'Options of AF_ALG', from: /^tables\/options\/alg/ },
    { title: 'Values of options', from: /^(codec\/|tables\/options\/values)/ },
    { title: 'Constants of sys/socket.h: flags of send and recv', names: /^MSG_/ },
    { title: 'Constants of sys/socket.h: others', names: /^(SOCK_|SHUT_|SOMAXCONN|SOL_SOCKET|ShutdownHow)/ },
    { title: 'Constants of netinet/in.h: protocols', names: /^IPPROTO_/ },
    { title: 'Constants of netdb.h', names: /^(AI|NI)_/ },
    { title: 'Constants of poll.h', names: /^POLL/ },
    { title: 'Constants of fcntl.h and sys/ioctl.h', names: /^(O_|FD_|FIO|SIOC)/ },
    { title: 'Constants of net/if.h', names: /^IFF_/ },
    { title: 'Constants of the families of Linux', from: /^tables\/flags/ },
  ],

  Socket: [
    { title: 'Making', names: /^(constructor|pair|from|inherited|dup)$/ },
    { title: 'What it is', names: /^(fd|domain|type|protocol|closed|is)$/ },
    { title: 'Names', names: /^(bind|getsockname|getpeername)$/ },
    { title: 'Connections', names: /^(connect|listen|accept|connections|shutdown)$/ },
    { title: 'Receiving', names: /^(recv|recvfrom|datagrams|chunks|sockatmark)$/ },
    { title: 'Sending', names: /^(send|sendto|sendall)$/ },
    { title: 'Messages with ancillary data', names: /^(sendmsg|recvmsg|messages|sendfds|recvfds)$/ },
    { title: 'Batches', names: /^(sendmmsg|recvmmsg)$/ },
    { title: 'Options', names: /^(getsockopt|setsockopt)$/ },
    { title: 'Queued errors', names: /^(recverr|errors)$/ },
    { title: 'Waiting', names: /^(readable|writable|ref|unref)$/ },
    { title: 'Without waiting', names: /^try[A-Z]/ },
    { title: 'As streams', names: /^(duplex|streams)$/ },
    { title: 'Closing', names: /^(close|detach|\[dispose\])$/ },
    { title: 'For console.log', names: /^\[custom\]$/ },
  ],

  // What it exports again of bsd-sockets and no section takes is on that page alone.
  'bsd-sockets/posix': [
    {
      title: 'Sockets',
      names: /^(socket|socketpair|bind|listen|accept4?|connect|shutdown|close|get(sock|peer)name|sockatmark)$/,
    },
    { title: 'Moving bytes', names: /^(send|recv)/ },
    { title: 'Options', names: /^[gs]etsockopt$/ },
    { title: 'Descriptors', names: /^(poll|fcntl|dup2?|ioctl|F_\w+)$/ },
    { title: 'Names', names: /^(get(addrinfo|nameinfo|serv|proto|hostname|ifaddrs)|gai_|if_|Protocol$|Service$)/ },
    { title: 'Addresses as numbers and text', names: /^(inet_|[hn]to[hn])/ },
  ],
}
