// A system call that a signal interrupted is made again, with what is left of its time.
#pragma once

#include "../call.h"

namespace bsd {

inline int64_t Milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * int64_t{1000} + now.tv_nsec / 1000000;
}

template <class Operation>
int64_t Retry(Operation operation) {
  for (;;) {
    const int64_t returned = operation();
    if (returned >= 0 || errno != EINTR) return Result(returned);
  }
}

// The direction a call may wait in: the option that limits the wait, the event that ends it.
struct Waiting {
  int option;
  short event;
};
constexpr Waiting kReceiving{SO_RCVTIMEO, POLLIN};
constexpr Waiting kSending{SO_SNDTIMEO, POLLOUT};

// Milliseconds that are left of the socket's own timeout, which the kernel counts anew for each call; -1 without one.
inline int64_t Left(int fd, const Waiting& waiting, int64_t started) {
  timeval limit{};
  socklen_t length = sizeof limit;
  if (getsockopt(fd, SOL_SOCKET, waiting.option, &limit, &length) < 0) return -1;
  if (limit.tv_sec == 0 && limit.tv_usec == 0) return -1;
  const int64_t left = limit.tv_sec * int64_t{1000} + limit.tv_usec / 1000 - (Milliseconds() - started);
  return left > 0 ? left : 0;
}

// False: the time ran out.
inline bool WaitFor(int fd, const Waiting& waiting, int64_t milliseconds) {
  pollfd one{fd, waiting.event, 0};
  return poll(&one, 1, milliseconds > INT_MAX ? INT_MAX : static_cast<int>(milliseconds)) != 0;
}

template <class Operation>
int64_t Retry(int fd, const Waiting& waiting, Operation operation) {
  const int64_t started = Milliseconds();
  for (;;) {
    const int64_t returned = operation();
    if (returned >= 0 || errno != EINTR) return Result(returned);
    const int64_t left = Left(fd, waiting, started);
    if (left >= 0 && (left == 0 || !WaitFor(fd, waiting, left))) return -EAGAIN;
  }
}

}  // namespace bsd
