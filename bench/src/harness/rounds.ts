import type { BenchContext } from './bench.ts'
import type { Comparison } from './judge.ts'

/** One side of a comparison: does the work once and returns the figure and everything that was incorrect. */
export interface Side {
  name: string
  /** `round` is 0 for the warm-up, which is discarded. */
  measure: (round: number) => Promise<Measured>
}

export interface Measured {
  value: number
  problems: readonly string[]
  /** Further text for the printed line, such as latencies. */
  note?: string
}

export interface SidesWanted {
  what: string
  /** The unit of the values measured, as it is printed behind them. */
  unit: string
  goal: number
  /** Whether the larger value is the better one; with `less`, the ratio is the peer's to ours. */
  better: 'more' | 'less'
  ours: Side
  peer: Side
}

/**
 * Runs both sides alternately, so that other load on the machine affects both; the ratio is taken within each round. A
 * first round warms up caches and compilers. Its figures are discarded, its results must be correct.
 */
export async function compareSides(
  { rounds, say }: BenchContext,
  { what, unit, goal, better, ours, peer }: SidesWanted,
): Promise<{ comparison: Comparison; problems: string[] }> {
  const values: number[] = []
  const problems: string[] = []
  const measure = async (side: Side, round: number) => {
    const measured = await side.measure(round)
    problems.push(...measured.problems.map((problem) => `${side.name}: ${problem}`))
    return measured
  }
  say(what)
  for (let round = 0; round <= rounds; round += 1) {
    const theirs = await measure(peer, round)
    const our = await measure(ours, round)
    const ratio = better === 'more' ? our.value / theirs.value : theirs.value / our.value
    if (round > 0) values.push(ratio)
    const sides = `${sideText(ours, our, unit)}  ${sideText(peer, theirs, unit)}`
    say(`  ${round === 0 ? 'warm-up' : `round ${round}`}  ${sides}  ratio ${ratio.toFixed(2)}`)
  }
  return { comparison: { what, label: 'ratio', unit: '', goalIs: 'at least', goal, values }, problems }
}

function sideText({ name }: Side, { value, note }: Measured, unit: string): string {
  const text = `${name} ${value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ${unit}`
  return note === undefined ? text : `${text} (${note})`
}
