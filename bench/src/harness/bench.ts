import type { Comparison } from './judge.ts'

/** What a bench found: every comparison it was asked for, and everything that was wrong on either side. */
export interface Findings {
  comparisons: readonly [Comparison, ...Comparison[]]
  /** One sentence for each unit that was lost, repeated or oversold, and each answer that should not have been. */
  problems: readonly string[]
}

export interface BenchContext {
  rounds: number
  /** Says a line to the person who waits. */
  say: (line: string) => void
}

/** One thing that is measured beside what people would use otherwise. */
export interface Bench {
  name: string
  /** What is compared with what, in a sentence or two. */
  about: string
  /**
   * How many rounds are measured unless the command line says: at least three, and more where a round is a matter of seconds, for
   * a shared machine's speed moves from one second to the next.
   */
  rounds: number
  run: (context: BenchContext) => Promise<Findings>
}
