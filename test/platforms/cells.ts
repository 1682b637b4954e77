// The cells of the matrix: for each run-time a test of the package that was installed in one way.
import { test } from 'vitest'
import { commandOf, Missing } from './command.js'
import { type Runtime, rows, titleOf } from './runtimes.js'

/** What a test is in the matrix. */
export interface Cell {
  readonly column: string
  readonly runtime: string
  readonly platform: string
  /** What is told besides that it passed. */
  remark?: string
}

declare module 'vitest' {
  interface TaskMeta {
    cell?: Cell
  }
}

/** What is to work in a cell: throws Missing where it cannot, and answers what is to be told of it. */
type Work = (command: readonly string[], runtime: Runtime) => Promise<string | undefined>

/** A column. */
export function onEachRuntime(column: string, work: Work): void {
  for (const row of rows)
    test(`${titleOf(row)}, ${row.platform}`, async ({ task, skip }) => {
      const cell: Cell = { column, runtime: titleOf(row), platform: row.platform }
      task.meta.cell = cell
      try {
        const { command, runtime } = commandOf(row)
        const remark = await work(command, runtime)
        if (remark !== undefined) task.meta.cell = { ...cell, remark }
      } catch (error) {
        if (error instanceof Missing) skip(error.message)
        throw error
      }
    })
}
