// The limit for `unix-dgram`: blocking send and recv.
// unix-dgram receive <path> <messages> <bytes>: a line of output for each so many messages.
// unix-dgram send <path> <messages> <bytes>: so many messages for each line of input.
#include <sys/un.h>

#include "bench.h"

enum { kMostBytes = 4096 };

static char message[kMostBytes];

static void receive(int fd, long messages, ssize_t bytes) {
  for (;;) {
    int64_t started = 0;
    for (long i = 0; i < messages; i++) {
      require(recv(fd, message, sizeof message, 0) == bytes, "a message of another length");
      if (i == 0) started = nanoseconds();
    }
    printf("{\"messages\":%ld,\"seconds\":%.6f}\n", messages, (double)(nanoseconds() - started) / 1e9);
    fflush(stdout);
  }
}

static void send_messages(int fd, long messages, size_t bytes) {
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL)
    for (long i = 0; i < messages; i++) checked(send(fd, message, bytes, MSG_NOSIGNAL), "send");
}

int main(int count, char **arguments) {
  require(count == 5, "usage: unix-dgram receive | send <path> <messages> <bytes>");
  const long messages = atol(arguments[3]), bytes = atol(arguments[4]);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  require(strlen(arguments[2]) < sizeof address.sun_path && bytes <= kMostBytes, "path or message too long");
  strcpy(address.sun_path, arguments[2]);
  const int fd = checked(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  const int sends = strcmp(arguments[1], "send") == 0;
  const struct sockaddr *path = (const struct sockaddr *)&address;
  checked(sends ? connect(fd, path, sizeof address) : bind(fd, path, sizeof address), sends ? "connect" : "bind");
  printf("{\"ready\":1}\n");
  fflush(stdout);
  if (sends)
    send_messages(fd, messages, (size_t)bytes);
  else
    receive(fd, messages, bytes);
  return 0;
}
