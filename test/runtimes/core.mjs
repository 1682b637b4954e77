// What each run-time and platform must be able to do, through the public API and without a test framework:
//
//   node test/runtimes/core.mjs [words that the titles contain]      the same with bun, or deno run --allow-all
//
// Prints a line for each check and the totals; ends with 1 when one failed. The last line is the report as JSON.
import * as batches from './core/batches.mjs'
import * as datagrams from './core/datagrams.mjs'
import * as ends from './core/ends.mjs'
import * as messages from './core/messages.mjs'
import * as names from './core/names.mjs'
import * as operations from './core/operations.mjs'
import * as options from './core/options.mjs'
import { patience } from './core/patience.mjs'
import * as posix from './core/posix.mjs'
import { Skipped } from './core/skipped.mjs'
import * as streams from './core/streams.mjs'

const rooms = { streams, datagrams, operations, messages, batches, options, posix, names, ends }
const deadline = 60_000 * patience

/** Runs one check; closes what it owned. Undefined, or what went wrong. */
async function run(check) {
  const owned = []
  const own = one => {
    owned.push(one)
    return one
  }
  let timer
  const overdue = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${deadline / 1000} s`)), deadline)
  })
  try {
    await Promise.race([check(own), overdue])
    return undefined
  } catch (error) {
    return error
  } finally {
    clearTimeout(timer)
    for (const one of owned) one[Symbol.dispose]()
  }
}

const words = process.argv.slice(2)
const failed = []
const skipped = []
let passed = 0
for (const [room, { checks }] of Object.entries(rooms))
  for (const [title, check] of Object.entries(checks)) {
    const name = `${room}: ${title}`
    if (!words.every(word => name.includes(word))) continue
    const error = await run(check)
    if (error === undefined) {
      passed++
      console.log(`ok       ${name}`)
    } else if (error instanceof Skipped) {
      skipped.push({ name, reason: error.message })
      console.log(`skipped  ${name}: ${error.message}`)
    } else {
      failed.push({ name, reason: String(error?.message ?? error).replaceAll('\n', ' ') })
      console.log(`FAILED   ${name}\n${error?.stack ?? error}`)
    }
  }

const { bun, deno, electron, node } = process.versions
const runtime = deno ? `Deno ${deno}` : bun ? `Bun ${bun}` : electron ? `Electron ${electron}` : `Node ${node}`
console.log(`${runtime}, ${process.platform} ${process.arch}`)
console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
console.log(JSON.stringify({ runtime, passed, failed, skipped }))
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1
