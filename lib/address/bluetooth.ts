// AF_BLUETOOTH: struct sockaddr_l2, sockaddr_rc, sockaddr_sco and sockaddr_hci. The family is one and says nothing of
// the protocol; no two of the structs have the same length, which does.
import { invalidValue, uint8, uint16 } from '../codec/arguments.js'
import { isZero, littleEndian, type Struct, viewOf } from '../codec/struct.js'
import { sockaddrHci, sockaddrL2, sockaddrRc, sockaddrSco } from '../tables/structs.js'
import { blank, type Family, type Given, HEAD, numberOfDomain, property } from './family.js'
import { hardwareBytes, hardwareText } from './hardware.js'
import type { BluetoothProtocol, SockaddrBluetooth } from './types.js'

/** How a field looks in C, and what it is where bind is not told. */
interface Kind {
  readonly size: number
  readonly any: string | number
  write(bytes: NonSharedBuffer, at: number, value: unknown, name: string): void
  read(bytes: NonSharedBuffer, at: number): string | number
}

/** bdaddr_t: the text begins with the byte that is last. */
const bdaddr: Kind = {
  size: 6,
  any: '00:00:00:00:00:00',
  write: (bytes, at, value, name) => bytes.set(hardwareBytes(value, name, 6).reverse(), at),
  read: (bytes, at) => hardwareText(Buffer.from(bytes.subarray(at, at + 6)).reverse()),
}
const u8: Kind = {
  size: 1,
  any: 0,
  write: (bytes, at, value, name) => viewOf(bytes).setUint8(at, uint8(value, name)),
  read: (bytes, at) => viewOf(bytes).getUint8(at),
}
const short = (little: boolean, any = 0): Kind => ({
  size: 2,
  any,
  write: (bytes, at, value, name) => viewOf(bytes).setUint16(at, uint16(value, name), little),
  read: (bytes, at) => viewOf(bytes).getUint16(at, little),
})
const HCI_DEV_NONE = 0xffff

interface Field {
  readonly name: string
  readonly at: number
  readonly kind: Kind
  /** May be left out of a destination too. */
  readonly extra?: true
}
interface Form {
  readonly size: number
  readonly fields: readonly Field[]
}

function form<Name extends string>(
  { size, at }: Struct<Name>,
  fields: readonly (readonly [name: string, field: Name, kind: Kind, extra?: 'extra'])[],
): Form {
  return {
    size,
    fields: fields.map(([name, field, kind, extra]) => ({ name, at: at[field], kind, ...(extra && { extra: true }) })),
  }
}

const forms: { readonly [Protocol in BluetoothProtocol]: Form } = {
  BTPROTO_L2CAP: form(sockaddrL2, [
    ['bdaddr', 'l2_bdaddr', bdaddr],
    ['psm', 'l2_psm', short(true)],
    ['cid', 'l2_cid', short(true), 'extra'],
    ['bdaddrType', 'l2_bdaddr_type', u8, 'extra'],
  ]),
  BTPROTO_HCI: form(sockaddrHci, [
    ['dev', 'hci_dev', short(littleEndian, HCI_DEV_NONE)],
    ['channel', 'hci_channel', short(littleEndian), 'extra'],
  ]),
  BTPROTO_SCO: form(sockaddrSco, [['bdaddr', 'sco_bdaddr', bdaddr]]),
  BTPROTO_RFCOMM: form(sockaddrRc, [
    ['bdaddr', 'rc_bdaddr', bdaddr],
    ['channel', 'rc_channel', u8],
  ]),
}

function isProtocol(value: unknown): value is BluetoothProtocol {
  return typeof value === 'string' && Object.hasOwn(forms, value)
}

function encode(given: Given, complete: boolean): NonSharedBuffer {
  const family = numberOfDomain('AF_BLUETOOTH')
  const { protocol } = given
  if (!isProtocol(protocol)) throw invalidValue('address.protocol', Object.keys(forms).join(', '), protocol)
  const { size, fields } = forms[protocol]
  const bytes = blank(family, size)
  for (const { name, at, kind, extra } of fields) {
    const value = property<unknown>(given, name, one => one, complete && extra === undefined ? undefined : kind.any)
    kind.write(bytes, at, value, `address.${name}`)
  }
  return bytes
}

function decode(bytes: NonSharedBuffer): SockaddrBluetooth | undefined {
  const found = Object.entries(forms).find(([, { size }]) => size === bytes.length)
  if (found === undefined) return undefined
  const [protocol, { fields }] = found
  const end = Math.max(HEAD, ...fields.map(({ at, kind }) => at + kind.size))
  if (!isZero(bytes.subarray(end))) return undefined
  const values = fields.map(({ name, at, kind }) => [name, kind.read(bytes, at)])
  return { family: 'AF_BLUETOOTH', protocol, ...Object.fromEntries(values) } as SockaddrBluetooth
}

function format(address: SockaddrBluetooth): string {
  switch (address.protocol) {
    case 'BTPROTO_L2CAP':
      return `l2cap:${address.bdaddr}/${address.psm}`
    case 'BTPROTO_HCI':
      return `hci:${address.dev}/${address.channel ?? 0}`
    case 'BTPROTO_SCO':
      return `sco:${address.bdaddr}`
    case 'BTPROTO_RFCOMM':
      return `rfcomm:${address.bdaddr}/${address.channel}`
  }
}

export const bluetooth: Family<SockaddrBluetooth> = { encode, decode, format }
