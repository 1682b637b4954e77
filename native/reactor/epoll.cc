// EventQueue on Linux: epoll(7).
#include "../platform.h"

#if BSD_HAVE_EPOLL

#include "event_queue.h"

namespace bsd {
namespace {

constexpr int kMost = 256;

uint32_t MaskOf(int interest) {
  uint32_t mask = EPOLLET | EPOLLRDHUP | EPOLLPRI;
  if (interest & kRead) mask |= EPOLLIN;
  if (interest & kWrite) mask |= EPOLLOUT;
  return mask;
}

uint32_t EventsOf(uint32_t mask) {
  uint32_t events = 0;
  if (mask & EPOLLIN) events |= kReadable;
  if (mask & EPOLLOUT) events |= kWritable;
  if (mask & (EPOLLRDHUP | EPOLLHUP)) events |= kHangup;
  if (mask & EPOLLERR) events |= kError;
  if (mask & EPOLLPRI) events |= kUrgent;
  return events;
}

}  // namespace

EventQueue::~EventQueue() {
  if (descriptor_ >= 0) close(descriptor_);
}

int EventQueue::Open() {
  descriptor_ = epoll_create1(EPOLL_CLOEXEC);
  return descriptor_ < 0 ? -errno : 0;
}

int EventQueue::Watch(int fd, Token token, int interest, int before) {
  epoll_event event{};
  event.events = MaskOf(interest);
  event.data.u64 = uint64_t{token.generation} << 32 | token.slot;
  const int operation = interest == kNone ? EPOLL_CTL_DEL : before == kNone ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  return epoll_ctl(descriptor_, operation, fd, &event) < 0 ? -errno : 0;
}

int EventQueue::Take(uint32_t* pairs, int most) {
  epoll_event events[kMost];
  const int count = epoll_wait(descriptor_, events, most < kMost ? most : kMost, 0);
  for (int i = 0; i < count; i++) {
    pairs[2 * i] = static_cast<uint32_t>(events[i].data.u64);
    pairs[2 * i + 1] = Pack(static_cast<uint32_t>(events[i].data.u64 >> 32), EventsOf(events[i].events));
  }
  return count < 0 ? 0 : count;
}

}  // namespace bsd

#endif
