// A contest: contestants that do the same work, each in a process of its own, in turns: A B C A B C ...
import type { Figures, Program } from './program.js'
import { type Spread, spreadOf } from './statistics.js'

/** A contestant that was started. Its programs stay from round to round, stopped while it is not their turn. */
export interface Running {
  readonly programs: readonly Program[]
  round(): Promise<Figures>
}

/** What a contestant is made with. */
export type Kind = 'bsd-sockets' | 'C' | 'Node' | 'npm' | 'CPython'

export interface Contestant {
  readonly name: string
  readonly kind: Kind
  /** Throws where it cannot be run; that is told, and the others go on. */
  start(): Promise<Running> | Running
}

/** A column of the table. */
export interface Measure {
  readonly name: string
  readonly digits: number
  /** Operations a second; the time, the processor time of an operation; how long one waits; bytes. */
  readonly is: 'rate' | 'time' | 'processor' | 'latency' | 'memory'
}

/** A figure of the subject, round by round; without a bound it is only told. */
export type Comparison = Bar & (Against | { readonly by: 'itself' })

interface Against {
  /** Subject ÷ rival, or subject - rival. */
  readonly by: 'ratio' | 'difference'
  readonly rival: string
}

interface Bar {
  readonly measure: string
  /** Where it is another than that of the contest. */
  readonly subject?: string
  readonly least?: number
  readonly most?: number
}

/** The same, only to be shown. */
export function withoutBar({ least: _, most: __, ...comparison }: Comparison): Comparison {
  return comparison
}

export interface Contest {
  readonly title: string
  readonly measures: readonly Measure[]
  /** The contestant that is compared, where a comparison names no other. */
  readonly subject: string
  readonly contestants: readonly Contestant[]
  readonly comparisons: readonly Comparison[]
}

export interface Entry {
  readonly name: string
  readonly kind: Kind
  readonly notRun?: string
  readonly figures: Readonly<Record<string, Spread>>
}

export interface Verdict {
  readonly comparison: Comparison
  readonly spread: Spread
  /** Undefined where there is no bound. */
  readonly met: boolean | undefined
}

export interface Outcome {
  readonly title: string
  readonly measures: readonly Measure[]
  readonly subject: string
  readonly entries: readonly Entry[]
  readonly verdicts: readonly Verdict[]
}

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)

/** How an error is told in a table. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] ?? text
}

class Runner {
  readonly rounds: Figures[] = []
  #running: Running | undefined
  notRun: string | undefined

  constructor(readonly contestant: Contestant) {}

  async start(): Promise<void> {
    await this.#try(async () => {
      this.#running = await this.contestant.start()
      this.#pause()
    })
  }

  /** The warm-up is not kept. */
  async round(kept: boolean): Promise<void> {
    const running = this.#running
    if (running === undefined || this.notRun !== undefined) return
    for (const program of running.programs) program.resume()
    await this.#try(async () => {
      const figures = await running.round()
      if (kept) this.rounds.push(figures)
    })
    this.#pause()
  }

  async stop(): Promise<void> {
    for (const program of this.#running?.programs ?? []) await program.end()
  }

  entry(measures: readonly Measure[]): Entry {
    const { name, kind } = this.contestant
    if (this.notRun !== undefined) return { name, kind, notRun: this.notRun, figures: {} }
    const column = (measure: string): Spread => spreadOf(this.rounds.map(figures => figures[measure] ?? Number.NaN))
    return { name, kind, figures: Object.fromEntries(measures.map(measure => [measure.name, column(measure.name)])) }
  }

  // There are rivals that spin when they have nothing to do.
  #pause(): void {
    for (const program of this.#running?.programs ?? []) program.pause()
  }

  async #try(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      this.notRun = reasonOf(error)
      console.log(`  ${this.contestant.name}: not run: ${this.notRun}`)
    }
  }
}

export async function hold(contest: Contest): Promise<Outcome> {
  const { title, measures, subject } = contest
  console.log(`\n${title}`)
  const runners = contest.contestants.map(contestant => new Runner(contestant))
  try {
    for (const runner of runners) await runner.start()
    for (let round = 0; round <= rounds; round++) {
      for (const runner of runners) await runner.round(round > 0)
      console.log(`  ${round === 0 ? 'warm-up' : `round ${round} of ${rounds}: ${progressOf(runners, measures)}`}`)
    }
  } finally {
    for (const runner of runners) await runner.stop()
  }
  const entries = runners.map(runner => runner.entry(measures))
  const verdicts = contest.comparisons.flatMap(comparison => judge(comparison, subject, runners))
  return { title, measures, subject, entries, verdicts }
}

function progressOf(runners: readonly Runner[], [first]: readonly Measure[]): string {
  if (first === undefined) return ''
  const { name, digits } = first
  const last = (runner: Runner): string => (runner.rounds.at(-1)?.[name] ?? Number.NaN).toFixed(digits)
  const parts = runners.filter(({ notRun }) => notRun === undefined).map(one => `${one.contestant.name} ${last(one)}`)
  return `${parts.join(', ')} ${name}`
}

function judge(comparison: Comparison, subject: string, runners: readonly Runner[]): Verdict[] {
  const { measure, least, most } = comparison
  const values = (name: string): number[] => {
    const runner = runners.find(({ contestant, notRun }) => contestant.name === name && notRun === undefined)
    return runner?.rounds.map(figures => figures[measure] ?? Number.NaN) ?? []
  }
  const ours = values(comparison.subject ?? subject)
  const theirs = comparison.by === 'itself' ? [] : values(comparison.rival)
  const pairs =
    comparison.by === 'itself'
      ? ours
      : ours.slice(0, theirs.length).map((one, i) => {
          const other = theirs[i] ?? Number.NaN
          return comparison.by === 'ratio' ? one / other : one - other
        })
  if (pairs.length === 0) return []
  const spread = spreadOf(pairs)
  const bounded = least !== undefined || most !== undefined
  const within =
    spread.median >= (least ?? Number.NEGATIVE_INFINITY) && spread.median <= (most ?? Number.POSITIVE_INFINITY)
  return [{ comparison, spread, met: bounded ? within : undefined }]
}
