// What the C programs of the benchmarks share: ending on an error, time, loopback TCP, one JSON line to the harness.
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kChunk = 64 * 1024 };

static inline int checked(int64_t result, const char *call) {
  if (result >= 0) return (int)result;
  fprintf(stderr, "%s: %s\n", call, strerror(errno));
  exit(1);
}

static inline void require(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static inline int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

// What a piece of work takes: time, and processor time of all threads.
struct cost {
  int64_t nanoseconds, processor;
};

static inline struct cost cost_so_far(void) {
  struct rusage usage;
  checked(getrusage(RUSAGE_SELF, &usage), "getrusage");
  const int64_t seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec;
  const int64_t microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  return (struct cost){nanoseconds(), seconds * INT64_C(1000000000) + microseconds * 1000};
}

static inline void add_cost(struct cost *all, struct cost before) {
  const struct cost now = cost_so_far();
  all->nanoseconds += now.nanoseconds - before.nanoseconds;
  all->processor += now.processor - before.processor;
}

static inline void print_cost(struct cost all) {
  printf("{\"nanoseconds\":%lld,\"processor\":%lld}\n", (long long)all.nanoseconds, (long long)all.processor);
  fflush(stdout);
}

static inline struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static inline int connect_to(int port) {
  const struct sockaddr_in address = loopback(port);
  const int fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  checked(connect(fd, (const struct sockaddr *)&address, sizeof address), "connect");
  return fd;
}

// Tells the harness the port that a socket has.
static inline void print_port(int fd) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  checked(getsockname(fd, (struct sockaddr *)&address, &length), "getsockname");
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);
}

// Listens on a port that the kernel chooses.
static inline int listen_anywhere(int flags) {
  const struct sockaddr_in address = loopback(0);
  const int fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket");
  checked(bind(fd, (const struct sockaddr *)&address, sizeof address), "bind");
  checked(listen(fd, SOMAXCONN), "listen");
  print_port(fd);
  return fd;
}

// A UDP socket on a port that the kernel chooses.
static inline int bind_datagrams(int flags) {
  const struct sockaddr_in address = loopback(0);
  const int fd = checked(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | flags, 0), "socket");
  checked(bind(fd, (const struct sockaddr *)&address, sizeof address), "bind");
  return fd;
}

static inline int connect_datagrams(int to) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  const int fd = checked(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  checked(getsockname(to, (struct sockaddr *)&address, &length), "getsockname");
  checked(connect(fd, (const struct sockaddr *)&address, length), "connect");
  return fd;
}

// Without CAP_NET_ADMIN as long as net.core.rmem_max allows.
static inline void lengthen_queue(int fd, int bytes) {
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;
  checked(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), "SO_RCVBUF");
}

static inline void raise_descriptor_limit(void) {
  struct rlimit limit;
  checked(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}
