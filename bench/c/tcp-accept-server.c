// The limit for `tcp-accept`: accepts and closes, with blocking calls.
#include "bench.h"

int main(void) {
  const int listener = listen_anywhere(0);
  for (;;) close(checked(accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), "accept4"));
}
