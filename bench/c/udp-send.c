// The limit for `udp-send`. udp-send <send | sendmmsg> <bytes> <port>; each line of the input is a number of datagrams.
#include "bench.h"

enum { kBatch = 64, kMostBytes = 65536 };

static char message[kMostBytes];

static void send_one_by_one(int fd, long datagrams, size_t bytes) {
  for (long i = 0; i < datagrams; i++) checked(send(fd, message, bytes, 0), "send");
}

static void send_in_batches(int fd, long datagrams, size_t bytes) {
  static struct iovec parts[kBatch];
  static struct mmsghdr batch[kBatch];
  for (long left = datagrams; left > 0;) {
    const unsigned count = left < kBatch ? (unsigned)left : kBatch;
    for (unsigned i = 0; i < count; i++) {
      parts[i] = (struct iovec){message, bytes};
      batch[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    left -= checked(sendmmsg(fd, batch, count, 0), "sendmmsg");
  }
}

int main(int count, char **arguments) {
  char line[64];
  require(count == 4, "usage: udp-send send | sendmmsg <bytes> <port>");
  const size_t bytes = (size_t)atol(arguments[2]);
  const struct sockaddr_in address = loopback(atoi(arguments[3]));
  const int batches = strcmp(arguments[1], "sendmmsg") == 0;
  const int fd = checked(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  checked(connect(fd, (const struct sockaddr *)&address, sizeof address), "connect");
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct cost all = {0};
    const struct cost before = cost_so_far();
    if (batches)
      send_in_batches(fd, atol(line), bytes);
    else
      send_one_by_one(fd, atol(line), bytes);
    add_cost(&all, before);
    print_cost(all);
  }
  return 0;
}
