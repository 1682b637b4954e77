// Where the datagrams of `udp-send` go: a socket that nobody reads, whose queue is full after the first few.
// Each line of the input asks how many arrived until now: the socket counts those that its queue refused.
#include <linux/sock_diag.h>

#include "bench.h"

int main(void) {
  char line[64];
  char byte;
  uint64_t taken = 0;
  const int least = 1, fd = bind_datagrams(SOCK_NONBLOCK);
  checked(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least), "SO_RCVBUF");
  print_port(fd);
  while (fgets(line, sizeof line, stdin) != NULL) {
    uint32_t memory[SK_MEMINFO_VARS];
    socklen_t length = sizeof memory;
    while (recv(fd, &byte, 1, MSG_TRUNC) >= 0) taken++;
    checked(getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length), "SO_MEMINFO");
    printf("{\"arrived\":%llu}\n", (unsigned long long)(taken + memory[SK_MEMINFO_DROPS]));
    fflush(stdout);
  }
  return 0;
}
