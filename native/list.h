// A JavaScript array that is filled from the front. Where the environment is ending it cannot be: then there is none.
#pragma once

#include "call.h"

namespace bsd {

class List {
 public:
  explicit List(napi_env env) : env_(env) { good_ = napi_create_array(env, &array_) == napi_ok; }

  void Number(int64_t number) {
    napi_value value = nullptr;
    const napi_status made = napi_create_int64(env_, number, &value);
    Add(made, value);
  }

  // Null for no text.
  void Text(const char* text) {
    napi_value value = nullptr;
    const napi_status made =
        text == nullptr ? napi_get_null(env_, &value) : napi_create_string_utf8(env_, text, NAPI_AUTO_LENGTH, &value);
    Add(made, value);
  }

  // The bytes of an address; null for none.
  void Address(const sockaddr* address, size_t length) {
    napi_value value = nullptr;
    if (address == nullptr || length == 0) return Text(nullptr);
    const napi_status made = napi_create_buffer_copy(env_, length, address, nullptr, &value);
    Add(made, value);
  }

  void Inner(const List& list) { Add(list.good_ ? napi_ok : napi_generic_failure, list.array_); }

  napi_value value() const { return good_ ? array_ : nullptr; }

 private:
  void Add(napi_status made, napi_value value) {
    good_ = good_ && made == napi_ok && napi_set_element(env_, array_, length_++, value) == napi_ok;
  }

  napi_env env_;
  napi_value array_ = nullptr;
  uint32_t length_ = 0;
  bool good_ = false;
};

}  // namespace bsd
