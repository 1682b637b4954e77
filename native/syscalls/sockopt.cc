// getsockopt and setsockopt: bytes in, bytes out.
#include <algorithm>

#include "../env.h"
#include "register.h"
#include "retry.h"

namespace bsd {
namespace {

// getsockopt(fd, level, name, view): answers how many bytes the kernel wrote.
napi_value GetSockOpt(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes value = call.View(3);
  uint8_t* const room = Environment::Of(env)->Room(value.length);
  if (room == nullptr) return call.Answer(-ENOMEM);
  std::copy_n(value.data, value.length, room);
  auto length = static_cast<socklen_t>(value.length);
  const int64_t result = Result(getsockopt(call.Int(0), call.Int(1), call.Int(2), room, &length));
  std::copy_n(room, value.length, value.data);
  return call.Answer(result < 0 ? result : length);
}

napi_value SetSockOpt(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes value = call.View(3);
  return call.Answer(
      Result(setsockopt(call.Int(0), call.Int(1), call.Int(2), value.data, static_cast<socklen_t>(value.length))));
}

// setsockoptProgram(fd, level, name, view, count): a BPF program, as struct sock_filter after struct sock_filter.
napi_value SetSockOptProgram(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes value = call.View(3);
  const auto count = static_cast<size_t>(call.Int(4));
  return call.Answer(Result(platform::SetProgram(call.Int(0), call.Int(1), call.Int(2), value.data, count)));
}

}  // namespace

void ExportSockopt(napi_env env, napi_value exports) {
  Export(env, exports, "getsockopt", GetSockOpt);
  Export(env, exports, "setsockopt", SetSockOpt);
  Export(env, exports, "setsockoptProgram", SetSockOptProgram);
}

}  // namespace bsd
