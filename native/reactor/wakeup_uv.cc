// Wakeup by uv_poll: level-triggered, on a descriptor that never has a pending error.
#include <errno.h>
#include <uv.h>

#include "wakeup.h"

// A run-time without libuv loads the addon all the same.
#pragma weak uv_close
#pragma weak uv_poll_init
#pragma weak uv_poll_start
#pragma weak uv_ref
#pragma weak uv_unref

namespace bsd {
namespace {

class UvWakeup final : public Wakeup {
 public:
  UvWakeup(napi_env env, Callback callback) : poll_(new Poll{{}, env, callback, nullptr}) {
    poll_->handle.data = poll_;
  }

  // The loop needs the handle until it is closed, and the environment is to last until then.
  ~UvWakeup() override {
    const auto closed = [](uv_handle_t* handle) {
      const std::unique_ptr<Poll> poll(static_cast<Poll*>(handle->data));
      if (poll->hook != nullptr) napi_remove_async_cleanup_hook(poll->hook);
    };
    started_ ? uv_close(handle(), closed) : delete poll_;
  }

  int Start(uv_loop_t* loop, int descriptor) {
    if (const int error = uv_poll_init(loop, &poll_->handle, descriptor); error != 0) return error;
    started_ = true;
    uv_unref(handle());
    const auto waits = [](napi_async_cleanup_hook_handle, void*) {};
    if (napi_add_async_cleanup_hook(poll_->env, waits, nullptr, &poll_->hook) != napi_ok) return -ENOMEM;
    return uv_poll_start(&poll_->handle, UV_READABLE, [](uv_poll_t* handle, int, int) {
      const auto* const poll = static_cast<Poll*>(handle->data);
      poll->callback(poll->env);
    });
  }

  void Ref() override { uv_ref(handle()); }
  void Unref() override { uv_unref(handle()); }
  void Resume() override {}  // the loop asks in each of its turns

 private:
  struct Poll {
    uv_poll_t handle;
    napi_env env;
    Callback callback;
    napi_async_cleanup_hook_handle hook;
  };

  uv_handle_t* handle() { return reinterpret_cast<uv_handle_t*>(&poll_->handle); }

  Poll* const poll_;
  bool started_ = false;
};

}  // namespace

int OpenUvWakeup(napi_env env, int descriptor, Wakeup::Callback callback, std::unique_ptr<Wakeup>* opened) {
  uv_loop_t* loop = nullptr;
  if (uv_poll_init == nullptr || napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
  auto wakeup = std::make_unique<UvWakeup>(env, callback);
  const int error = wakeup->Start(loop, descriptor);
  if (error == 0) *opened = std::move(wakeup);
  return error;
}

}  // namespace bsd
