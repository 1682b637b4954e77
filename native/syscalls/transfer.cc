// Moving bytes: send sendto sendmsg recv recvfrom recvmsg sendfile. All answer a count or -errno.
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

// sendmsg(fd, views, flags, address, control): the last two may be undefined.
napi_value SendMsg(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(2) | MSG_NOSIGNAL;
  std::vector<iovec> vectors = VectorsOf(env, call.Value(1));
  const Bytes address = call.View(3), control = call.View(4);
  msghdr message{};
  message.msg_name = address.data;
  message.msg_namelen = static_cast<socklen_t>(address.length);
  message.msg_iov = vectors.data();
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(vectors.size());
  message.msg_control = control.data;
  message.msg_controllen = static_cast<decltype(message.msg_controllen)>(control.length);
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

// recvmsg(fd, views, flags, slot, control, told): told is a view of two ints, the length of the control data that came
// and the message's flags.
napi_value RecvMsg(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(2);
  std::vector<iovec> vectors = VectorsOf(env, call.Value(1));
  const Bytes room = call.View(3), control = call.View(4), told = call.View(5);
  int both[2];
  if (told.length < sizeof both) return call.Answer(-EFAULT);
  AddressSlot slot(room);
  msghdr message{};
  const int64_t result = Retry(fd, kReceiving, [&] {
    slot = AddressSlot(room);
    message.msg_name = slot.address();
    message.msg_namelen = slot.length() == nullptr ? 0 : *slot.length();
    message.msg_iov = vectors.data();
    message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(vectors.size());
    message.msg_control = control.data;
    message.msg_controllen = static_cast<decltype(message.msg_controllen)>(control.length);
    return recvmsg(fd, &message, flags);
  });
  if (result < 0) return call.Answer(result);
  if (slot.length() != nullptr) *slot.length() = message.msg_namelen;
  slot.Store();
  both[0] = static_cast<int>(message.msg_controllen);
  both[1] = message.msg_flags;
  memcpy(told.data, both, sizeof both);
  return call.Answer(result);
}

// sendfile(out, in, offset, count): an offset of -1 reads on from the file's own position.
napi_value SendFile(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int out = call.Int(0);
  auto offset = static_cast<off_t>(call.Long(2));
  off_t* const from = offset < 0 ? nullptr : &offset;
  const auto count = static_cast<size_t>(call.Long(3));
  return call.Answer(Retry(out, kSending, [&] { return platform::SendFile(out, call.Int(1), from, count); }));
}

// lineOffset(view): where in a cache line the view begins.
napi_value LineOffset(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  constexpr uintptr_t kLine = 64;
  return call.Answer(static_cast<int64_t>(reinterpret_cast<uintptr_t>(call.View(0).data) % kLine));
}

}  // namespace

void ExportTransfer(napi_env env, napi_value exports) {
  Export(env, exports, "send", Send);
  Export(env, exports, "sendto", SendTo);
  Export(env, exports, "sendmsg", SendMsg);
  Export(env, exports, "recv", Recv);
  Export(env, exports, "recvfrom", RecvFrom);
  Export(env, exports, "recvmsg", RecvMsg);
  Export(env, exports, "sendfile", SendFile);
  Export(env, exports, "lineOffset", LineOffset);
}

}  // namespace bsd
