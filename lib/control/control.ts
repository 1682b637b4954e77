// Control buffers: built from typed ancillary messages, and walked. What has no row is kept by level and number.
import { bytes, int32, invalidType, invalidValue, object } from '../codec/arguments.js'
import { littleEndian, viewOf } from '../codec/struct.js'
import { ownError } from '../errors.js'
import { native } from '../native.js'
import { type ControlRow, type ControlValue, controlRows } from '../tables/control.js'
import { cmsghdr } from '../tables/structs.js'
import { cmsgAlignment, cmsgDataOffset } from '../tables/system.js'
import { queuedError, type Surroundings } from './queued.js'
import type { ReceivedControl, SendControl } from './types.js'
import { controlCodecs, descriptorsIn } from './values.js'

/** One ancillary message as the kernel has it. */
interface Raw<Data extends Uint8Array = Uint8Array> {
  readonly level: number
  readonly type: number
  readonly data: Data
}

/** What comes by one number: several rows where structs of different lengths do. */
interface Kind {
  readonly rows: readonly ControlRow[]
  readonly isQueued: boolean
  readonly holdsDescriptors: boolean
}
interface Received extends Raw<NonSharedBuffer> {
  readonly kind: Kind
}

const rowsByType = new Map(controlRows.map(row => [row.type, row]))

function kindOf(rows: readonly ControlRow[]): Kind {
  const has = (...values: readonly ControlValue[]) => rows.some(({ value }) => values.includes(value))
  return { rows, isQueued: has('queued'), holdsDescriptors: has('fds', 'fd') }
}

const unnamed = kindOf([])
/** By level, then by number. */
const kinds = new Map<number, Map<number, Kind>>()
for (const { level, number, received } of controlRows) {
  if (level === undefined || number === undefined || !received) continue
  const ofLevel = kinds.get(level) ?? new Map<number, Kind>()
  ofLevel.set(number, kindOf(controlRows.filter(row => row.received && row.level === level && row.number === number)))
  kinds.set(level, ofLevel)
}

// cmsg_len is a size_t or a socklen_t; its low 32 bits are where they would be in either.
const lengthAt = littleEndian ? cmsghdr.at.cmsg_len : cmsghdr.at.cmsg_level - 4

function aligned(length: number): number {
  return Math.ceil(length / cmsgAlignment) * cmsgAlignment
}

function rawOf(message: unknown, name: string): Raw {
  const given = object(message, name)
  const { type } = given
  if (typeof type === 'number') {
    const level = int32(given['level'], `${name}.level`)
    return { level, type: int32(type, `${name}.type`), data: bytes(given['data'], `${name}.data`) }
  }
  if (typeof type !== 'string') throw invalidType(`${name}.type`, "a name such as 'SCM_RIGHTS', or a number", type)
  const row = rowsByType.get(type)
  const encode = row?.sent ? controlCodecs[row.value].encode : undefined
  if (row === undefined || encode === undefined)
    throw invalidValue(`${name}.type`, 'an ancillary message that can be sent', type)
  const { level, number } = row
  if (level === undefined || number === undefined) throw ownError('ENOPROTOOPT', `this system lacks ${type}`)
  return { level, type: number, data: encode(given, name) }
}

/** The control buffer of typed messages, and of those that options stand for; undefined where there are none. */
export function encodeControl(control: unknown, extras: readonly SendControl[] = []): NonSharedBuffer | undefined {
  if (control === undefined && extras.length === 0) return undefined
  if (control !== undefined && !Array.isArray(control))
    throw invalidType('message.control', 'an array of ancillary messages', control)
  const given = Array.from(control ?? [], (one: unknown, i) => withHeader(rawOf(one, `message.control[${i}]`)))
  const added = extras.map(extra => withHeader(rawOf(extra, 'options')))
  return given.length + added.length === 0 ? undefined : Buffer.concat([...given, ...added])
}

function withHeader({ level, type, data }: Raw): NonSharedBuffer {
  const made = Buffer.alloc(aligned(cmsgDataOffset + data.length))
  const view = viewOf(made)
  view.setUint32(lengthAt, cmsgDataOffset + data.length, littleEndian)
  view.setInt32(cmsghdr.at.cmsg_level, level, littleEndian)
  view.setInt32(cmsghdr.at.cmsg_type, type, littleEndian)
  made.set(data, cmsgDataOffset)
  return made
}

/** The messages of a control buffer; the last one may have been cut. Bytes that make no header end the walk. */
function* walk(control: NonSharedBuffer): Generator<Received> {
  for (let at = 0; at + cmsgDataOffset <= control.length; ) {
    const view = viewOf(control.subarray(at))
    const length = view.getUint32(lengthAt, littleEndian)
    if (length < cmsgDataOffset) return
    const level = view.getInt32(cmsghdr.at.cmsg_level, littleEndian)
    const type = view.getInt32(cmsghdr.at.cmsg_type, littleEndian)
    const data = control.subarray(at + cmsgDataOffset, Math.min(at + length, control.length))
    yield { level, type, data, kind: kinds.get(level)?.get(type) ?? unnamed }
    at += aligned(length)
  }
}

function decoded({ level, type, data, kind }: Received): ReceivedControl {
  for (const row of kind.rows) {
    const fields = controlCodecs[row.value].decode?.(data)
    if (fields !== undefined) return { type: row.type, ...fields } as ReceivedControl
  }
  return { type, level, data: Buffer.from(data) }
}

/** Closes the descriptors that messages carry: those messages. */
function closed(messages: readonly Received[]): Received[] {
  const refused = messages.filter(({ kind }) => kind.holdsDescriptors)
  for (const fd of refused.flatMap(({ data }) => descriptorsIn(data))) if (fd >= 0) native.close(fd)
  return refused
}

/** Closes the descriptors that came in a control buffer: whether there were any. */
export function closeDescriptors(control: NonSharedBuffer): boolean {
  return closed([...walk(control)]).length > 0
}

/** What came in a control buffer, typed; unless `rights`, without its descriptors, which are closed. */
export function decodeControl(
  control: NonSharedBuffer,
  rights: boolean,
  packet: Omit<Surroundings, 'control'>,
): { messages: ReceivedControl[]; refused: boolean } {
  if (control.length === 0) return { messages: [], refused: false }
  const all = [...walk(control)]
  const refused = rights ? [] : closed(all)
  const taken = all.filter(raw => !refused.includes(raw))
  const messages = taken.filter(({ kind }) => !kind.isQueued).map(decoded)
  const queued = taken.filter(({ kind }) => kind.isQueued).map(raw => withError(raw, { ...packet, control: messages }))
  return { messages: [...messages, ...queued], refused: refused.length > 0 }
}

function withError(raw: Received, surroundings: Surroundings): ReceivedControl {
  const error = queuedError(raw.data, surroundings)
  const [row] = raw.kind.rows
  return row === undefined || error === undefined ? decoded(raw) : ({ type: row.type, error } as ReceivedControl)
}
