// Cross-compiles the addon into prebuilds/, a file for each platform, by the names that node-gyp-build looks for.
// Arguments choose by the beginnings of names: npm run prebuild -- linux-x64 darwin. --out: a folder other than prebuilds.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findZig, zigCache } from './zig.js'

/** Zig's name for each; glibc with the oldest version whose symbols are asked for. */
const triples = {
  'darwin-arm64/bsd-sockets.napi': 'aarch64-macos.11.0',
  'darwin-x64/bsd-sockets.napi': 'x86_64-macos.11.0',
  'linux-arm64/bsd-sockets.napi.glibc': 'aarch64-linux-gnu.2.17',
  'linux-arm64/bsd-sockets.napi.musl': 'aarch64-linux-musl',
  'linux-x64/bsd-sockets.napi.glibc': 'x86_64-linux-gnu.2.17',
  'linux-x64/bsd-sockets.napi.musl': 'x86_64-linux-musl',
}

const exported = '{ global: napi_register_module_v1; node_api_module_get_api_version_v1; local: *; };\n'

interface Recipe {
  targets: [{ target_name: string; sources: string[]; defines: string[]; cflags_cc: string[] }]
}

const root = fileURLToPath(new URL('..', import.meta.url))
const native = join(root, 'native')
const recipe: Recipe = JSON.parse(readFileSync(join(native, 'binding.gyp'), 'utf8'))

/** Where node_api.h and uv.h are: beside this Node. Which version it is makes no difference to the bytes. */
function nodeHeaders(): string {
  const folder = join(process.env['npm_config_nodedir'] ?? join(dirname(process.execPath), '..'), 'include/node')
  if (!existsSync(join(folder, 'uv.h'))) throw new Error(`prebuild: there is no uv.h in ${folder}`)
  return folder
}

function flags(): string[] {
  const [{ target_name, defines, cflags_cc }] = recipe.targets
  const headers = [dirname(createRequire(import.meta.url).resolve('node-addon-api')), nodeHeaders()]
  return [
    ...['-O2', '-g0', '-fPIC', '-fno-rtti', ...cflags_cc],
    ...[`NODE_GYP_MODULE_NAME=${target_name}`, ...defines].map(define => `-D${define}`),
    ...headers.flatMap(folder => ['-isystem', folder]),
  ]
}

// Lazy, as node-gyp links: a run-time that lacks one function of Node's still loads the others.
function linking(triple: string, folder: string): string[] {
  if (triple.includes('macos')) return ['-Wl,-undefined,dynamic_lookup', '-install_name', '@rpath/bsd-sockets.node']
  const script = join(folder, 'exported')
  writeFileSync(script, exported)
  return [`-Wl,--version-script=${script}`, '-Wl,-z,lazy']
}

function build(zig: string, triple: string, output: string): void {
  mkdirSync(dirname(output), { recursive: true })
  const folder = mkdtempSync(join(dirname(output), 'making-'))
  try {
    const made = join(folder, 'bsd-sockets.node') // on macOS the signature has this name in it
    const [{ sources }] = recipe.targets
    const options = ['-target', triple, '-shared', '-s', '-o', made, ...flags(), ...linking(triple, folder)]
    execFileSync(zig, ['c++', ...options, ...sources], {
      cwd: native,
      env: { ZIG_LOCAL_CACHE_DIR: zigCache, ...process.env, ZIG_GLOBAL_CACHE_DIR: zigCache },
      stdio: 'inherit',
    })
    renameSync(made, output)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true })
const out = resolve(values.out ?? join(root, 'prebuilds'))
const chosen = Object.entries(triples).filter(
  ([name]) => positionals.length === 0 || positionals.some(start => name.startsWith(start)),
)
if (chosen.length === 0) throw new Error(`prebuild: there is only ${Object.keys(triples).join(', ')}`)
const zig = findZig()
for (const [name, triple] of chosen) {
  const output = join(out, `${name}.node`)
  build(zig, triple, output)
  console.log(`${statSync(output).size.toLocaleString('en')} bytes  ${output}`)
}
