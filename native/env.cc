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
  return napi_set_instance_data(env, environment, nullptr, nullptr) == napi_ok &&
         napi_add_env_cleanup_hook(env, End, environment) == napi_ok;
}

Environment::~Environment() {
  wakeup_.reset();
  CloseDescriptors();
  CloseReactor();
}

void Environment::End(void* data) {
  const std::unique_ptr<Environment> self(static_cast<Environment*>(data));
  napi_set_instance_data(self->env_, nullptr, nullptr, nullptr);
}

Environment* Environment::Of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Environment*>(data);
}

int Environment::OpenReactor(napi_value pairs, napi_value dispatch, bool by_thread) {
  if (wakeup_ != nullptr) return -EALREADY;
  if (const int error = queue_.Open(); error != 0) return error;
  const bool made = napi_create_reference(env_, pairs, 1, &pairs_) == napi_ok &&
                    napi_create_reference(env_, dispatch, 1, &dispatch_) == napi_ok;
  const auto wake = [](napi_env env) {
    if (auto* const environment = Of(env); environment != nullptr) environment->OnWake();
  };
  const auto open = by_thread ? OpenThreadWakeup : OpenUvWakeup;
  const int error = made ? open(env_, queue_.descriptor(), wake, &wakeup_) : -ENOMEM;
  if (error != 0) CloseReactor();
  return error;
}

void Environment::CloseReactor() {
  queue_.Close();
  for (napi_ref* const reference : {&pairs_, &dispatch_}) {
    if (*reference != nullptr) napi_delete_reference(env_, *reference);
    *reference = nullptr;
  }
}

void Environment::Ref(bool alive) {
  if (wakeup_ == nullptr) return;
  alive ? wakeup_->Ref() : wakeup_->Unref();
}

void Environment::Resume() {
  if (wakeup_ != nullptr) wakeup_->Resume();
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
  napi_value pairs = Referenced(env_, pairs_);
  const Bytes room = BytesOf(env_, pairs);
  const int most = static_cast<int>(room.length / sizeof(Happened));
  const int count = queue_.Take(reinterpret_cast<Happened*>(room.data), most);
  count > 0 ? Dispatch(pairs, count) : wakeup_->Resume();
}

// Not in an async context of its own, which Deno could not end with the environment.
void Environment::Dispatch(napi_value pairs, int count) {
  napi_value argument = nullptr, result = nullptr, error = nullptr, dispatch = Referenced(env_, dispatch_);
  napi_create_int32(env_, count, &argument);
  napi_make_callback(env_, nullptr, pairs, dispatch, 1, &argument, &result);  // fails where the environment is ending
  bool thrown = false;
  napi_is_exception_pending(env_, &thrown);
  if (thrown && napi_get_and_clear_last_exception(env_, &error) == napi_ok) napi_fatal_exception(env_, error);
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

}  // namespace bsd
