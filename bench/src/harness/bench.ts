import type { Comparison } from './judge.ts'

/** What a bench found: its comparisons, and the problems on either side. */
export interface Findings {
  comparisons: readonly [Comparison, ...Comparison[]]
  /** One sentence for each unit that was lost, repeated or oversold, and each wrong answer. */
  problems: readonly string[]
}

export interface BenchContext {
  rounds: number
  /** Prints a line of progress. */
  say: (line: string) => void
}

/** One measurement beside the usual alternative. */
export interface Bench {
  name: string
  /** What is compared with what, in a sentence or two. */
  about: string
  /**
   * How many rounds are measured unless the command line says: at least three, and
   * more where a round takes seconds, because a shared machine's speed changes from one second to the next.
   */
  rounds: number
  run: (context: BenchContext) => Promise<Findings>
}
