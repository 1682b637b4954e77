// Filters: BPF programs, and the ICMP types that a raw socket lets through.
import { invalidType, invalidValue, object, uint8, uint16, uint32 } from './arguments.js'
import { type Codec, unread } from './scalar.js'
import { littleEndian, struct, viewOf } from './struct.js'

/** struct sock_filter: one instruction of classic BPF. */
export interface BpfInstruction {
  code: number
  jt: number
  jf: number
  k: number
}
/** struct sock_fprog: classic BPF, its instructions in order, 65,535 at most. */
export type BpfProgram = readonly BpfInstruction[]

const instruction = struct('sock_filter', ['code', 'jt', 'jf', 'k'], 'SO_ATTACH_FILTER')

/** struct sock_fprog, of which the addon makes the pointer. */
export const bpfCodec: Codec<never, BpfProgram> = {
  type: 'BpfProgram',
  size: 0,
  decode: unread,
  instructions: encoded => encoded.length / instruction.size,
  encode(value, name) {
    if (!Array.isArray(value)) throw invalidType(name, 'an array of BPF instructions', value)
    if (value.length > 0xffff) throw invalidValue(name, 'at most 65535 instructions', value)
    const bytes = Buffer.alloc(instruction.size * value.length)
    const view = viewOf(bytes)
    for (const [i, one] of value.entries()) {
      const { code, jt, jf, k } = object(one, `${name}[${i}]`)
      const at = i * instruction.size
      view.setUint16(at + instruction.at.code, uint16(code, `${name}[${i}].code`), littleEndian)
      view.setUint8(at + instruction.at.jt, uint8(jt, `${name}[${i}].jt`))
      view.setUint8(at + instruction.at.jf, uint8(jf, `${name}[${i}].jf`))
      view.setUint32(at + instruction.at.k, uint32(k, `${name}[${i}].k`), littleEndian)
    }
    return bytes
  },
}

/** Bits by message type, in words; a set bit keeps the type out, or lets it through. */
function typesCodec(words: number, setMeansOut: boolean): Codec<number[]> {
  return {
    type: 'number[]',
    size: 4 * words,
    decode(bytes) {
      const view = viewOf(bytes)
      const isSet = (type: number): boolean =>
        ((view.getUint32(4 * (type >> 5), littleEndian) >>> (type & 31)) & 1) === 1
      return Array.from({ length: 8 * bytes.length }, (_, type) => type).filter(type => isSet(type) !== setMeansOut)
    },
    encode(value, name) {
      if (!Array.isArray(value)) throw invalidType(name, 'an array of message types', value)
      const bytes = Buffer.alloc(4 * words, setMeansOut ? 0xff : 0)
      const view = viewOf(bytes)
      for (const [i, one] of value.entries()) {
        const type = uint8(one, `${name}[${i}]`)
        if (type >= 32 * words) throw invalidValue(`${name}[${i}]`, `a message type below ${32 * words}`, one)
        const at = 4 * (type >> 5)
        view.setUint32(at, view.getUint32(at, littleEndian) ^ (1 << (type & 31)), littleEndian)
      }
      return bytes
    },
  }
}

/** struct icmp_filter */
export const icmpFilterCodec = typesCodec(1, true)
/** struct icmp6_filter: RFC 3542 leaves open what a set bit means, and Linux and the BSDs differ. */
export const icmp6FilterCodec = typesCodec(8, process.platform === 'linux')
