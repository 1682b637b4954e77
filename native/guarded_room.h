// Memory that ends at a page which nobody may touch.
#pragma once

#include <sys/mman.h>

#include "platform.h"

namespace bsd {

class GuardedRoom {
 public:
  GuardedRoom() = default;
  ~GuardedRoom() { Release(); }
  GuardedRoom(const GuardedRoom&) = delete;
  GuardedRoom& operator=(const GuardedRoom&) = delete;

  // The last `size` bytes before the guard, zeroed; null where there is no memory.
  uint8_t* Last(size_t size) {
    if (size > usable_ && !Grow(size)) return nullptr;
    uint8_t* const start = base_ + usable_ - size;
    memset(start, 0, size);
    return start;
  }

 private:
  bool Grow(size_t size) {
    Release();
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t usable = (size + page - 1) / page * page;
    void* const base = mmap(nullptr, usable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return false;
    base_ = static_cast<uint8_t*>(base);
    usable_ = usable;
    whole_ = usable + page;
    return mprotect(base_ + usable, page, PROT_NONE) == 0;
  }

  void Release() {
    if (base_ != nullptr) munmap(base_, whole_);
    base_ = nullptr;
    usable_ = whole_ = 0;
  }

  uint8_t* base_ = nullptr;
  size_t usable_ = 0;
  size_t whole_ = 0;
};

}  // namespace bsd
