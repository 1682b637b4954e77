// Many messages at once: sendmmsg recvmmsg. Both answer a count or -errno.
#include <algorithm>

#include "register.h"
#include "retry.h"

namespace bsd {
namespace {

using platform::MessageHeader;

// The head of a message: 32-bit words, as lib/socket/memory.ts has them.
enum Word { kLength, kAddressLength, kFlags, kReceivedControl, kSentControl, kSegmentSize, kWords };

// What one system call takes: UIO_MAXIOV.
constexpr uint32_t kMost = 1024;

// mmsg(fd, flags, first, count, heads, data, addresses, control): each of the views is cut into as many equal parts as
// there are messages; of messages without ancillary data the last is empty.
class Batch {
 public:
  explicit Batch(const Call& call)
      : first_(call.Unsigned(2)),
        count_(call.Unsigned(3)),
        heads_(call.View(4)),
        data_(call.View(5)),
        addresses_(call.View(6)),
        control_(call.View(7)),
        total_(heads_.length / (kWords * sizeof(uint32_t))) {
    if (count_ > kMost) count_ = kMost;
    if (first_ > total_ || count_ > total_ - first_) count_ = 0;
  }

  uint32_t count() const { return count_; }
  uint32_t* Head(uint32_t i) const { return reinterpret_cast<uint32_t*>(heads_.data) + size_t{kWords} * (first_ + i); }

  // Room for as much as there is.
  void Receive(uint32_t i, MessageHeader* message, iovec* vector) const {
    const Bytes data = Part(data_, i), address = Part(addresses_, i), control = Part(control_, i);
    Set(message, vector, data, address, control);
  }

  // As long as the head says, but no longer than there is room: what was received may say more.
  void Send(uint32_t i, MessageHeader* message, iovec* vector) const {
    const uint32_t* const head = Head(i);
    Bytes data = Part(data_, i), address = Part(addresses_, i), control = Part(control_, i);
    data.length = std::min<size_t>(head[kLength], data.length);
    address.length = std::min<size_t>(head[kAddressLength], address.length);
    control.length = std::min<size_t>(head[kSentControl], control.length);
    Set(message, vector, data, address, control);
  }

 private:
  Bytes Part(const Bytes& view, uint32_t i) const {
    const size_t size = view.length / total_;
    return {view.data + size * (first_ + i), size};
  }

  static void Set(MessageHeader* message, iovec* vector, const Bytes& data, const Bytes& address,
                  const Bytes& control) {
    *vector = {data.data, data.length};
    *message = MessageHeader{};
    msghdr& header = message->msg_hdr;
    header.msg_name = address.length == 0 ? nullptr : address.data;
    header.msg_namelen = static_cast<socklen_t>(address.length);
    header.msg_iov = vector;
    header.msg_iovlen = 1;
    header.msg_control = control.length == 0 ? nullptr : control.data;
    header.msg_controllen = static_cast<decltype(header.msg_controllen)>(control.length);
  }

  uint32_t first_, count_;
  Bytes heads_, data_, addresses_, control_;
  size_t total_;
};

// Stands in where the system lacks the call: the answer is the same.
template <class Operation>
int64_t OneByOne(MessageHeader* messages, uint32_t count, Operation operation) {
  for (uint32_t i = 0; i < count; i++) {
    const ssize_t length = operation(i, &messages[i].msg_hdr);
    if (length < 0) return i == 0 ? -1 : static_cast<int64_t>(i);
    messages[i].msg_len = static_cast<unsigned>(length);
  }
  return count;
}

int64_t SendAll(int fd, MessageHeader* messages, uint32_t count, int flags) {
  const int sent = platform::SendMany(fd, messages, count, flags);
  if (sent >= 0 || errno != ENOSYS) return sent;
  return OneByOne(messages, count, [&](uint32_t, msghdr* header) { return sendmsg(fd, header, flags); });
}

int64_t ReceiveAll(int fd, MessageHeader* messages, uint32_t count, int flags) {
  const int received = platform::ReceiveMany(fd, messages, count, flags);
  if (received >= 0 || errno != ENOSYS) return received;
  const int others = flags & MSG_WAITFORONE ? MSG_DONTWAIT : 0;
  return OneByOne(messages, count, [&](uint32_t i, msghdr* header) {
    return recvmsg(fd, header, (flags & ~MSG_WAITFORONE) | (i == 0 ? 0 : others));
  });
}

napi_value SendMMsg(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(1) | MSG_NOSIGNAL;
  const Batch batch(call);
  MessageHeader messages[kMost];
  iovec vectors[kMost];
  for (uint32_t i = 0; i < batch.count(); i++) batch.Send(i, &messages[i], &vectors[i]);
  return call.Answer(Retry(fd, kSending, [&] { return SendAll(fd, messages, batch.count(), flags); }));
}

napi_value RecvMMsg(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const int fd = call.Int(0), flags = call.Int(1);
  const Batch batch(call);
  MessageHeader messages[kMost];
  iovec vectors[kMost];
  for (uint32_t i = 0; i < batch.count(); i++) batch.Receive(i, &messages[i], &vectors[i]);
  const int64_t received = Retry(fd, kReceiving, [&] { return ReceiveAll(fd, messages, batch.count(), flags); });
  for (uint32_t i = 0; received > i; i++) {
    const msghdr& header = messages[i].msg_hdr;
    uint32_t* const head = batch.Head(i);
    head[kLength] = messages[i].msg_len;
    head[kAddressLength] = header.msg_namelen;
    head[kFlags] = static_cast<uint32_t>(header.msg_flags & ~MSG_CMSG_CLOEXEC);
    head[kReceivedControl] = static_cast<uint32_t>(header.msg_controllen);
    head[kSentControl] = head[kSegmentSize] = 0;
  }
  return call.Answer(received);
}

}  // namespace

void ExportBatch(napi_env env, napi_value exports) {
  Export(env, exports, "sendmmsg", SendMMsg);
  Export(env, exports, "recvmmsg", RecvMMsg);
}

}  // namespace bsd
