// What kind of system this is, where that cannot be told from the numbers that it has.
import { number } from '../codec/numbers.js'

/** epoll(7) is the event queue; else kqueue(2). */
export const hasEpoll = number('EPOLLIN') !== undefined
/** The system calls that open it, and that have it watch a socket. */
export const [queueOpens, queueWatches] = hasEpoll ? ['epoll_create1', 'epoll_ctl'] : ['kqueue', 'kevent']

/** cmsg(3): where the data of an ancillary message begins, and what the next one is aligned to. */
export const cmsgDataOffset = number('CMSG_DATA_OFFSET') ?? 0
export const cmsgAlignment = number('CMSG_ALIGNMENT') ?? 1
