// Preloaded: recvmsg(2) with less room for control data than was asked for, where CONTROL_ROOM in the environment says
// so.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/socket.h>

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  ssize_t (*next)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
  const char *room = getenv("CONTROL_ROOM");
  if (room != NULL && strtoul(room, NULL, 10) < message->msg_controllen)
    message->msg_controllen = strtoul(room, NULL, 10);
  return next(fd, message, flags);
}
