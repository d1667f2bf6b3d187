/** A value that was measured in every round and is compared with a goal. */
export interface Comparison {
  /** A description for people: `accepted sales per second`. */
  what: string
  /** Its name in the last line: `ratio`, or a time such as `p50`. */
  label: string
  /** Printed after the numbers; empty for a ratio. */
  unit: string
  /** Whether more is better (`at least`) or less (`at most`). */
  goalIs: 'at least' | 'at most'
  goal: number
  /** One value for each round. */
  values: readonly number[]
}

export interface Judgement extends Comparison {
  median: number
  low: number
  high: number
  /** The median in proportion to the goal: 1 or more is reached. */
  reached: number
}

/** Compares the median of a comparison's rounds with its goal. */
export function judge(comparison: Comparison): Judgement {
  const sorted = [...comparison.values].sort((a, b) => a - b)
  const median = medianOf(sorted)
  const reached = comparison.goalIs === 'at least' ? median / comparison.goal : comparison.goal / median
  return { ...comparison, median, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN, reached }
}

/** The comparison furthest from its goal; one without a value counts as the worst. */
export function worstOf(judgements: readonly [Judgement, ...Judgement[]]): Judgement {
  const rank = ({ reached }: Judgement) => (Number.isNaN(reached) ? Number.NEGATIVE_INFINITY : reached)
  return judgements.reduce((worst, each) => (rank(each) < rank(worst) ? each : worst))
}

export type Verdict = 'ok' | 'short' | 'incorrect'

/** Throughput gained by selling a unit twice counts for nothing: with problems, no goal is reached. */
export function verdictOf(worst: Judgement, problems: readonly string[]): Verdict {
  if (problems.length > 0) return 'incorrect'
  return worst.reached >= 1 ? 'ok' : 'short'
}

/** `ratio 6.4 (5.9 to 7.1), goal 6`. */
export function judgementText({ label, unit, median, low, high, goal }: Judgement): string {
  const number = (value: number) => value.toFixed(value < 10 ? 2 : 1)
  const suffix = unit === '' ? '' : ` ${unit}`
  return `${label} ${number(median)}${suffix} (${number(low)} to ${number(high)}), goal ${goal}`
}

function medianOf(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
