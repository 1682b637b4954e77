// One call from JavaScript: its arguments as integers and bytes, its answer as an integer.
// Pointers taken from a view are good for this one call; nothing here throws.
#pragma once

#define NAPI_VERSION 8
#include <napi.h>

#include <string>

#include "platform.h"

namespace bsd {

struct Bytes {
  uint8_t* data = nullptr;
  size_t length = 0;
};

// The views that come here are typed arrays of bytes or of 32-bit integers: lib/ has made the others into those.
inline Bytes BytesOf(napi_env env, napi_value value) {
  Bytes bytes;
  void* data = nullptr;
  napi_typedarray_type type = napi_uint8_array;
  if (napi_get_typedarray_info(env, value, &type, &bytes.length, &data, nullptr, nullptr) != napi_ok) return Bytes{};
  if (type == napi_int32_array || type == napi_uint32_array) bytes.length *= sizeof(uint32_t);
  bytes.data = static_cast<uint8_t*>(data);
  return bytes;
}

// A system call's answer: what it returned, or -errno.
inline int64_t Result(int64_t returned) { return returned < 0 ? -static_cast<int64_t>(errno) : returned; }

// Room for an address: 4 bytes of length, 4 unused, then the address.
class AddressSlot {
 public:
  explicit AddressSlot(Bytes slot) : slot_(slot), length_(Usable() ? static_cast<socklen_t>(slot.length - kHead) : 0) {}
  sockaddr* address() { return Usable() ? reinterpret_cast<sockaddr*>(slot_.data + kHead) : nullptr; }
  socklen_t* length() { return Usable() ? &length_ : nullptr; }
  void Store() {
    if (Usable()) memcpy(slot_.data, &length_, sizeof length_);
  }

 private:
  static constexpr size_t kHead = 8;
  bool Usable() const { return slot_.length > kHead; }
  Bytes slot_;
  socklen_t length_;
};

class Call {
 public:
  Call(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = kMost;
    napi_get_cb_info(env, info, &count, arguments_, nullptr, nullptr);
  }

  napi_env env() const { return env_; }
  napi_value Value(size_t i) const { return arguments_[i]; }
  Bytes View(size_t i) const { return BytesOf(env_, arguments_[i]); }

  bool IsNumber(size_t i) const { return Is(napi_number, i); }

  // What is no number is -1, which no system call takes for a descriptor.
  int Int(size_t i) const {
    int32_t value = -1;
    napi_get_value_int32(env_, arguments_[i], &value);
    return value;
  }

  uint32_t Unsigned(size_t i) const {
    uint32_t value = 0;
    napi_get_value_uint32(env_, arguments_[i], &value);
    return value;
  }

  // What is no text is empty.
  std::string Text(size_t i) const {
    size_t length = 0;
    if (napi_get_value_string_utf8(env_, arguments_[i], nullptr, 0, &length) != napi_ok) return {};
    std::string text(length, '\0');
    napi_get_value_string_utf8(env_, arguments_[i], text.data(), length + 1, &length);
    return text;
  }

  bool Is(napi_valuetype expected, size_t i) const {
    napi_valuetype type = napi_undefined;
    return napi_typeof(env_, arguments_[i], &type) == napi_ok && type == expected;
  }

  int64_t Long(size_t i) const {
    int64_t value = -1;
    napi_get_value_int64(env_, arguments_[i], &value);
    return value;
  }

  napi_value Answer(int64_t result) const {
    napi_value value = nullptr;
    if (result >= INT32_MIN && result <= INT32_MAX)
      napi_create_int32(env_, static_cast<int32_t>(result), &value);
    else
      napi_create_int64(env_, result, &value);
    return value;
  }

 private:
  static constexpr size_t kMost = 8;
  napi_env env_;
  napi_value arguments_[kMost] = {};
};

using Function = napi_value (*)(napi_env, napi_callback_info);

inline void Export(napi_env env, napi_value exports, const char* name, Function function) {
  napi_value value = nullptr;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value) == napi_ok)
    napi_set_named_property(env, exports, name, value);
}

}  // namespace bsd
