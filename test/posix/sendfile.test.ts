import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { close, recv, sendfile, socketpair } from 'bsd-sockets/posix'
import { describe, expect, it, onTestFinished } from 'vitest'

function fileWith(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
  writeFileSync(join(folder, 'file'), text)
  const fd = openSync(join(folder, 'file'), 'r')
  onTestFinished(() => {
    close(fd)
    rmSync(folder, { recursive: true })
  })
  return fd
}

function pair(): [number, number] {
  const [one, other] = socketpair('AF_UNIX', 'SOCK_STREAM')
  onTestFinished(() => {
    close(one)
    close(other)
  })
  return [one, other]
}

function received(fd: number): string {
  const buffer = Buffer.alloc(100)
  return buffer.toString('utf8', 0, recv(fd, buffer))
}

describe('sendfile', () => {
  it('sends a part of a file, and leaves its position alone', () => {
    const file = fileWith('0123456789')
    const [one, other] = pair()
    expect(sendfile(one, file, 3, 4)).toBe(4)
    expect(received(other)).toBe('3456')
    expect(sendfile(one, file, null, 2)).toBe(2)
    expect(received(other)).toBe('01')
  })

  it('goes on from where the file is, to its end', () => {
    const file = fileWith('0123456789')
    const [one, other] = pair()
    expect([sendfile(one, file, null, 4), sendfile(one, file, null, 100), sendfile(one, file, null, 100)]).toEqual([
      4, 6, 0,
    ])
    expect(received(other)).toBe('0123456789')
  })

  it('says what is wrong', () => {
    const [one] = pair()
    expect(() => sendfile(one, 1_000_000, 0, 1)).toThrow(
      expect.objectContaining({ code: 'EBADF', syscall: 'sendfile' }),
    )
    expect(() => sendfile(one, fileWith('x'), -1, 1)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
  })
})
