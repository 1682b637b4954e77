// EventQueue on the BSDs and macOS: kqueue(2). Run on Linux alone, over the stand-in of test/kqueue.
#include "../platform.h"

#if !BSD_HAVE_EPOLL

#include <algorithm>

#include "event_queue.h"

namespace bsd {
namespace {

constexpr int kMost = 256;

static_assert(sizeof(void*) == sizeof(uint64_t), "a token must fit into udata");

void* DataOf(Token token) {
  const uint64_t whole = Whole(token);
  void* data = nullptr;
  memcpy(static_cast<void*>(&data), &whole, sizeof data);
  return data;
}

// EV_EOF of EVFILT_WRITE is no kHangup: nothing can be sent any more, which a sender finds out. It comes after an own
// shutdown(2) too, and then the peer may go on.
uint32_t EventsOf(const struct kevent& event) {
  const bool end = (event.flags & EV_EOF) != 0;
  uint32_t events = event.filter == EVFILT_WRITE ? kWritable : kReadable;
  if (end && event.filter == EVFILT_READ) events |= kEnd;
  if (end && event.fflags != 0) events |= kError;
  return events;
}

// One at a time: of several, those behind one that fails are not made. After an EINTR it was made.
int Change(int descriptor, int fd, int16_t filter, uint16_t flags, void* data) {
  struct kevent change;
  EV_SET(&change, fd, filter, flags, 0, 0, data);
  return kevent(descriptor, &change, 1, nullptr, 0, nullptr) < 0 && errno != EINTR ? -errno : 0;
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
  int error = 0;
  const bool anew = interest == before;
  const auto change = [&](int bit, int16_t filter) {
    const bool wanted = (interest & bit) != 0;
    if (wanted == ((before & bit) != 0) && !(wanted && anew)) return;
    const int result = Change(descriptor_, fd, filter, wanted ? EV_ADD | EV_CLEAR : EV_DELETE, DataOf(token));
    if (error == 0) error = result;
  };
  change(kRead, EVFILT_READ);
  change(kWrite, EVFILT_WRITE);
  return error;
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
  int error = both_.Open();
  for (const int fd : {queue_, other_})
    if (error == 0) error = Change(both_.descriptor(), fd, EVFILT_READ, EV_ADD, nullptr);
  return error;
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
