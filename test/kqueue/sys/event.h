// What the reactor asks for of kqueue(2), for a Linux that has none: see ../kqueue.cc. The numbers are those of the
// BSDs.
#pragma once

#include <stdint.h>
#include <time.h>

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)

#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_CLEAR 0x0020
#define EV_EOF 0x8000

struct kevent {
  uintptr_t ident;
  int16_t filter;
  uint16_t flags;
  uint32_t fflags;
  intptr_t data;
  void* udata;
};

#define EV_SET(event, ident, filter, flags, fflags, data, udata)                                          \
  (*(event) = {static_cast<uintptr_t>(ident), static_cast<int16_t>(filter), static_cast<uint16_t>(flags), \
               static_cast<uint32_t>(fflags), static_cast<intptr_t>(data), udata})

extern "C" {

int kqueue();

int kevent(int queue, const struct kevent* changes, int change_count, struct kevent* events, int event_count,
           const struct timespec* timeout);
}
