// Hardware addresses: their text, 'aa:bb:cc:dd:ee:ff', and their bytes in the order of the text.
import { invalidValue } from '../codec/arguments.js'

/** The bytes of a hardware address; `length` of them, or 1 to 8 where none is given. */
export function hardwareBytes(value: unknown, name: string, length?: number): NonSharedBuffer {
  const bytes =
    typeof value === 'string' && /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){0,7}$/i.test(value)
      ? Buffer.from(value.split(':').map(byte => Number.parseInt(byte, 16)))
      : undefined
  if (bytes === undefined || (length !== undefined && bytes.length !== length))
    throw invalidValue(name, `a hardware address of ${length ?? '1 to 8'} bytes, 'aa:bb:cc:dd:ee:ff'`, value)
  return bytes
}

export function hardwareText(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(':')
}
