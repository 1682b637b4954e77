// Moving bytes: send sendto sendv recv recvfrom. All answer a count or -errno.
#include <vector>

#include "register.h"
#include "retry.h"

namespace bsd {
namespace {

napi_value Send(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(2) | MSG_NOSIGNAL;
  const Bytes data = call.View(1);
  return call.Answer(Retry(fd, kSending, [&] { return send(fd, data.data, data.length, flags); }));
}

napi_value SendTo(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(2) | MSG_NOSIGNAL;
  const Bytes data = call.View(1), to = call.View(3);
  const auto* address = reinterpret_cast<const sockaddr*>(to.data);
  const auto length = static_cast<socklen_t>(to.length);
  return call.Answer(Retry(fd, kSending, [&] { return sendto(fd, data.data, data.length, flags, address, length); }));
}

std::vector<iovec> VectorsOf(napi_env env, napi_value views) {
  uint32_t count = 0;
  if (napi_get_array_length(env, views, &count) != napi_ok) return {};
  std::vector<iovec> vectors(count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value view = nullptr;
    if (napi_get_element(env, views, i, &view) != napi_ok) return {};
    const Bytes bytes = BytesOf(env, view);
    vectors[i] = {bytes.data, bytes.length};
  }
  return vectors;
}

// sendv(fd, views, flags): sendmsg(2) of several views.
napi_value SendV(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(2) | MSG_NOSIGNAL;
  std::vector<iovec> vectors = VectorsOf(env, call.Value(1));
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(vectors.size());
  return call.Answer(Retry(fd, kSending, [&] { return sendmsg(fd, &message, flags); }));
}

napi_value Recv(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(2);
  const Bytes into = call.View(1);
  return call.Answer(Retry(fd, kReceiving, [&] { return recv(fd, into.data, into.length, flags); }));
}

napi_value RecvFrom(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(2);
  const Bytes into = call.View(1), room = call.View(3);
  AddressSlot slot(room);
  const int64_t result = Retry(fd, kReceiving, [&] {
    slot = AddressSlot(room);
    return platform::ReceiveFrom(fd, into.data, into.length, flags, slot.address(), slot.length());
  });
  slot.Store();
  return call.Answer(result);
}

}  // namespace

void ExportTransfer(napi_env env, napi_value exports) {
  Export(env, exports, "send", Send);
  Export(env, exports, "sendto", SendTo);
  Export(env, exports, "sendv", SendV);
  Export(env, exports, "recv", Recv);
  Export(env, exports, "recvfrom", RecvFrom);
}

}  // namespace bsd
