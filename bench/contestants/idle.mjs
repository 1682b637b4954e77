// A server of `tcp-echo` that tells its memory too, for each line of the input. idle <server>
import { createInterface } from 'node:readline'
import { memory } from './memory.mjs'

createInterface({ input: process.stdin }).on('line', async () => console.log(JSON.stringify(await memory())))
await import(`./${process.argv[2]}.mjs`)
