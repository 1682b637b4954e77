// A C struct of numbers as a plain object: fields named as in C, without the prefix, in camel case.
import { integer, object, UINT_MAX, uint64 } from './arguments.js'
import type { Codec } from './scalar.js'
import { littleEndian, struct, viewOf } from './struct.js'

type Kind = 'u8' | 'u16' | 'u32' | 'i32' | 'u64'
type Fields = Readonly<Record<string, Kind>>
type Camel<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name
/** What a struct of such fields is in TypeScript. @inline */
export type RecordOf<F extends Fields> = {
  -readonly [Name in keyof F & string as Camel<Name>]: F[Name] extends 'u64' ? bigint : number
}

const sizes = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8 } as const
const limits = { u8: [0, 0xff], u16: [0, 0xffff], u32: [0, UINT_MAX], i32: [-0x80000000, 0x7fffffff] } as const

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** The number at an offset. */
export function numberAt(view: DataView, at: number, kind: Kind): number | bigint {
  if (kind === 'u64') return view.getBigUint64(at, littleEndian)
  if (kind === 'u8') return view.getUint8(at)
  if (kind === 'u16') return view.getUint16(at, littleEndian)
  return kind === 'u32' ? view.getUint32(at, littleEndian) : view.getInt32(at, littleEndian)
}

function write(view: DataView, at: number, kind: Kind, value: unknown, name: string): void {
  if (kind === 'u64') {
    view.setBigUint64(at, uint64(value, name), littleEndian)
    return
  }
  const [least, most] = limits[kind]
  const number = integer(value, name, least, most)
  if (kind === 'u8') view.setUint8(at, number)
  else if (kind === 'u16') view.setUint16(at, number, littleEndian)
  else view.setInt32(at, number | 0, littleEndian)
}

/**
 * The codec of `struct name`. Fields in `optional` are 0 where they are left out. What the kernel did not write, as it
 * is older than the header, is left out. `needs` is the macro that the struct comes with.
 */
export function record<const F extends Fields>(
  name: string,
  prefix: string,
  fields: F,
  needs: string,
  optional: readonly (keyof F)[] = [],
): Codec<RecordOf<F>> {
  const names = Object.entries(fields)
  const layout = struct(
    name,
    names.map(([field]) => prefix + field),
    needs,
  )
  const rows = names.map(([field, kind]) => ({
    at: layout.at[prefix + field] ?? 0,
    kind,
    key: camel(field),
    optional: optional.includes(field),
  }))
  return {
    type: `{ ${rows.map(({ key }) => key).join(', ')} }`,
    size: layout.size,
    decode(bytes) {
      const view = viewOf(bytes)
      const there = rows.filter(({ at, kind }) => at + sizes[kind] <= bytes.length)
      return Object.fromEntries(there.map(({ at, kind, key }) => [key, numberAt(view, at, kind)])) as RecordOf<F>
    },
    encode(value, valueName) {
      const given = object(value, valueName)
      const bytes = Buffer.alloc(layout.size)
      const view = viewOf(bytes)
      for (const row of rows)
        if (given[row.key] !== undefined || !row.optional)
          write(view, row.at, row.kind, given[row.key], `${valueName}.${row.key}`)
      return bytes
    },
  }
}

/** As `record`, of which every field is 0 where it is left out. */
export function looseRecord<const F extends Fields>(
  name: string,
  prefix: string,
  fields: F,
  needs: string,
): Codec<RecordOf<F>, never> {
  return record(name, prefix, fields, needs, Object.keys(fields))
}
