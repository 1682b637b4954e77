// The load of `tcp-accept`: connects, waits until the server closes, closes; a number of connections at a time.
// tcp-accept-load <port> <at a time>; a line of a number makes so many connections. "fill <number>" only connects,
// while the server is stopped, and "drain" waits for the ends of those.
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

static int await_ends(int queue) {
  struct epoll_event events[kEvents];
  const int count = epoll_wait(queue, events, kEvents, -1);
  if (count < 0 && errno == EINTR) return 0;
  checked(count, "epoll_wait");
  for (int i = 0; i < count; i++) {
    char byte;
    require(recv(events[i].data.fd, &byte, 1, 0) == 0, "the server did something else than to close");
    close(events[i].data.fd);
  }
  return count;
}

static void run(int queue, int port, long connections, long at_a_time) {
  for (long made = 0, ended = 0; ended < connections; ended += await_ends(queue))
    for (; made < connections && made - ended < at_a_time; made++) connect_one(queue, port);
}

static void drain(int queue, long connections) {
  for (long ended = 0; ended < connections;) ended += await_ends(queue);
}

int main(int count, char **arguments) {
  char line[64];
  require(count == 3, "usage: tcp-accept-load <port> <at a time>");
  const int queue = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  const int port = atoi(arguments[1]);
  long filled = 0;
  while (fgets(line, sizeof line, stdin) != NULL) {
    const int64_t started = nanoseconds();
    if (sscanf(line, "fill %ld", &filled) == 1)
      for (long i = 0; i < filled; i++) connect_one(queue, port);
    else if (strcmp(line, "drain\n") == 0)
      drain(queue, filled);
    else
      run(queue, port, atol(line), atol(arguments[2]));
    printf("{\"seconds\":%.6f}\n", (double)(nanoseconds() - started) / 1e9);
    fflush(stdout);
  }
  return 0;
}
