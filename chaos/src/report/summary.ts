import Table from 'cli-table3'
import type { Harm, Violation } from '../check/violation.ts'
import type { ChaosOptions } from '../options.ts'
import type { RunResult } from '../run-result.ts'
import type { Outcome } from '../trial.ts'
import { countKills, killsTable } from './kills.ts'

const MOST_SHOWN = 10
const HEAD = [
  ...['trial', 'operations', 'acknowledged', 'unknown', 'faults', 'lost', 'repeated', 'oversold'],
  ...['divergences', 'false-fresh', 'other', 'longest stale s', 'converged s'],
]
const HARMS: readonly Harm[] = ['lost', 'repeated', 'oversold', 'divergence', 'false-fresh', 'other']

/** One row for each trial and one for all: what was done, and the violations. */
export function summaryTable(outcomes: readonly Outcome[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } })
  for (const outcome of outcomes) table.push([outcome.title, ...rowOf([outcome])])
  if (outcomes.length > 1) table.push([`all ${outcomes.length}`, ...rowOf(outcomes)])
  return table.toString()
}

function rowOf(outcomes: readonly Outcome[]): (string | number)[] {
  const sum = (read: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + read(one), 0)
  const longest = (read: (outcome: Outcome) => number) => (Math.max(...outcomes.map(read)) / 1_000).toFixed(1)
  const harmed = HARMS.map((harm) =>
    sum(({ violations }) => violations.filter((one) => one.harm === harm).length),
  )
  return [
    sum(({ operations }) => operations),
    sum(({ acknowledged }) => acknowledged),
    sum(({ unknown }) => unknown),
    sum(({ injections }) => injections.length),
    ...harmed,
    longest(({ longestStaleMs }) => longestStaleMs),
    longest(({ convergedAfterMs }) => convergedAfterMs),
  ]
}

/** The first violations, one line each. */
export function violationsText(violations: readonly Violation[]): string {
  const lines = violations
    .slice(0, MOST_SHOWN)
    .map(({ invariant, storeId, detail }) => `  ${invariant} ${storeId}: ${detail}`)
  if (violations.length > MOST_SHOWN) lines.push(`  and ${violations.length - MOST_SHOWN} more`)
  return lines.join('\n')
}

/** Whether every invariant held and everything was checked. */
export function isSound({ outcomes, unproved, replay }: RunResult): boolean {
  return (
    unproved.length + (replay?.length ?? 0) === 0 &&
    outcomes.every(({ violations }) => violations.length === 0)
  )
}

/** The table and, last, the verdict in one line. */
export function reportText(run: RunResult, { kills: wanted, scripts }: ChaosOptions): string {
  const { outcomes, unproved, replay } = run
  const violations = outcomes.reduce((sum, outcome) => sum + outcome.violations.length, replay?.length ?? 0)
  const operations = outcomes.reduce((sum, outcome) => sum + outcome.operations, 0)
  const kills = countKills(outcomes)
  const anyKilled = [...kills.values()].some((count) => count > 0)
  const killed = [...kills].map(([name, count]) => `${name} ${count}`).join(', ')
  const trials = `${outcomes.length} ${scripts.length > 0 ? 'scripts' : 'seeds'}`
  const verdict = `chaos: ${violations} violations in ${trials}, ${operations} operations`
  return [
    ...(outcomes.length > 0 ? [summaryTable(outcomes)] : []),
    ...(unproved.length > 0 ? [`unknown: ${unproved.join(', ')} ended without a verdict`] : []),
    ...(replay?.length === 0 ? ['every record given to central once more: nothing changed'] : []),
    ...(anyKilled ? [killsTable(outcomes.flatMap(({ injections }) => injections))] : []),
    wanted === null ? verdict : `${verdict}; killed: ${killed}`,
  ].join('\n')
}
