// Making, naming and ending sockets: socket socketpair bind listen accept connect getsockname getpeername shutdown
// close sockatmark.
#include "register.h"
#include "retry.h"

namespace bsd {
namespace {

napi_value Socket(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(Result(platform::Socket(call.Int(0), call.Int(1), call.Int(2))));
}

// socketpair(domain, type, protocol, fds): fds is a view of two ints.
napi_value SocketPair(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes out = call.View(3);
  int fds[2];
  if (out.length < sizeof fds) return call.Answer(-EFAULT);
  const int64_t result = Result(platform::SocketPair(call.Int(0), call.Int(1), call.Int(2), fds));
  if (result == 0) memcpy(out.data, fds, sizeof fds);
  return call.Answer(result);
}

const sockaddr* AddressOf(const Bytes& bytes) { return reinterpret_cast<const sockaddr*>(bytes.data); }

napi_value Bind(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes address = call.View(1);
  return call.Answer(Result(bind(call.Int(0), AddressOf(address), static_cast<socklen_t>(address.length))));
}

// Not retried on EINTR: the connection goes on by itself, and who called waits for it.
napi_value Connect(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes address = call.View(1);
  return call.Answer(Result(connect(call.Int(0), AddressOf(address), static_cast<socklen_t>(address.length))));
}

napi_value Listen(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(Result(listen(call.Int(0), call.Int(1))));
}

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
  return call.Answer(result);
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
  return call.Answer(Result(close(call.Int(0))));
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
  Export(env, exports, "sockatmark", SockAtMark);
}

}  // namespace bsd
