// The receive queue of a socket, long enough for a burst of thousands.
import * as posix from 'bsd-sockets/posix'

const bytes = 64 * 2 ** 20

/** Without CAP_NET_ADMIN as long as net.core.rmem_max allows. */
export function lengthenQueue(fd) {
  try {
    posix.setsockopt(fd, posix.SO_RCVBUFFORCE, bytes)
  } catch (error) {
    if (error.code !== 'EPERM') throw error
    posix.setsockopt(fd, posix.SO_RCVBUF, bytes)
  }
}
