// getaddrinfo and getnameinfo, at once or on libuv's thread pool.
#include <algorithm>
#include <memory>
#include <optional>

#include "../list.h"
#include "register.h"

namespace bsd {
namespace {

// A question to the resolver, and its answer.
class Lookup {
 public:
  Lookup() = default;
  virtual ~Lookup() = default;
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // On any thread.
  void Run() {
    errno = 0;  // glibc leaves it alone in some failures
    error_ = Ask();
    errno_ = errno;
  }

  // [0, 0, rows…], or [EAI_*, errno]; null where the environment is ending.
  napi_value Outcome(napi_env env) const {
    List outcome(env);
    outcome.Number(error_);
    outcome.Number(error_ == EAI_SYSTEM ? errno_ : 0);
    if (error_ == 0) Rows(env, outcome);
    return outcome.value();
  }

 private:
  virtual int Ask() = 0;
  virtual void Rows(napi_env env, List& outcome) const = 0;
  int error_ = EAI_FAIL;
  int errno_ = 0;
};

using Text = std::optional<std::string>;

const char* Pointer(const Text& text) { return text ? text->c_str() : nullptr; }

// Rows of [type, protocol, address, canonname or null].
class AddressLookup final : public Lookup {
 public:
  AddressLookup(Text node, Text service, const addrinfo& hints)
      : node_(std::move(node)), service_(std::move(service)), hints_(hints) {}
  ~AddressLookup() override {
    if (found_ != nullptr) freeaddrinfo(found_);
  }

 private:
  int Ask() override { return getaddrinfo(Pointer(node_), Pointer(service_), &hints_, &found_); }

  void Rows(napi_env env, List& outcome) const override {
    for (const addrinfo* one = found_; one != nullptr; one = one->ai_next) {
      List row(env);
      row.Number(one->ai_socktype);
      row.Number(one->ai_protocol);
      row.Address(one->ai_addr, one->ai_addrlen);
      row.Text(one->ai_canonname);
      outcome.Inner(row);
    }
  }

  const Text node_, service_;
  const addrinfo hints_;
  addrinfo* found_ = nullptr;
};

// One row, [host, service].
class NameLookup final : public Lookup {
 public:
  NameLookup(Bytes address, int flags) : length_(std::min(address.length, sizeof address_)), flags_(flags) {
    if (length_ > 0) memcpy(&address_, address.data, length_);
  }

 private:
  int Ask() override {
    return getnameinfo(reinterpret_cast<const sockaddr*>(&address_), static_cast<socklen_t>(length_), host_,
                       sizeof host_, service_, sizeof service_, flags_);
  }

  void Rows(napi_env env, List& outcome) const override {
    List row(env);
    row.Text(host_);
    row.Text(service_);
    outcome.Inner(row);
  }

  sockaddr_storage address_{};
  const size_t length_;
  const int flags_;
  char host_[NI_MAXHOST] = {};
  char service_[NI_MAXSERV] = {};
};

// A lookup on the thread pool. Two hold it: its work, whose end always comes, also when the environment ends before;
// and the handle that JavaScript has for cancelling it.
struct Pending {
  std::unique_ptr<Lookup> lookup;
  napi_async_work work = nullptr;  // null once it has ended
  napi_ref done = nullptr;
};
using Held = std::shared_ptr<Pending>;

void Release(napi_env env, Pending& pending) {
  if (pending.work != nullptr) napi_delete_async_work(env, pending.work);
  if (pending.done != nullptr) napi_delete_reference(env, pending.done);
  pending.work = nullptr;
  pending.done = nullptr;
}

void Execute(napi_env, void* data) { (*static_cast<Held*>(data))->lookup->Run(); }

// A status other than napi_ok: cancelled, and nobody waits for it.
void Complete(napi_env env, napi_status status, void* data) {
  const std::unique_ptr<Held> held(static_cast<Held*>(data));
  Pending& pending = **held;
  napi_value done = nullptr, receiver = nullptr;
  if (status == napi_ok && napi_get_reference_value(env, pending.done, &done) == napi_ok &&
      napi_get_global(env, &receiver) == napi_ok) {
    napi_value outcome = pending.lookup->Outcome(env);
    if (outcome != nullptr) napi_call_function(env, receiver, done, 1, &outcome, nullptr);
  }
  Release(env, pending);
}

// The handle; undefined where there is no memory, or the environment is ending.
napi_value Start(napi_env env, std::unique_ptr<Lookup> lookup, napi_value done) {
  const Held pending = std::make_shared<Pending>();
  pending->lookup = std::move(lookup);
  auto of_handle = std::make_unique<Held>(pending), of_work = std::make_unique<Held>(pending);
  napi_value name = nullptr, handle = nullptr;
  const auto dropped = [](napi_env, void* data, void*) { delete static_cast<Held*>(data); };
  bool good = napi_create_string_utf8(env, "bsd-sockets", NAPI_AUTO_LENGTH, &name) == napi_ok &&
              napi_create_reference(env, done, 1, &pending->done) == napi_ok &&
              napi_create_async_work(env, nullptr, name, Execute, Complete, of_work.get(), &pending->work) == napi_ok;
  if (good) good = napi_create_external(env, of_handle.get(), dropped, nullptr, &handle) == napi_ok;
  if (good) (void)of_handle.release();  // the handle's until it is collected
  if (good) good = napi_queue_async_work(env, pending->work) == napi_ok;
  if (!good) return Release(env, *pending), nullptr;
  (void)of_work.release();  // the work's until Complete
  return handle;
}

napi_value Answer(const Call& call, std::unique_ptr<Lookup> lookup, size_t done) {
  if (call.Is(napi_function, done)) return Start(call.env(), std::move(lookup), call.Value(done));
  lookup->Run();
  return lookup->Outcome(call.env());
}

// getaddrinfo(node, service, [flags, family, type, protocol], done?)
napi_value GetAddrInfo(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const auto text = [&](size_t i) { return call.Is(napi_string, i) ? Text(call.Text(i)) : std::nullopt; };
  const Bytes given = call.View(2);
  int32_t values[4] = {};
  if (given.length == sizeof values) memcpy(values, given.data, sizeof values);
  addrinfo hints{};
  hints.ai_flags = values[0];
  hints.ai_family = values[1];
  hints.ai_socktype = values[2];
  hints.ai_protocol = values[3];
  return Answer(call, std::make_unique<AddressLookup>(text(0), text(1), hints), 3);
}

// getnameinfo(address, flags, done?)
napi_value GetNameInfo(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  return Answer(call, std::make_unique<NameLookup>(call.View(0), call.Int(1)), 2);
}

// One that has not begun never will: true, and `done` is not called. Of another nothing happens.
napi_value CancelLookup(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  void* data = nullptr;
  napi_value cancelled = nullptr;
  if (napi_get_value_external(env, call.Value(0), &data) != napi_ok) return nullptr;
  napi_async_work work = (*static_cast<Held*>(data))->work;
  napi_get_boolean(env, work != nullptr && napi_cancel_async_work(env, work) == napi_ok, &cancelled);
  return cancelled;
}

napi_value GaiStrerror(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  napi_value text = nullptr;
  napi_create_string_utf8(env, gai_strerror(call.Int(0)), NAPI_AUTO_LENGTH, &text);
  return text;
}

}  // namespace

void ExportResolver(napi_env env, napi_value exports) {
  Export(env, exports, "getaddrinfo", GetAddrInfo);
  Export(env, exports, "getnameinfo", GetNameInfo);
  Export(env, exports, "cancelLookup", CancelLookup);
  Export(env, exports, "gai_strerror", GaiStrerror);
}

}  // namespace bsd
