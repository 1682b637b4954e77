// Wakeup by a thread that waits on the queue, and tells the environment through a thread-safe function. The queue stays
// readable until it is drained: so after each call the thread waits for an order to go on.
#include <pthread.h>
#include <signal.h>

#include "../platform.h"
#include "event_queue.h"
#include "wakeup.h"

namespace bsd {
namespace {

enum Order : char { kResume, kEnd };

class Pipe {
 public:
  Pipe() = default;
  ~Pipe() {
    for (const int fd : fds_)
      if (fd >= 0) close(fd);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int Open() { return platform::Pipe(fds_) < 0 ? -errno : 0; }

  void Write(Order order) const {
    while (write(fds_[1], &order, sizeof order) < 0 && errno == EINTR)
      ;
  }

  // Waits for the next; that it is the end where there is none to come.
  Order Read() const {
    Order order = kEnd;
    ssize_t count = 0;
    while ((count = read(fds_[0], &order, sizeof order)) < 0 && errno == EINTR)
      ;
    return count == sizeof order ? order : kEnd;
  }

  int reading() const { return fds_[0]; }

 private:
  int fds_[2] = {-1, -1};
};

class ThreadWakeup final : public Wakeup {
 public:
  ThreadWakeup(napi_env env, int descriptor) : env_(env), descriptor_(descriptor) {}

  ~ThreadWakeup() override {
    if (!started_) return;
    orders_.Write(kEnd);
    pthread_join(thread_, nullptr);
  }

  int Start(Callback callback) {
    if (const int error = orders_.Open(); error != 0) return error;
    if (const int error = wait_.Open(descriptor_, orders_.reading()); error != 0) return error;
    napi_value name = nullptr;
    const auto call = [](napi_env env, napi_value, void* context, void*) {
      if (env != nullptr) reinterpret_cast<Callback>(context)(env);
    };
    if (napi_create_string_utf8(env_, "bsd-sockets", NAPI_AUTO_LENGTH, &name) != napi_ok ||
        napi_create_threadsafe_function(env_, nullptr, nullptr, name, 0, 1, nullptr, nullptr,
                                        reinterpret_cast<void*>(callback), call, &wake_) != napi_ok)
      return -ENOMEM;
    Unref();
    Resume();
    const int error = StartThread();
    started_ = error == 0;
    if (!started_) napi_release_threadsafe_function(wake_, napi_tsfn_abort);
    return -error;
  }

  void Ref() override { napi_ref_threadsafe_function(env_, wake_); }
  void Unref() override { napi_unref_threadsafe_function(env_, wake_); }

  void Resume() override { orders_.Write(kResume); }

 private:
  // Signals are for the threads of the run-time.
  int StartThread() {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const auto run = [](void* self) -> void* { return static_cast<ThreadWakeup*>(self)->Run(), nullptr; };
    const int error = pthread_create(&thread_, nullptr, run, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return error;
  }

  // An order that comes while it waits can be the end only; so is a descriptor that is closed behind this back. The
  // function is this thread's: it lasts until it is released here, or says that it is closing.
  void Run() {
    napi_status status = napi_ok;
    while (status == napi_ok && orders_.Read() == kResume && wait_.Wait())
      status = napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
    if (status != napi_closing) napi_release_threadsafe_function(wake_, napi_tsfn_abort);
  }

  napi_env env_;
  const int descriptor_;
  Pipe orders_;
  QueueWait wait_;
  napi_threadsafe_function wake_ = nullptr;
  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace

int OpenThreadWakeup(napi_env env, int descriptor, Wakeup::Callback callback, std::unique_ptr<Wakeup>* opened) {
  auto wakeup = std::make_unique<ThreadWakeup>(env, descriptor);
  const int error = wakeup->Start(callback);
  if (error == 0) *opened = std::move(wakeup);
  return error;
}

}  // namespace bsd
