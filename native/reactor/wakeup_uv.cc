// Wakeup by uv_poll.
#include "wakeup.h"

namespace bsd {

int Wakeup::Open(napi_env env, int descriptor, Callback callback, void* data, Wakeup** opened) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return UV_ENOSYS;
  std::unique_ptr<Wakeup> wakeup(new Wakeup());
  wakeup->callback_ = callback;
  wakeup->data_ = data;
  wakeup->poll_.data = wakeup.get();
  if (const int error = uv_poll_init(loop, &wakeup->poll_, descriptor); error != 0) return error;
  uv_unref(reinterpret_cast<uv_handle_t*>(&wakeup->poll_));
  *opened = wakeup.release();  // the loop's until Close
  return uv_poll_start(&(*opened)->poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
    const auto* const self = static_cast<Wakeup*>(poll->data);
    self->callback_(self->data_);
  });
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
