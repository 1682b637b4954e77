// What an ELF file asks of the system it is loaded into, as readelf(1) tells it.
import { execFileSync } from 'node:child_process'

function readelf(option: string, file: string): string {
  return execFileSync('readelf', ['--wide', option, file], { encoding: 'utf8' })
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(found => found[1] ?? '')
}

/** The libraries that it needs. */
export function neededLibraries(file: string): string[] {
  return all(readelf('--dynamic', file), /\(NEEDED\).*\[(.+)\]/g)
}

/** The versions of glibc whose symbols it needs: 2.17 as 217. */
export function neededGlibc(file: string): number[] {
  return all(readelf('--version-info', file), /Name: GLIBC_2\.(\d+)/g).map(minor => 200 + Number(minor))
}

/** The names that it gives, and those that it expects others to give; of glibc's with their version. */
export function dynamicSymbols(file: string): { given: string[]; expected: string[] } {
  const rows = readelf('--dyn-syms', file)
    .split('\n')
    .map(line => line.trim().split(/\s+/))
  const named = rows.filter(row => /^\d+:$/.test(row[0] ?? '') && row[7] !== undefined)
  const names = (undefined_: boolean) => named.filter(row => (row[6] === 'UND') === undefined_).map(row => row[7] ?? '')
  return { given: names(false).sort(), expected: names(true).sort() }
}

export function sections(file: string): string[] {
  return all(readelf('--section-headers', file), /\]\s(\.\S+)/g)
}
