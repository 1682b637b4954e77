// What is done to any descriptor: fcntl ioctl dup dup2 poll.
#include <algorithm>

#include "../env.h"
#include "register.h"
#include "retry.h"

namespace bsd {
namespace {

napi_value Fcntl(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return call.Answer(Result(fcntl(call.Int(0), call.Int(1), call.Int(2))));
}

// ioctl(fd, request, argument): a number goes as it is; a view is filled in place. The kernel writes as much as the
// request says, however small the view is: so it writes into room enough for any plain request.
napi_value Ioctl(napi_env env, napi_callback_info info) {
  constexpr size_t kLargest = 1 << 14;  // _IOC_SIZEBITS
  const Call call(env, info);
  const Bytes view = call.View(2);
  if (call.IsNumber(2)) return call.Answer(Result(ioctl(call.Int(0), call.Unsigned(1), intptr_t{call.Int(2)})));
  uint8_t* const room = Environment::Of(env)->Room(std::max(view.length, kLargest));
  if (room == nullptr) return call.Answer(-ENOMEM);
  std::copy_n(view.data, view.length, room);
  const int64_t result = Result(ioctl(call.Int(0), call.Unsigned(1), room));
  std::copy_n(room, view.length, view.data);
  return call.Answer(result);
}

napi_value Dup2(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int64_t result = Retry([&] { return platform::DupTo(call.Int(0), call.Int(1)); });
  if (result >= 0) Environment::Of(env)->Disown(call.Int(1));  // what it was is closed
  return call.Answer(result);
}

// poll(fds, timeout): fds is a view of struct pollfd.
napi_value Poll(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Bytes fds = call.View(0);
  const int timeout = call.Int(1);
  const int64_t started = Milliseconds();
  int left = timeout;
  return call.Answer(Retry([&] {
    if (timeout > 0) {
      const int64_t rest = timeout - (Milliseconds() - started);
      left = rest > 0 ? static_cast<int>(rest) : 0;
    }
    return poll(reinterpret_cast<pollfd*>(fds.data), static_cast<nfds_t>(fds.length / sizeof(pollfd)), left);
  }));
}

}  // namespace

void ExportFcntl(napi_env env, napi_value exports) {
  Export(env, exports, "fcntl", Fcntl);
  Export(env, exports, "ioctl", Ioctl);
  Export(env, exports, "dup2", Dup2);
  Export(env, exports, "poll", Poll);
}

}  // namespace bsd
