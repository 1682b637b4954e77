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

// The kernel counts SO_RCVTIMEO and SO_SNDTIMEO anew for each call: so after a signal the rest of the time is waited
// for here. False: there is none left.
inline bool WaitOn(int fd, const Waiting& waiting, int64_t started) {
  timeval limit{};
  socklen_t length = sizeof limit;
  if (getsockopt(fd, SOL_SOCKET, waiting.option, &limit, &length) < 0) return true;
  if (limit.tv_sec == 0 && limit.tv_usec == 0) return true;
  const int64_t left = limit.tv_sec * int64_t{1000} + limit.tv_usec / 1000 - (Milliseconds() - started);
  if (left <= 0) return false;
  pollfd one{fd, waiting.event, 0};
  return poll(&one, 1, left > INT_MAX ? INT_MAX : static_cast<int>(left)) != 0;
}

template <class Operation>
int64_t Retry(int fd, const Waiting& waiting, Operation operation) {
  const int64_t started = Milliseconds();
  for (;;) {
    const int64_t returned = operation();
    if (returned >= 0 || errno != EINTR) return Result(returned);
    if (!WaitOn(fd, waiting, started)) return -EAGAIN;
  }
}

}  // namespace bsd
