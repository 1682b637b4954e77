// A kqueue(2) of epoll(7), as much of it as the reactor asks for, so that reactor/kqueue.cc can run on Linux. A test
// instrument: it stands in for the kernel of a BSD, and proves nothing of one. Where the two differ, the words of the
// manual page decide:
// - Each filter of a descriptor is an event of its own: there is an epoll for each; that of EVFILT_READ is the queue's
//   descriptor, and holds the other.
// - close(2) takes both away, also where the open file lives on in another descriptor.
// - EV_EOF of EVFILT_WRITE: nothing can be sent any more, also after an own shutdown(2).
// - Nothing is told of urgent data.
// It does not show: `data`; which error `fflags` has, since Linux tells that only once; an EVFILT_WRITE at each
// acknowledgement; errors of a change as events. EVFILT_READ comes first, as a BSD ends receiving first at a reset. It
// alone tells of an error of datagrams, and of an entry of an error queue, which looks the same here.
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

extern "C" {
// What the addon calls by these names; the linker has it call __wrap_* instead.
int __real_close(int fd);
int __real_shutdown(int fd, int how);
int __real_poll(pollfd* fds, nfds_t count, int timeout);
}

namespace {

constexpr int kMost = 256;
// What the epoll of EVFILT_READ says when that of EVFILT_WRITE has something.
constexpr uint64_t kWrites = ~uint64_t{0};

struct Filter {
  int16_t name = 0;
  int epoll = -1;
  std::map<int, void*> watched;
};

struct Queue {
  Filter read, write;

  Filter* Of(int16_t name) { return name == EVFILT_READ ? &read : name == EVFILT_WRITE ? &write : nullptr; }
};

struct State {
  std::mutex mutex;
  std::map<int, Queue> queues;
  std::set<int> shut;  // for sending, by this process
};

// Never destroyed: threads may still wait when the process ends.
State& Locked(std::unique_lock<std::mutex>* lock) {
  static auto& state = *new State;
  *lock = std::unique_lock<std::mutex>(state.mutex);
  return state;
}

int Control(int epoll, int operation, int fd, uint32_t mask, uint64_t data) {
  epoll_event event{};
  event.events = mask;
  event.data.u64 = data;
  return epoll_ctl(epoll, operation, fd, &event) == 0 ? 0 : errno;
}

// 0 or an errno.
int Change(Queue* queue, const struct kevent& change) {
  Filter* const filter = queue->Of(change.filter);
  if (filter == nullptr) return EINVAL;
  const int fd = static_cast<int>(change.ident);
  if (change.flags & EV_DELETE) {
    filter->watched.erase(fd);
    return Control(filter->epoll, EPOLL_CTL_DEL, fd, 0, 0);
  }
  uint32_t mask = filter == &queue->read ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
  if (change.flags & EV_CLEAR) mask |= EPOLLET;
  int error = Control(filter->epoll, EPOLL_CTL_ADD, fd, mask, change.ident);
  if (error == EEXIST) error = Control(filter->epoll, EPOLL_CTL_MOD, fd, mask, change.ident);
  if (error == 0) filter->watched[fd] = change.udata;
  return error;
}

bool WasConnected(int fd) {
  pollfd one{fd, POLLRDHUP, 0};
  return __real_poll(&one, 1, 0) < 0 || (one.revents & POLLRDHUP) != 0;
}

// Whether there is something to tell of an event. Of a stream before its connection Linux says that it has hung up.
bool Tell(const State& state, const Filter& filter, const epoll_event& event, struct kevent* told) {
  const int fd = static_cast<int>(event.data.u64);
  const uint32_t mask = event.events;
  const auto found = filter.watched.find(fd);
  const bool writes = filter.name == EVFILT_WRITE;
  if (found == filter.watched.end() || (writes && mask == EPOLLERR)) return false;
  if ((mask & EPOLLHUP) != 0 && !WasConnected(fd)) return false;
  const bool end = (mask & (EPOLLHUP | EPOLLRDHUP)) != 0 || (writes && state.shut.count(fd) > 0);
  const bool error = end && (mask & EPOLLERR) != 0;
  EV_SET(told, fd, filter.name, end ? EV_EOF : 0, error ? EIO : 0, 0, found->second);
  return true;
}

int Take(int descriptor, struct kevent* events, int most, int timeout) {
  epoll_event happened[kMost];
  const int room = std::min(most, kMost);
  const int count = epoll_wait(descriptor, happened, room, timeout);
  if (count < 0) return -1;
  std::unique_lock<std::mutex> lock;
  const State& state = Locked(&lock);
  const auto found = state.queues.find(descriptor);
  if (found == state.queues.end()) return 0;
  const Queue& queue = found->second;
  int told = 0;
  const auto tell = [&](const Filter& filter, int taken) {
    bool writes = false;
    for (int i = 0; i < taken; i++) {
      if (happened[i].data.u64 == kWrites)
        writes = true;
      else if (Tell(state, filter, happened[i], &events[told]))
        told++;
    }
    return writes;
  };
  if (!tell(queue.read, count)) return told;
  int writes = 0;
  while ((writes = epoll_wait(queue.write.epoll, happened, room - told, 0)) < 0 && errno == EINTR)
    ;  // kevent(2) is one call
  tell(queue.write, writes);
  return told;
}

void Forget(int fd) {
  std::unique_lock<std::mutex> lock;
  State& state = Locked(&lock);
  state.shut.erase(fd);
  if (const auto found = state.queues.find(fd); found != state.queues.end()) {
    __real_close(found->second.write.epoll);
    state.queues.erase(found);
  }
  for (auto& [descriptor, queue] : state.queues)
    for (Filter* const filter : {&queue.read, &queue.write})
      if (filter->watched.erase(fd) > 0) Control(filter->epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

}  // namespace

extern "C" {

int kqueue() {
  const int reads = epoll_create1(EPOLL_CLOEXEC);  // a child has no queue of its parent's
  const int writes = reads < 0 ? -1 : epoll_create1(EPOLL_CLOEXEC);
  const int error = writes < 0 ? errno : Control(reads, EPOLL_CTL_ADD, writes, EPOLLIN, kWrites);
  if (error != 0) {
    for (const int fd : {reads, writes})
      if (fd >= 0) __real_close(fd);
    return errno = error, -1;
  }
  std::unique_lock<std::mutex> lock;
  Locked(&lock).queues[reads] = {{EVFILT_READ, reads, {}}, {EVFILT_WRITE, writes, {}}};
  return reads;
}

int kevent(int descriptor, const struct kevent* changes, int change_count, struct kevent* events, int event_count,
           const timespec* timeout) {
  {
    std::unique_lock<std::mutex> lock;
    State& state = Locked(&lock);
    const auto found = state.queues.find(descriptor);
    if (found == state.queues.end()) return errno = EBADF, -1;
    for (int i = 0; i < change_count; i++)  // those behind one that fails are not made
      if (const int error = Change(&found->second, changes[i]); error != 0) return errno = error, -1;
  }
  if (event_count == 0) return 0;
  int told = 0;
  const int milliseconds =
      timeout == nullptr ? -1 : static_cast<int>(timeout->tv_sec * 1000 + timeout->tv_nsec / 1000000);
  while ((told = Take(descriptor, events, event_count, milliseconds)) == 0 && timeout == nullptr)
    ;
  return told;
}

int __wrap_close(int fd) {
  Forget(fd);
  return __real_close(fd);
}

int __wrap_shutdown(int fd, int how) {
  if (__real_shutdown(fd, how) < 0) return -1;
  std::unique_lock<std::mutex> lock;
  if (how != SHUT_RD) Locked(&lock).shut.insert(fd);
  return 0;
}

// That of macOS refuses a kqueue.
int __wrap_poll(pollfd* fds, nfds_t count, int timeout) {
  {
    std::unique_lock<std::mutex> lock;
    const State& state = Locked(&lock);
    int refused = 0;
    for (nfds_t i = 0; i < count; i++) {
      const bool is_queue = state.queues.count(fds[i].fd) > 0;
      fds[i].revents = is_queue ? POLLNVAL : 0;
      refused += is_queue;
    }
    if (refused > 0) return refused;
  }
  return __real_poll(fds, count, timeout);
}
}
