// The kernel's event queue, one per environment: epoll on Linux, kqueue on the BSDs and macOS.
// Both are edge-triggered and speak the words below.
#pragma once

#include <stdint.h>

namespace bsd {

// What a socket waits for. Errors are reported to all who are watched; kErrorQueue watches for nothing else.
enum Interest : int { kNone = 0, kRead = 1, kWrite = 2, kErrorQueue = 4 };

// What happened to it. kHangup: of both directions; kEnd: the peer sends no more.
enum Event : uint32_t { kReadable = 1, kWritable = 2, kHangup = 4, kError = 8, kUrgent = 16, kEnd = 32 };

// Names one socket of one environment. The generation tells it from earlier users of the slot, whose events may still
// be queued; the descriptor's number could not, since it is used again at once.
struct Token {
  uint32_t slot;
  uint32_t generation;
};

// What JavaScript gets of one event: two words.
struct Happened {
  Happened(uint64_t token, uint32_t events)
      : slot(static_cast<uint32_t>(token)), packed(static_cast<uint32_t>(token >> 32) << 16 | events) {}
  uint32_t slot;
  uint32_t packed;  // generation << 16 | events
};

inline uint64_t Whole(Token token) { return uint64_t{token.generation} << 32 | token.slot; }

class EventQueue {
 public:
  EventQueue() = default;
  ~EventQueue() { Close(); }
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  // 0 or -errno.
  int Open();
  void Close();

  // Changes what `fd` is watched for from `before` to `interest`; kNone forgets it. Where both are the same it is asked
  // for anew: what is there already is told again. 0 or -errno.
  int Watch(int fd, Token token, int interest, int before);

  // Takes what has happened, without waiting. How many there are.
  int Take(Happened* happened, int most);

  // Readable while there is something to take. Not for poll(2): that of macOS refuses a kqueue.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// Waits for an event queue, or for another descriptor that is to be read.
class QueueWait {
 public:
  // 0 or -errno.
  int Open(int queue, int other);

  // Whether it is the queue that has something; false where the other does too, or neither can be waited for.
  bool Wait();

 private:
  int queue_ = -1;
  int other_ = -1;
  EventQueue both_;  // kqueue's own
};

}  // namespace bsd
