// Tells an environment, on its own thread, that its event queue has something to take: by libuv's poll where the
// run-time's event loop is libuv's, else by a thread.
#pragma once

#define NAPI_VERSION 8
#include <node_api.h>

#include <memory>

namespace bsd {

// It ends with its object; after that it calls no more.
class Wakeup {
 public:
  using Callback = void (*)(napi_env env);

  Wakeup() = default;
  virtual ~Wakeup() = default;
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // While it is ref'd the event loop stays alive. It starts without.
  virtual void Ref() = 0;
  virtual void Unref() = 0;

  // What it told of has been dealt with, and the other handles of the event loop had their turn.
  virtual void Resume() = 0;
};

// Watch the queue's `descriptor`, which is readable while there is something to take. 0, or -errno.
int OpenUvWakeup(napi_env env, int descriptor, Wakeup::Callback callback, std::unique_ptr<Wakeup>* opened);
int OpenThreadWakeup(napi_env env, int descriptor, Wakeup::Callback callback, std::unique_ptr<Wakeup>* opened);

}  // namespace bsd
