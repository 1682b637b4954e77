// Preloaded, it turns control data and data around: sendmsg sends its control buffer as the message, and recvmsg takes
// a message as its control buffer. So a test sees, and makes, control data of protocols that the kernel lacks.
#include <sys/socket.h>

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
