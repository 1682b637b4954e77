// `tcp-stream`: the peer of every contestant (source, sink), and the limit (receive, send), with blocking calls.
// source <bytes> | sink: listens; each line of the input is one connection, timed from accept to the end of the stream.
// receive | send <bytes>: each line of the input is a port to connect to.
#include "bench.h"

static char buffer[kChunk];

static void send_all(int fd, uint64_t bytes) {
  for (uint64_t sent = 0; sent < bytes;) {
    const size_t size = bytes - sent < sizeof buffer ? (size_t)(bytes - sent) : sizeof buffer;
    const ssize_t took = send(fd, buffer, size, MSG_NOSIGNAL);
    if (took < 0) checked(-1, "send");
    sent += (uint64_t)took;
  }
  checked(shutdown(fd, SHUT_WR), "shutdown");
}

static uint64_t receive_all(int fd) {
  for (uint64_t received = 0;;) {
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got < 0) checked(-1, "recv");
    if (got == 0) return received;
    received += (uint64_t)got;
  }
}

// The end of the other direction comes when the other side has taken, or sent, everything.
static uint64_t transfer(int fd, int sends, uint64_t bytes) {
  if (sends) send_all(fd, bytes);
  const uint64_t received = receive_all(fd);
  close(fd);
  return sends ? bytes : received;
}

static void serve(int sends, uint64_t bytes) {
  char line[64];
  const int listener = listen_anywhere(0);
  while (fgets(line, sizeof line, stdin) != NULL) {
    const int fd = checked(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept4");
    const int64_t started = nanoseconds();
    const uint64_t moved = transfer(fd, sends, bytes);
    printf("{\"bytes\":%llu,\"seconds\":%.6f}\n", (unsigned long long)moved, (double)(nanoseconds() - started) / 1e9);
    fflush(stdout);
  }
}

static void compete(int sends, uint64_t bytes) {
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    printf("{\"bytes\":%llu}\n", (unsigned long long)transfer(connect_to(atoi(line)), sends, bytes));
    fflush(stdout);
  }
}

int main(int count, char **arguments) {
  require(count >= 2, "usage: tcp-stream source | sink | receive | send [bytes]");
  const char *role = arguments[1];
  const uint64_t bytes = count > 2 ? strtoull(arguments[2], NULL, 10) : 0;
  if (strcmp(role, "source") == 0) serve(1, bytes);
  if (strcmp(role, "sink") == 0) serve(0, 0);
  if (strcmp(role, "receive") == 0) compete(0, 0);
  if (strcmp(role, "send") == 0) compete(1, bytes);
  return 0;
}
