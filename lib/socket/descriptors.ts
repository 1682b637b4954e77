// What C does with any descriptor: poll(2), fcntl(2), dup(2), ioctl(2).
import {
  bytes,
  descriptor,
  INT_MAX,
  int32,
  integer,
  invalidType,
  invalidValue,
  object,
  uint16,
  uint32,
} from '../codec/arguments.js'
import { checked } from '../errors.js'
import { native } from '../native.js'
import {
  type F_DUPFD_CLOEXEC,
  type F_GETFD,
  type F_GETFL,
  type F_SETFD,
  type F_SETFL,
  type FcntlCommand,
  fcntlCommands,
} from '../tables/commands.js'
import { PollList } from './poll-list.js'

/** struct pollfd. @inline */
interface Polled {
  fd: number
  events: number
  revents?: number
}

/**
 * Waits until something happens on a descriptor: poll(2). Sets `revents`, and returns how many have some.
 * `timeout` in milliseconds; -1 for ever. A negative `fd` is left out.
 * @example
 * const polled = [{ fd, events: POLLIN, revents: 0 }]
 * if (poll(polled, 1000) > 0 && polled[0]?.revents === POLLIN) recv(fd, Buffer.alloc(1500))
 * @throws SocketError EINVAL for more than RLIMIT_NOFILE entries
 */
export function poll(fds: Polled[], timeout = -1): number {
  if (!Array.isArray(fds)) throw invalidType('fds', 'an array of { fd, events }', fds)
  const polled = [...fds]
  const list = new PollList(polled.length)
  for (const [i, one] of polled.entries()) {
    const { fd, events } = object(one, `fds[${i}]`)
    list.set(i, descriptor(fd, `fds[${i}].fd`), uint16(events, `fds[${i}].events`))
    if (!Reflect.set(one, 'revents', 0)) throw invalidValue(`fds[${i}]`, 'an object that takes `revents`', one)
  }
  const count = checked(native.poll(list.bytes, int32(timeout, 'timeout')), 'poll')
  for (const [i, one] of polled.entries()) one.revents = list.revents(i)
  return count
}

/** The flags of a descriptor or of its open file: fcntl(2). */
export function fcntl(fd: number, command: typeof F_GETFL | typeof F_GETFD): number
/**
 * Sets them: fcntl(2).
 * @example fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
 */
export function fcntl(fd: number, command: typeof F_SETFL | typeof F_SETFD, flags: number): void
/** A second descriptor of the open file, `lowest` or above: fcntl(2). */
export function fcntl(fd: number, command: typeof F_DUPFD_CLOEXEC, lowest: number): number
export function fcntl(fd: number, command: FcntlCommand, argument?: number): number {
  const number = typeof command === 'string' ? fcntlCommands.numberOf(command) : undefined
  if (number === undefined)
    throw invalidValue('command', 'F_GETFL, F_SETFL, F_GETFD, F_SETFD or F_DUPFD_CLOEXEC', command)
  const reads = command === 'F_GETFL' || command === 'F_GETFD'
  return checked(native.fcntl(descriptor(fd), number, reads ? 0 : integer(argument, 'argument', 0, INT_MAX)), 'fcntl')
}

/**
 * A second descriptor of the same open file: fcntl(2) with F_DUPFD_CLOEXEC, as dup(2).
 * @example const second = dup(fd)
 * @throws SocketError EBADF, EMFILE
 */
export function dup(fd: number): number {
  return checked(native.dup(descriptor(fd), 0), 'dup')
}

/**
 * Makes `target` a descriptor of the same open file, closing what it was: dup3(2) with O_CLOEXEC. Answers `target`; where
 * the two are equal only EBADF is looked for, as dup2(2) does.
 * @example dup2(fd, 0) // standard input
 * @throws SocketError EBADF, EMFILE
 */
export function dup2(fd: number, target: number): number {
  if (descriptor(fd) === descriptor(target, 'target')) {
    checked(native.fcntl(fd, fcntlCommands.numberOf('F_GETFD') ?? -1, 0), 'dup2')
    return target
  }
  return checked(native.dup2(fd, target), 'dup2')
}

/**
 * Any request: ioctl(2). A view is filled in place. A number is passed as it is, up to 65,535: a larger one might be an
 * address of this process. What the call returned.
 * @example
 * const waiting = new Int32Array(1)
 * ioctl(fd, FIONREAD, waiting)
 * console.log(waiting[0])
 * @throws SocketError ENOTTY for an unknown request; EFAULT where it would write more than 16 KiB
 */
export function ioctl(fd: number, request: number, argument: number | NodeJS.ArrayBufferView = 0): number {
  const given = typeof argument === 'number' ? uint16(argument, 'argument') : bytes(argument, 'argument')
  return checked(native.ioctl(descriptor(fd), uint32(request, 'request'), given), 'ioctl')
}
