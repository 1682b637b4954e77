// Writes native/constants.inc from the names that the tables ask for. With --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { askedNumbers } from '../lib/codec/numbers.js'
import '../lib/tables/commands.js'
import '../lib/tables/control.js'
import '../lib/tables/eai.js'
import '../lib/tables/errnos.js'
import '../lib/tables/families.js'
import '../lib/tables/flags.js'
import '../lib/tables/options/index.js'
import '../lib/tables/origins.js'
import '../lib/tables/structs.js'
import '../lib/tables/system.js'

const file = new URL('../native/constants.inc', import.meta.url)
const head = `// The platform's numbers by name. Generated from lib/tables by 'npm run generate'; do not edit.
// clang-format off
`

function guarded(macro: string | undefined, line: string): string {
  return macro === undefined ? line : `#ifdef ${macro}\n${line}\n#endif`
}

function row(name: string, needs: string | undefined): string {
  // A field may be one of a struct inside: sockaddr_can.can_addr.tp.rx_id
  const [type, ...field] = name.split('.')
  if (field.length > 0) return guarded(needs, `FIELD(${type}, ${field.join('.')})`)
  return name === name.toUpperCase() ? guarded(name, `CONSTANT(${name})`) : guarded(needs, `SIZE(${name})`)
}

const rows = [...askedNumbers()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, needs]) => row(name, needs))
const text = `${head}${rows.join('\n')}\n`

if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error("native/constants.inc is not what the tables ask for: run 'npm run generate'")
  process.exitCode = 1
}
