// Making, naming and ending sockets: socket socketpair bind listen accept connect getsockname getpeername shutdown
// close sockatmark. Those that open a descriptor take `owned`, 1 or 0, last: whether the environment closes it when it
// ends.
#include "../env.h"
#include "register.h"
#include "retry.h"

namespace bsd {
namespace {

int64_t OwnedIf(bool owned, napi_env env, int64_t fd) {
  if (owned) Environment::Of(env)->Own(static_cast<int>(fd));
  return fd;
}

// socket(domain, type, protocol, owned)
napi_value Socket(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int64_t fd = Result(platform::Socket(call.Int(0), call.Int(1), call.Int(2)));
  return call.Answer(OwnedIf(call.Int(3) == 1, env, fd));
}

// socketpair(domain, type, protocol, fds, owned): fds is a view of two ints.
napi_value SocketPair(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes out = call.View(3);
  int fds[2];
  if (out.length < sizeof fds) return call.Answer(-EFAULT);
  const int64_t result = Result(platform::SocketPair(call.Int(0), call.Int(1), call.Int(2), fds));
  if (result < 0) return call.Answer(result);
  for (const int fd : fds) OwnedIf(call.Int(4) == 1, env, fd);
  memcpy(out.data, fds, sizeof fds);
  return call.Answer(result);
}

const sockaddr* AddressOf(const Bytes& bytes) { return reinterpret_cast<const sockaddr*>(bytes.data); }

napi_value Bind(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes address = call.View(1);
  return call.Answer(Result(bind(call.Int(0), AddressOf(address), static_cast<socklen_t>(address.length))));
}

// After a signal a connection goes on by itself (TCP), or has to be asked for again (AF_UNIX). Waiting for the one and
// asking again serves both.
int64_t ConnectOnce(int fd, const sockaddr* address, socklen_t length) {
  const int64_t started = Milliseconds();
  bool interrupted = false;
  for (;;) {
    if (connect(fd, address, length) == 0 || (interrupted && errno == EISCONN)) return 0;
    if (errno != EINTR && !(interrupted && errno == EALREADY)) return -errno;
    interrupted = true;
    const int64_t left = Left(fd, kSending, started);
    if (left == 0) return -EINPROGRESS;
    WaitFor(fd, kSending, left);
  }
}

napi_value Connect(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes address = call.View(1);
  return call.Answer(ConnectOnce(call.Int(0), AddressOf(address), static_cast<socklen_t>(address.length)));
}

napi_value Listen(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(Result(listen(call.Int(0), call.Int(1))));
}

// accept(fd, flags, slot, owned)
napi_value Accept(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(1);
  const Bytes room = call.View(2);
  AddressSlot slot(room);
  const int64_t result = Retry(fd, kReceiving, [&] {
    slot = AddressSlot(room);
    return platform::Accept(fd, slot.address(), slot.length(), flags);
  });
  slot.Store();
  return call.Answer(OwnedIf(call.Int(3) == 1, env, result));
}

using NameOf = int (*)(int, sockaddr*, socklen_t*);

template <NameOf name_of>
napi_value Name(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  AddressSlot slot(call.View(1));
  const int64_t result = Result(name_of(call.Int(0), slot.address(), slot.length()));
  slot.Store();
  return call.Answer(result);
}

int SockName(int fd, sockaddr* address, socklen_t* length) { return getsockname(fd, address, length); }
int PeerName(int fd, sockaddr* address, socklen_t* length) { return getpeername(fd, address, length); }

napi_value Shutdown(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(Result(shutdown(call.Int(0), call.Int(1))));
}

// Never retried: on EINTR the descriptor is closed all the same.
napi_value Close(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Environment::Of(env)->Disown(call.Int(0));
  return call.Answer(Result(close(call.Int(0))));
}

// closeOwned(fd): closes what a socket owns; EBADF where it was closed behind its back, whatever has the number now.
napi_value CloseOwned(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Environment* const environment = Environment::Of(env);
  if (!environment->Owns(call.Int(0))) return call.Answer(-EBADF);
  environment->Disown(call.Int(0));
  return call.Answer(Result(close(call.Int(0))));
}

// dup(fd, owned): fcntl(2) with F_DUPFD_CLOEXEC.
napi_value Dup(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(OwnedIf(call.Int(1) == 1, env, Result(fcntl(call.Int(0), F_DUPFD_CLOEXEC, 0))));
}

// own(fd): an open descriptor becomes a socket's.
napi_value Own(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Environment::Of(env)->Own(call.Int(0));
  return nullptr;
}

// disown(fd): it is given up, open.
napi_value Disown(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Environment::Of(env)->Disown(call.Int(0));
  return nullptr;
}

napi_value SockAtMark(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(Result(sockatmark(call.Int(0))));
}

}  // namespace

void ExportSocket(napi_env env, napi_value exports) {
  Export(env, exports, "socket", Socket);
  Export(env, exports, "socketpair", SocketPair);
  Export(env, exports, "bind", Bind);
  Export(env, exports, "connect", Connect);
  Export(env, exports, "listen", Listen);
  Export(env, exports, "accept", Accept);
  Export(env, exports, "getsockname", Name<SockName>);
  Export(env, exports, "getpeername", Name<PeerName>);
  Export(env, exports, "shutdown", Shutdown);
  Export(env, exports, "close", Close);
  Export(env, exports, "closeOwned", CloseOwned);
  Export(env, exports, "dup", Dup);
  Export(env, exports, "own", Own);
  Export(env, exports, "disown", Disown);
  Export(env, exports, "sockatmark", SockAtMark);
}

}  // namespace bsd
