// Commands of fcntl(2) by name.
import { Names } from '../codec/numbers.js'

/** fcntl(2): the file status flags. */
export const F_GETFL = 'F_GETFL'
/** fcntl(2): set the file status flags. */
export const F_SETFL = 'F_SETFL'
/** fcntl(2): the descriptor flags. */
export const F_GETFD = 'F_GETFD'
/** fcntl(2): set the descriptor flags. */
export const F_SETFD = 'F_SETFD'
/** fcntl(2): the lowest free descriptor from a number on, for the same open file; close-on-exec. */
export const F_DUPFD_CLOEXEC = 'F_DUPFD_CLOEXEC'

export type FcntlCommand = 'F_GETFL' | 'F_SETFL' | 'F_GETFD' | 'F_SETFD' | 'F_DUPFD_CLOEXEC'

export const fcntlCommands = new Names<FcntlCommand>([F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC])
