// struct pollfd, several of them: poll(2).
import { littleEndian, viewOf } from '../codec/struct.js'
import { pollfd } from '../tables/structs.js'

const { size, at } = pollfd

export class PollList {
  readonly bytes: NonSharedBuffer
  readonly #view: DataView

  constructor(count: number) {
    this.bytes = Buffer.alloc(size * count)
    this.#view = viewOf(this.bytes)
  }

  set(i: number, fd: number, events: number): void {
    this.#view.setInt32(i * size + at.fd, fd, littleEndian)
    this.#view.setInt16(i * size + at.events, events, littleEndian)
  }

  revents(i: number): number {
    return this.#view.getInt16(i * size + at.revents, littleEndian)
  }
}
