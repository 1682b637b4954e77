// Runs the functions that a test sends, one a line, where the test cannot be itself: in a network namespace. Each finds
// the exports of bsd-sockets, and in `kept` what an earlier one left there. The answers go back as lines of JSON.
import { createInterface } from 'node:readline'
import * as bsd from 'bsd-sockets'

const scope = { ...bsd, kept: new Map() }

async function answer({ id, body, args }) {
  try {
    // biome-ignore lint/security/noGlobalEval: the text is a function of a test of this repository
    return { id, value: await globalThis.eval(`(${body})`)(scope, ...args) }
  } catch (error) {
    return { id, error: { name: error.name, message: error.message, stack: error.stack, ...error } }
  }
}

for await (const line of createInterface({ input: process.stdin }))
  answer(JSON.parse(line)).then(result => console.log(JSON.stringify(result)))
process.exit()
