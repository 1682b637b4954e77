// Watches the event queue's one descriptor from the event loop and calls back when there is something to take.
// Here by uv_poll: level-triggered, on a descriptor that never has a pending error.
#pragma once

#define NAPI_VERSION 8
#include <node_api.h>
#include <uv.h>

#include <memory>

namespace bsd {

class Wakeup {
 public:
  using Callback = void (*)(void* data);

  // 0, or -errno where the loop refuses.
  static int Open(napi_env env, int descriptor, Callback callback, void* data, Wakeup** opened);

  // While it is ref'd the loop stays alive. It starts without.
  void Ref();
  void Unref();

  // Deletes this, later, and then calls back.
  void Close(Callback closed, void* data);

 private:
  Wakeup() = default;
  uv_poll_t poll_{};
  Callback callback_ = nullptr;
  Callback closed_ = nullptr;
  void* data_ = nullptr;
};

}  // namespace bsd
