// The limit for `call`: recv(2) on a non-blocking socket, with nothing there, or with a datagram to peek at.
// call <empty | peek>; each line of the input is a number of calls.
#include "bench.h"

int main(int count, char **arguments) {
  require(count == 2, "usage: call empty | peek");
  const int peek = strcmp(arguments[1], "peek") == 0;
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  char buffer[64] = {0}, line[64];
  const int fd = checked(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  checked(bind(fd, (const struct sockaddr *)&address, length), "bind");
  checked(getsockname(fd, (struct sockaddr *)&address, &length), "getsockname");
  if (peek) checked(sendto(fd, buffer, sizeof buffer, 0, (const struct sockaddr *)&address, length), "sendto");

  while (fgets(line, sizeof line, stdin) != NULL) {
    const long calls = atol(line);
    const int64_t started = nanoseconds();
    for (long i = 0; i < calls; i++) {
      const ssize_t got = recv(fd, buffer, sizeof buffer, peek ? MSG_PEEK : 0);
      if (peek ? got != sizeof buffer : got != -1 || errno != EAGAIN) require(0, "recv did something else");
    }
    printf("{\"nanoseconds\":%lld}\n", (long long)(nanoseconds() - started));
    fflush(stdout);
  }
  return 0;
}
