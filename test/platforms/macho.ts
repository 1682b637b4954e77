// What a Mach-O file of macOS says of itself in its load commands: <mach-o/loader.h>.
import { readFileSync } from 'node:fs'

const LC_LOAD_DYLIB = 0xc
const LC_CODE_SIGNATURE = 0x1d
const LC_BUILD_VERSION = 0x32
const HEADER = 32

export interface MachO {
  libraries: string[]
  signed: boolean
  /** The oldest macOS that takes it: '11.0'. */
  oldest: string
}

export function readMachO(file: string): MachO {
  const bytes = readFileSync(file)
  const found: MachO = { libraries: [], signed: false, oldest: '' }
  const commands = bytes.readUInt32LE(16)
  for (let at = HEADER, i = 0; i < commands; i++, at += bytes.readUInt32LE(at + 4)) {
    const command = bytes.readUInt32LE(at)
    const end = at + bytes.readUInt32LE(at + 4)
    if (command === LC_LOAD_DYLIB)
      found.libraries.push(bytes.toString('utf8', at + bytes.readUInt32LE(at + 8), end).replaceAll('\0', ''))
    if (command === LC_CODE_SIGNATURE) found.signed = true
    if (command === LC_BUILD_VERSION) found.oldest = `${bytes.readUInt16LE(at + 14)}.${bytes.readUInt8(at + 13)}`
  }
  return found
}
