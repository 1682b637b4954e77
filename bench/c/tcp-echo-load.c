// The load of `tcp-echo`: ping-pong on each of many connections, and what came back is compared.
// tcp-echo-load <port> <connections> <bytes>; a line "<requests> <milliseconds>" is one round, which ends with the
// first of the two, 0 being no limit; with "<requests> one" a single connection, each time another, is busy.
#include <sys/epoll.h>

#include "bench.h"

enum { kEvents = 256, kMostBytes = 4096 };

struct connection {
  int fd;
  uint32_t sequence;
  size_t received;
  int64_t asked;
};

static size_t bytes;
static int queue;

struct latencies {
  uint32_t *nanoseconds;
  size_t count, room;
};

static void record(struct latencies *all, int64_t nanoseconds) {
  if (all->count == all->room) {
    all->room = all->room ? 2 * all->room : 1 << 20;
    all->nanoseconds = realloc(all->nanoseconds, all->room * sizeof *all->nanoseconds);
    require(all->nanoseconds != NULL, "out of memory");
  }
  all->nanoseconds[all->count++] = nanoseconds > UINT32_MAX ? UINT32_MAX : (uint32_t)nanoseconds;
}

static int ascending(const void *one, const void *other) {
  const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
  return a < b ? -1 : a > b;
}

static double microseconds_at(const struct latencies *all, double share) {
  return all->count == 0 ? 0 : all->nanoseconds[(size_t)((double)(all->count - 1) * share)] / 1e3;
}

// Each message of a connection differs from the one before.
static void fill(char *message, uint32_t sequence) {
  memset(message, 'a' + sequence % 26, bytes);
  memcpy(message, &sequence, sizeof sequence);
}

static void ask(struct connection *connection, int64_t now) {
  char message[kMostBytes];
  fill(message, ++connection->sequence);
  connection->asked = now;
  connection->received = 0;
  require(send(connection->fd, message, bytes, MSG_NOSIGNAL) == (ssize_t)bytes, "send took less than the message");
}

// Whether the answer is there as a whole.
static int answered(struct connection *connection) {
  char expected[kMostBytes], answer[kMostBytes];
  const size_t before = connection->received;
  const ssize_t got = recv(connection->fd, answer, bytes - before, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return 0;
  require(checked(got, "recv") > 0, "the server closed a connection");
  fill(expected, connection->sequence);
  require(memcmp(answer, expected + before, (size_t)got) == 0, "the answer is not what was sent");
  connection->received += (size_t)got;
  return connection->received == bytes;
}

static void print_latencies(struct latencies *all, int64_t nanoseconds) {
  qsort(all->nanoseconds, all->count, sizeof *all->nanoseconds, ascending);
  printf("{\"requests\":%zu,\"seconds\":%.6f,\"p50\":%.1f,\"p99\":%.1f}\n", all->count, (double)nanoseconds / 1e9,
         microseconds_at(all, 0.5), microseconds_at(all, 0.99));
  fflush(stdout);
  free(all->nanoseconds);
}

static void wait_for_answer(struct connection *connection) {
  for (char byte; !answered(connection);) checked(recv(connection->fd, &byte, 1, MSG_PEEK), "recv");
}

// A first message on each shows that the server has accepted it; so its backlog is never full.
static struct connection *connect_all(int port, int count) {
  struct connection *all = calloc((size_t)count, sizeof *all);
  require(all != NULL, "out of memory");
  for (int i = 0; i < count; i++) {
    all[i].fd = connect_to(port);
    ask(&all[i], 0);
    wait_for_answer(&all[i]);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
    checked(epoll_ctl(queue, EPOLL_CTL_ADD, all[i].fd, &event), "epoll_ctl");
  }
  return all;
}

static void run(struct connection *all, int count, uint64_t requests, int64_t limit) {
  struct epoll_event events[kEvents];
  struct latencies latencies = {0};
  const int64_t started = nanoseconds();
  int64_t now = started;
  uint64_t asked = 0;
  int waiting = 0;
  for (int i = 0; i < count && (requests == 0 || asked < requests); i++, asked++, waiting++)
    ask(&all[i], nanoseconds());
  while (waiting > 0) {
    const int ready = epoll_wait(queue, events, kEvents, -1);
    if (ready < 0 && errno == EINTR) continue;
    checked(ready, "epoll_wait");
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      if (!answered(connection)) continue;
      now = nanoseconds();
      record(&latencies, now - connection->asked);
      waiting--;
      if ((requests != 0 && asked == requests) || (limit != 0 && now - started >= limit)) continue;
      ask(connection, now);
      asked++;
      waiting++;
    }
  }
  print_latencies(&latencies, now - started);
}

// The stride is prime: every connection has its turn, and neighbours are not woken one after the other.
static void wake_one_by_one(struct connection *all, int count, uint64_t requests) {
  const uint64_t stride = 7919;
  struct latencies latencies = {0};
  const int64_t started = nanoseconds();
  for (uint64_t i = 1; i <= requests; i++) {
    struct connection *connection = &all[i * stride % (uint64_t)count];
    ask(connection, nanoseconds());
    wait_for_answer(connection);
    record(&latencies, nanoseconds() - connection->asked);
  }
  print_latencies(&latencies, nanoseconds() - started);
}

int main(int count, char **arguments) {
  char line[64];
  require(count == 4, "usage: tcp-echo-load <port> <connections> <bytes>");
  const int connections = atoi(arguments[2]);
  bytes = (size_t)atol(arguments[3]);
  require(bytes >= sizeof(uint32_t) && bytes <= kMostBytes, "bytes: from 4 to 4096");
  raise_descriptor_limit();
  queue = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  struct connection *all = connect_all(atoi(arguments[1]), connections);
  printf("{\"connections\":%d}\n", connections);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    unsigned long long requests = 0;
    long long milliseconds = 0;
    const int numbers = sscanf(line, "%llu %lld", &requests, &milliseconds);
    if (numbers == 2)
      run(all, connections, requests, milliseconds * 1000000);
    else
      wake_one_by_one(all, connections, requests);
  }
  return 0;
}
