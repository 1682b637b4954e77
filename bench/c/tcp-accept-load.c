// The load of `tcp-accept`: connects, waits until the server closes, closes; a number of connections at a time.
// tcp-accept-load <port> <at a time>; each line of the input is a number of connections.
#include <sys/epoll.h>

#include "bench.h"

enum { kEvents = 256 };

static void connect_one(int queue, int port) {
  // No TIME_WAIT is left, on either side: the end of the server's stream is answered with a reset.
  const struct linger reset = {.l_onoff = 1, .l_linger = 0};
  const int fd = connect_to(port);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  checked(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "SO_LINGER");
  checked(epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void run(int queue, int port, long connections, long at_a_time) {
  struct epoll_event events[kEvents];
  for (long made = 0, ended = 0; ended < connections;) {
    for (; made < connections && made - ended < at_a_time; made++) connect_one(queue, port);
    const int count = epoll_wait(queue, events, kEvents, -1);
    if (count < 0 && errno == EINTR) continue;
    checked(count, "epoll_wait");
    for (int i = 0; i < count; i++, ended++) {
      char byte;
      require(recv(events[i].data.fd, &byte, 1, 0) == 0, "the server did something else than to close");
      close(events[i].data.fd);
    }
  }
}

int main(int count, char **arguments) {
  char line[64];
  require(count == 3, "usage: tcp-accept-load <port> <at a time>");
  const int queue = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  while (fgets(line, sizeof line, stdin) != NULL) {
    const int64_t started = nanoseconds();
    run(queue, atoi(arguments[1]), atol(line), atol(arguments[2]));
    printf("{\"seconds\":%.6f}\n", (double)(nanoseconds() - started) / 1e9);
    fflush(stdout);
  }
  return 0;
}
