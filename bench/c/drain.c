// The limit for `udp-drain` and `capture`: takes out what waits in the queue of a socket.
// drain <udp | packet> <recvfrom | recvmmsg> <messages> <bytes>; each line of the input is a number of drains.
// packet: what is sent over the loopback interface, as frames; for a network namespace of its own.
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sock_diag.h>
#include <net/if.h>

#include "bench.h"

// Of a frame: Ethernet, IPv4, UDP.
enum { kHeaders = 14 + 20 + 8 };
enum { kBatch = 64, kRoom = 2048, kQueue = 64 << 20 };

static int queue_of_packets(void) {
  const struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                      .sll_protocol = htons(ETH_P_ALL),
                                      .sll_ifindex = checked(if_nametoindex("lo"), "if_nametoindex")};
  const int on = 1, fd = checked(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket AF_PACKET");
  checked(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on), "PACKET_IGNORE_OUTGOING");
  checked(bind(fd, (const struct sockaddr *)&address, sizeof address), "bind");
  return fd;
}

static void fill(int sender, int queue, long messages, size_t bytes) {
  static char message[kRoom];
  uint32_t memory[SK_MEMINFO_VARS];
  socklen_t length = sizeof memory;
  for (long i = 0; i < messages; i++) checked(send(sender, message, bytes, 0), "send");
  checked(getsockopt(queue, SOL_SOCKET, SO_MEMINFO, memory, &length), "SO_MEMINFO");
  require(memory[SK_MEMINFO_DROPS] == 0, "the queue is too short: it takes CAP_NET_ADMIN to make it longer");
}

static uint64_t drain_one_by_one(int fd, long messages) {
  static char buffer[kRoom];
  struct sockaddr_storage address;
  uint64_t bytes = 0;
  for (long i = 0; i < messages; i++) {
    socklen_t length = sizeof address;
    bytes += (uint64_t)checked(recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&address, &length), "recvfrom");
  }
  return bytes;
}

static uint64_t drain_in_batches(int fd, long messages) {
  static char buffers[kBatch][kRoom];
  static struct sockaddr_storage addresses[kBatch];
  static struct iovec parts[kBatch];
  static struct mmsghdr batch[kBatch];
  uint64_t bytes = 0;
  for (long left = messages; left > 0;) {
    for (int i = 0; i < kBatch; i++) {
      parts[i] = (struct iovec){buffers[i], kRoom};
      batch[i].msg_hdr = (struct msghdr){
          .msg_name = &addresses[i], .msg_namelen = sizeof addresses[i], .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    const int count = checked(recvmmsg(fd, batch, kBatch, 0, NULL), "recvmmsg");
    for (int i = 0; i < count; i++) bytes += batch[i].msg_len;
    left -= count;
  }
  return bytes;
}

int main(int count, char **arguments) {
  char line[64];
  require(count == 5, "usage: drain udp | packet recvfrom | recvmmsg <messages> <bytes>");
  const int packets = strcmp(arguments[1], "packet") == 0;
  const int batches = strcmp(arguments[2], "recvmmsg") == 0;
  const long messages = atol(arguments[3]), bytes = atol(arguments[4]);
  const int bound = bind_datagrams(SOCK_NONBLOCK), sender = connect_datagrams(bound);
  const int queue = packets ? queue_of_packets() : bound;
  lengthen_queue(queue, kQueue);
  const uint64_t expected = (uint64_t)(messages * (bytes + (packets ? kHeaders : 0)));
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct cost all = {0};
    for (long drains = atol(line); drains > 0; drains--) {
      fill(sender, queue, messages, (size_t)bytes);
      const struct cost before = cost_so_far();
      const uint64_t got = batches ? drain_in_batches(queue, messages) : drain_one_by_one(queue, messages);
      add_cost(&all, before);
      require(got == expected, "other bytes than were sent");
    }
    print_cost(all);
  }
  return 0;
}
