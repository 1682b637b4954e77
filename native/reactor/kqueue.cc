// EventQueue on the BSDs and macOS: kqueue(2). Compiled there only; not yet run.
#include "../platform.h"

#if !BSD_HAVE_EPOLL

#include <algorithm>

#include "event_queue.h"

namespace bsd {
namespace {

constexpr int kMost = 256;

static_assert(sizeof(void*) == sizeof(uint64_t), "a token must fit into udata");

void* DataOf(Token token) { return reinterpret_cast<void*>(static_cast<uintptr_t>(Whole(token))); }

uint32_t EventsOf(const struct kevent& event) {
  uint32_t events = event.filter == EVFILT_WRITE ? kWritable : kReadable;
  if (event.flags & EV_EOF) events |= event.filter == EVFILT_WRITE ? kHangup : kEnd;
  if (event.flags & EV_EOF && event.fflags != 0) events |= kError;
  return events;
}

}  // namespace

void EventQueue::Close() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

int EventQueue::Open() {
  descriptor_ = kqueue();
  if (descriptor_ < 0) return -errno;
  return fcntl(descriptor_, F_SETFD, FD_CLOEXEC) < 0 ? -errno : 0;
}

int EventQueue::Watch(int fd, Token token, int interest, int before) {
  struct kevent changes[2];
  int count = 0;
  const auto change = [&](int bit, int16_t filter) {
    if ((interest & bit) == (before & bit)) return;
    const uint16_t flags = interest & bit ? EV_ADD | EV_CLEAR : EV_DELETE;
    EV_SET(&changes[count++], fd, filter, flags, 0, 0, DataOf(token));
  };
  change(kRead, EVFILT_READ);
  change(kWrite, EVFILT_WRITE);
  return kevent(descriptor_, changes, count, nullptr, 0, nullptr) < 0 ? -errno : 0;
}

int EventQueue::Take(Happened* happened, int most) {
  struct kevent events[kMost];
  const timespec now{};
  const int count = kevent(descriptor_, nullptr, 0, events, std::min(most, kMost), &now);
  for (int i = 0; i < count; i++)
    happened[i] = Happened(static_cast<uint64_t>(reinterpret_cast<uintptr_t>(events[i].udata)), EventsOf(events[i]));
  return std::max(count, 0);
}

// A kqueue of both, where the queue is one event of this one.
int QueueWait::Open(int queue, int other) {
  queue_ = queue;
  other_ = other;
  if (const int error = both_.Open(); error != 0) return error;
  struct kevent changes[2];
  EV_SET(&changes[0], queue_, EVFILT_READ, EV_ADD, 0, 0, nullptr);
  EV_SET(&changes[1], other_, EVFILT_READ, EV_ADD, 0, 0, nullptr);
  return kevent(both_.descriptor(), changes, 2, nullptr, 0, nullptr) < 0 ? -errno : 0;
}

bool QueueWait::Wait() {
  struct kevent events[2];
  int count = 0;
  while ((count = kevent(both_.descriptor(), nullptr, 0, events, 2, nullptr)) < 0 && errno == EINTR)
    ;
  return count == 1 && events[0].ident == static_cast<uintptr_t>(queue_);
}

}  // namespace bsd

#endif
