// What a row of the option tables is: a typed token, with the codec of its value beside it.
import type { Codec } from '../../codec/scalar.js'
import { levelNumber, numberOr } from '../levels.js'

/**
 * What every option has at run time.
 * @example if (TCP_FASTOPEN.supported) socket.setsockopt(TCP_FASTOPEN, 16)
 */
export interface OptionToken {
  /** The C name. */
  readonly name: string
  /** The protocol level, as setsockopt(2) takes it. */
  readonly level: number
  /** The option's number; undefined where this system lacks it. */
  readonly number: number | undefined
  /** Whether this system has it. */
  readonly supported: boolean
}

declare const gets: unique symbol
declare const sets: unique symbol
declare const asks: unique symbol

/** An option that getsockopt takes. */
export interface ReadableOption<Get> extends OptionToken {
  /** For the compiler alone. @hidden */
  readonly [gets]: () => Get
}
/** An option that setsockopt takes. */
export interface WritableOption<Set> extends OptionToken {
  /** For the compiler alone. @hidden */
  readonly [sets]: (value: Set) => void
}
/** An option whose read takes an argument. */
export interface QueryOption<Query, Get> extends OptionToken {
  /** For the compiler alone. @hidden */
  readonly [asks]: (query: Query) => Get
}
/** An option read as `Get` and written as `Set`; `never` where it cannot be read, or written. */
export type SocketOption<Get, Set = Get> = OptionToken &
  ([Get] extends [never] ? unknown : ReadableOption<Get>) &
  ([Set] extends [never] ? unknown : WritableOption<Set>)
/** An option that can be read and not set. */
export type ReadOnly<Get> = SocketOption<Get, never>
/** An option that can be set and not read. */
export type WriteOnly<Set> = SocketOption<never, Set>
/** What an option is set to. */
export type OptionValue<O> = O extends WritableOption<infer S> ? S : never

export type Access = 'read-write' | 'read-only' | 'write-only'

/** What a row keeps behind its token: how the value looks, and which way it goes. */
export interface Row {
  readonly codec: Codec<unknown, never>
  readonly access: Access
  /** Where Linux differs. */
  readonly linux?: Access | undefined
  /** Whether a read takes an argument. */
  readonly asks: boolean
  /** The C name of the level. */
  readonly level: string
}

const rows = new WeakMap<object, Row>()

/** Which way an option goes on this system. */
export function accessOf({ access, linux }: Row): Access {
  return process.platform === 'linux' ? (linux ?? access) : access
}

/** The row of a token; undefined for what is no token. */
export function rowOf(token: object): Row | undefined {
  return rows.get(token)
}

function token(name: string, row: Row, fallback: number | undefined): OptionToken {
  const level = levelNumber(row.level)
  const value = numberOr(name, fallback)
  const supported = level !== undefined && value !== undefined
  const made = Object.freeze({ name, level: level ?? -1, number: supported ? value : undefined, supported })
  rows.set(made, row)
  return made
}

export function option<Get, Set = Get>(
  level: string,
  name: string,
  codec: Codec<Get, Set>,
  fallback?: number,
  linux?: Access,
): SocketOption<Get, Set> {
  return token(name, { codec, access: 'read-write', linux, asks: false, level }, fallback) as SocketOption<Get, Set>
}

export function readOnly<Get>(level: string, name: string, codec: Codec<Get, never>, fallback?: number): ReadOnly<Get> {
  return token(name, { codec, access: 'read-only', asks: false, level }, fallback) as ReadOnly<Get>
}

export function writeOnly<Set>(
  level: string,
  name: string,
  codec: Codec<unknown, Set>,
  fallback?: number,
): WriteOnly<Set> {
  return token(name, { codec, access: 'write-only', asks: false, level }, fallback) as WriteOnly<Set>
}

/** An option whose read takes an argument, and which can be set. */
export function query<Query, Get>(
  level: string,
  name: string,
  codec: Codec<Get, never>,
  fallback?: number,
): QueryOption<Query, Get> & WritableOption<Get> {
  return token(name, { codec, access: 'read-write', asks: true, level }, fallback) as QueryOption<Query, Get> &
    WritableOption<Get>
}

/** An option whose read takes an argument, and which cannot be set. */
export function queryOnly<Query, Get>(level: string, name: string, codec: Codec<Get, never>): QueryOption<Query, Get> {
  return token(name, { codec, access: 'read-only', asks: true, level }, undefined) as QueryOption<Query, Get>
}
