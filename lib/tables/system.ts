// What kind of system this is, where that cannot be told from the numbers that it has.
import { number } from '../codec/numbers.js'

/** epoll(7) is the event queue; else kqueue(2). */
export const hasEpoll = number('EPOLLIN') !== undefined
