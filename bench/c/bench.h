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

// Listens on a port that the kernel chooses, and tells it to the harness.
static inline int listen_anywhere(int flags) {
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  const int fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket");
  checked(bind(fd, (const struct sockaddr *)&address, length), "bind");
  checked(listen(fd, SOMAXCONN), "listen");
  checked(getsockname(fd, (struct sockaddr *)&address, &length), "getsockname");
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static inline void raise_descriptor_limit(void) {
  struct rlimit limit;
  checked(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  checked(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}
