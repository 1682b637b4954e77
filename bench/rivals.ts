// The npm packages that this library is compared with, installed on demand into .rivals, which git does not see.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.rivals', import.meta.url))
const manifest = { private: true, allowScripts: { 'unix-dgram': true, 'raw-socket': true } }
const failures = new Map<string, Error>()

/** Installs `name`, once. Throws where that fails, as it does without a registry. */
export function install(name: string, version: string): void {
  const failure = failures.get(name)
  if (failure !== undefined) throw failure
  if (existsSync(`${folder}/node_modules/${name}/package.json`)) return
  console.log(`installing ${name}@${version} into bench/.rivals`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(`${folder}/package.json`)) writeFileSync(`${folder}/package.json`, JSON.stringify(manifest))
  try {
    const options = ['--save-exact', '--no-audit', '--no-fund', '--fetch-retries=0']
    execFileSync('npm', ['install', ...options, `${name}@${version}`], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
      timeout: 120_000,
    })
  } catch (error) {
    const failed = new Error(`npm install ${name}@${version} failed: ${reasonOf(error)}`)
    failures.set(name, failed)
    throw failed
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  return text.split('\n').find(line => /npm (error|ERR!)/.test(line)) ?? text.trim().split('\n').at(-1) ?? ''
}
