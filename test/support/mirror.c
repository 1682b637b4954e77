// Preloaded, it turns control data and data around: sendmsg sends its control buffer as the message, and recvmsg takes
// a message as its control buffer. The keys of TLS that are set are read back by the kernel's rules. So a test sees,
// and makes, what belongs to protocols that the kernel lacks.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { kTls = 282, kHeader = 4 };

static unsigned char keys[256];
static socklen_t length;

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  return send(fd, message->msg_control, message->msg_controllen, flags);
}

ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  const ssize_t count = recv(fd, message->msg_control, message->msg_controllen, flags);
  message->msg_namelen = 0;
  message->msg_flags = 0;
  message->msg_controllen = count < 0 ? 0 : (size_t)count;
  return count < 0 ? count : 0;
}

int setsockopt(int fd, int level, int name, const void* value, socklen_t size) {
  if (level != kTls) return (int)syscall(SYS_setsockopt, fd, level, name, value, size);
  if (size > sizeof keys) return errno = EINVAL, -1;
  memcpy(keys, value, length = size);
  return 0;
}

int getsockopt(int fd, int level, int name, void* value, socklen_t* size) {
  if (level != kTls) return (int)syscall(SYS_getsockopt, fd, level, name, value, size);
  if (*size != kHeader && *size != length) return errno = EINVAL, -1;
  memcpy(value, keys, *size);
  return 0;
}
