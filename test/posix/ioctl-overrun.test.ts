import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ioctl } from 'bsd-sockets/posix'
import { describe, expect, it } from 'vitest'

const FS_IOC_FIEMAP = 0xc020660b
const extents = 1000

/** A file of many extents: each block behind a hole. */
function scattered(path: string): number {
  const fd = openSync(path, 'w+')
  for (let i = 0; i < extents; i++) writeSync(fd, Buffer.alloc(4096, 1), 0, 4096, i * 8192)
  fsyncSync(fd)
  return fd
}

function request(count: number): Buffer {
  const fiemap = Buffer.alloc(32)
  fiemap.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 8)
  fiemap.writeUInt32LE(count, 24)
  return fiemap
}

describe.runIf(process.platform === 'linux')('ioctl', () => {
  it('lets no request write beyond its room, whatever the request asks for', context => {
    const folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))
    const fd = scattered(join(folder, 'file'))
    try {
      const asked = request(0)
      ioctl(fd, FS_IOC_FIEMAP, asked)
      if (asked.readUInt32LE(20) * 56 < 1 << 14) context.skip('this file system keeps the file in too few extents')
      expect(() => ioctl(fd, FS_IOC_FIEMAP, request(extents))).toThrow(expect.objectContaining({ code: 'EFAULT' }))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EOPNOTSUPP')) throw error
      context.skip('this file system does not tell its extents')
    } finally {
      closeSync(fd)
      rmSync(folder, { recursive: true })
    }
  })
})
