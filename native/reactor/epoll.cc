// EventQueue on Linux: epoll(7).
#include "../platform.h"

#if BSD_HAVE_EPOLL

#include <algorithm>

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
  if (mask & EPOLLHUP) events |= kHangup;
  if (mask & EPOLLRDHUP) events |= kEnd;
  if (mask & EPOLLERR) events |= kError;
  if (mask & EPOLLPRI) events |= kUrgent;
  return events;
}

}  // namespace

void EventQueue::Close() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

int EventQueue::Open() {
  descriptor_ = epoll_create1(EPOLL_CLOEXEC);
  return descriptor_ < 0 ? -errno : 0;
}

int EventQueue::Watch(int fd, Token token, int interest, int before) {
  epoll_event event{};
  event.events = MaskOf(interest);
  event.data.u64 = Whole(token);
  const int operation = interest == kNone ? EPOLL_CTL_DEL : before == kNone ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (epoll_ctl(descriptor_, operation, fd, &event) == 0) return 0;
  // Left behind by an earlier user of the number whose open file lives on in another descriptor.
  if (operation == EPOLL_CTL_ADD && errno == EEXIST && epoll_ctl(descriptor_, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
  return -errno;
}

int EventQueue::Take(Happened* happened, int most) {
  epoll_event events[kMost];
  const int count = epoll_wait(descriptor_, events, std::min(most, kMost), 0);
  for (int i = 0; i < count; i++) happened[i] = Happened(events[i].data.u64, EventsOf(events[i].events));
  return std::max(count, 0);
}

int QueueWait::Open(int queue, int other) {
  queue_ = queue;
  other_ = other;
  return 0;
}

bool QueueWait::Wait() {
  pollfd fds[] = {{queue_, POLLIN, 0}, {other_, POLLIN, 0}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR)
    ;
  return fds[0].revents == POLLIN && fds[1].revents == 0;
}

}  // namespace bsd

#endif
