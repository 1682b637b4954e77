#include "env.h"

namespace bsd {
namespace {

napi_value Referenced(napi_env env, napi_ref reference) {
  napi_value value = nullptr;
  if (reference != nullptr) napi_get_reference_value(env, reference, &value);
  return value;
}

class HandleScope {
 public:
  explicit HandleScope(napi_env env) : env_(env) { napi_open_handle_scope(env, &scope_); }
  ~HandleScope() { napi_close_handle_scope(env_, scope_); }
  HandleScope(const HandleScope&) = delete;
  HandleScope& operator=(const HandleScope&) = delete;

 private:
  napi_env env_;
  napi_handle_scope scope_ = nullptr;
};

}  // namespace

bool Environment::Create(napi_env env) {
  auto* const environment = new Environment(env);  // ends itself in End
  const auto end = [](napi_async_cleanup_hook_handle hook, void* data) { static_cast<Environment*>(data)->End(hook); };
  return napi_set_instance_data(env, environment, nullptr, nullptr) == napi_ok &&
         napi_add_async_cleanup_hook(env, end, environment, &environment->hook_) == napi_ok;
}

Environment* Environment::Of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Environment*>(data);
}

int Environment::OpenReactor(napi_value pairs, napi_value dispatch) {
  if (wakeup_ != nullptr) return -EALREADY;
  if (const int error = queue_.Open(); error != 0) return error;
  napi_value name = nullptr;
  const bool made = napi_create_string_utf8(env_, "bsd-sockets", NAPI_AUTO_LENGTH, &name) == napi_ok &&
                    napi_async_init(env_, nullptr, name, &context_) == napi_ok &&
                    napi_create_reference(env_, pairs, 1, &pairs_) == napi_ok &&
                    napi_create_reference(env_, dispatch, 1, &dispatch_) == napi_ok;
  const auto wake = [](void* data) { static_cast<Environment*>(data)->OnWake(); };
  const int error = made ? Wakeup::Open(env_, queue_.descriptor(), wake, this, &wakeup_) : -ENOMEM;
  if (error != 0) CloseReactor();
  return error;
}

void Environment::CloseReactor() {
  queue_.Close();
  for (napi_ref* const reference : {&pairs_, &dispatch_}) {
    if (*reference != nullptr) napi_delete_reference(env_, *reference);
    *reference = nullptr;
  }
  if (context_ != nullptr) napi_async_destroy(env_, context_);
  context_ = nullptr;
}

void Environment::Ref(bool alive) {
  if (wakeup_ == nullptr) return;
  alive ? wakeup_->Ref() : wakeup_->Unref();
}

void Environment::Own(int fd) {
  if (fd < 0) return;
  const auto index = static_cast<size_t>(fd);
  if (index >= owned_.size()) owned_.resize(index + 1);
  owned_[index] = true;
}

void Environment::Disown(int fd) {
  const auto index = static_cast<size_t>(fd);
  if (fd >= 0 && index < owned_.size()) owned_[index] = false;
}

// One batch a turn of the loop: what is left keeps the queue's descriptor readable, and other handles get their turn.
void Environment::OnWake() {
  const HandleScope scope(env_);
  const Bytes pairs = BytesOf(env_, Referenced(env_, pairs_));
  const int most = static_cast<int>(pairs.length / sizeof(Happened));
  const int count = queue_.Take(reinterpret_cast<Happened*>(pairs.data), most);
  if (count > 0) Call(count);
}

void Environment::Call(int count) {
  napi_value argument = nullptr, receiver = nullptr, error = nullptr, dispatch = Referenced(env_, dispatch_);
  napi_create_int32(env_, count, &argument);
  napi_get_global(env_, &receiver);
  const napi_status status = napi_make_callback(env_, context_, receiver, dispatch, 1, &argument, nullptr);
  if (status != napi_pending_exception) return;  // napi_ok, or the environment is ending
  if (napi_get_and_clear_last_exception(env_, &error) == napi_ok) napi_fatal_exception(env_, error);
}

bool Environment::Owns(int fd) const {
  const auto index = static_cast<size_t>(fd);
  return fd >= 0 && index < owned_.size() && owned_[index];
}

uint8_t* Environment::Room(size_t size) { return room_.Last(size); }

void Environment::CloseDescriptors() {
  for (size_t fd = 0; fd < owned_.size(); fd++)
    if (owned_[fd]) close(static_cast<int>(fd));
}

void Environment::End(napi_async_cleanup_hook_handle) {
  CloseDescriptors();
  const auto ended = [](void* data) {
    const std::unique_ptr<Environment> self(static_cast<Environment*>(data));
    self->CloseReactor();
    napi_remove_async_cleanup_hook(self->hook_);
  };
  if (wakeup_ == nullptr) return ended(this);
  wakeup_->Close(ended, this);
}

}  // namespace bsd
