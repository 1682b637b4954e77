// Contestants whose answer to a line is what the work took: {"nanoseconds":…,"processor":…}, see contestants/cost.mjs.
import type { Measure, Running } from './contest.js'
import { type Figures, figure, type Program } from './program.js'

/** The columns, for operations that are called `unit`: rate, time and processor time of each. */
export function costMeasures(unit: string): readonly Measure[] {
  return [
    { name: `${unit}s/s`, digits: 0, is: 'rate' },
    { name: `ns/${unit}`, digits: 0, is: 'time' },
    { name: `CPU ns/${unit}`, digits: 0, is: 'processor' },
  ]
}

export function costFigures(answer: Figures, unit: string, operations: number): Figures {
  const nanoseconds = figure(answer, 'nanoseconds') / operations
  return {
    [`${unit}s/s`]: 1e9 / nanoseconds,
    [`ns/${unit}`]: nanoseconds,
    [`CPU ns/${unit}`]: figure(answer, 'processor') / operations,
  }
}

/** Tells it `amount` for a round, which is so many operations. */
export function answering(program: Program, unit: string, amount: number, operations = amount): Running {
  return {
    programs: [program],
    async round() {
      program.tell(amount)
      return costFigures(await program.answer(), unit, operations)
    },
  }
}
