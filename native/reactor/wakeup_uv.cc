// Wakeup by uv_poll.
#include "wakeup.h"

namespace bsd {

Wakeup* Wakeup::Open(napi_env env, int descriptor, Callback callback, void* data) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return nullptr;
  auto* const wakeup = new Wakeup();  // owned by the loop until Close
  wakeup->callback_ = callback;
  wakeup->data_ = data;
  wakeup->poll_.data = wakeup;
  if (uv_poll_init(loop, &wakeup->poll_, descriptor) != 0) {
    delete wakeup;
    return nullptr;
  }
  uv_unref(reinterpret_cast<uv_handle_t*>(&wakeup->poll_));
  uv_poll_start(&wakeup->poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
    const auto* const self = static_cast<Wakeup*>(poll->data);
    self->callback_(self->data_);
  });
  return wakeup;
}

void Wakeup::Ref() { uv_ref(reinterpret_cast<uv_handle_t*>(&poll_)); }

void Wakeup::Unref() { uv_unref(reinterpret_cast<uv_handle_t*>(&poll_)); }

void Wakeup::Close(Callback closed, void* data) {
  closed_ = closed;
  data_ = data;
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    const std::unique_ptr<Wakeup> self(static_cast<Wakeup*>(handle->data));
    self->closed_(self->data_);
  });
}

}  // namespace bsd
