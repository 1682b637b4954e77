// The memory of a process, in bytes, after the garbage collector has run.
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

/** heap: of JavaScript, and what it holds outside, as buffers. */
export async function memory() {
  // What finalizers let go of is garbage only in the next turn.
  for (let i = 0; i < 3; i++) {
    collect()
    await turn()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, rss }
}
