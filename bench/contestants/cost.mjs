// What the contestants in JavaScript share: a line of the input is an amount of work, its answer what that took.
import { createInterface } from 'node:readline'

/** What pieces of work take, added up, in nanoseconds: time, and processor time of all threads. */
class Cost {
  nanoseconds = 0
  processor = 0

  async of(work) {
    const processor = process.cpuUsage()
    const started = process.hrtime.bigint()
    const result = await work()
    this.nanoseconds += Number(process.hrtime.bigint() - started)
    const { user, system } = process.cpuUsage(processor)
    this.processor += (user + system) * 1000
    return result
  }
}

/** `work(amount, cost)` says to `cost` which part of it counts; figures that it returns are answered too. */
export async function answerLines(work) {
  for await (const line of createInterface({ input: process.stdin })) {
    const cost = new Cost()
    const figures = await work(Number(line), cost)
    console.log(JSON.stringify({ ...cost, ...figures }))
  }
}
