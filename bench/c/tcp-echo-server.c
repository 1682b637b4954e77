// The limit for `tcp-echo`: an echo server on epoll(7), level-triggered, one recv and one send a message.
#include <sys/epoll.h>

#include "bench.h"

enum { kEvents = 256 };

static void watch(int queue, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  checked(epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static void accept_all(int queue, int listener) {
  for (;;) {
    const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EAGAIN || errno == ECONNABORTED)) return;
    watch(queue, checked(fd, "accept4"));
  }
}

static void echo(int fd) {
  static char buffer[kChunk];
  const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    close(fd);
    return;
  }
  require(send(fd, buffer, (size_t)got, MSG_NOSIGNAL) == got, "send took less than the message");
}

int main(void) {
  struct epoll_event events[kEvents];
  raise_descriptor_limit();
  const int listener = listen_anywhere(SOCK_NONBLOCK);
  const int queue = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  watch(queue, listener);
  for (;;) {
    const int count = epoll_wait(queue, events, kEvents, -1);
    if (count < 0 && errno == EINTR) continue;
    checked(count, "epoll_wait");
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == listener)
        accept_all(queue, listener);
      else
        echo(events[i].data.fd);
    }
  }
}
