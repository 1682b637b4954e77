// What one environment (the main thread, or one worker) has: its reactor, and which descriptors its sockets own.
// Nothing here is static, so that the addon may be loaded any number of times.
//
// At the end of the environment, in this order: the wake-up ends, the descriptors are closed, the event queue.
#pragma once

#include <memory>
#include <vector>

#include "call.h"
#include "guarded_room.h"
#include "reactor/event_queue.h"
#include "reactor/wakeup.h"

namespace bsd {

class Environment {
 public:
  // Makes the environment's data and hands it to the environment. False where it does not take it.
  static bool Create(napi_env env);
  static Environment* Of(napi_env env);

  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // Opens the reactor. `pairs` receives what happened, `dispatch` is called with the number of pairs, and is to lead to
  // a Resume in a later turn of the event loop. 0 or -errno.
  int OpenReactor(napi_value pairs, napi_value dispatch, bool by_thread);
  int Watch(int fd, Token token, int interest, int before) { return queue_.Watch(fd, token, interest, before); }
  void Ref(bool alive);
  void Resume();

  // What is owned at the end of the environment is closed. JavaScript may be stopped between any two of its steps: so a
  // descriptor is entered and struck out by the very calls that open and close it.
  void Own(int fd);
  void Disown(int fd);
  bool Owns(int fd) const;

  // `size` bytes of zero, good for one system call, that end where memory ends: a kernel that would write more (as some
  // requests of ioctl and getsockopt do, whatever size they are told) answers EFAULT. Null where there is no memory.
  uint8_t* Room(size_t size);

 private:
  explicit Environment(napi_env env) : env_(env) {}
  void OnWake();
  void Dispatch(napi_value pairs, int count);
  void CloseDescriptors();
  void CloseReactor();
  static void End(void* data);

  napi_env env_;
  EventQueue queue_;
  std::unique_ptr<Wakeup> wakeup_;
  napi_ref pairs_ = nullptr;
  napi_ref dispatch_ = nullptr;
  std::vector<bool> owned_;
  GuardedRoom room_;
};

}  // namespace bsd
