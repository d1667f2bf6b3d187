import Table from 'cli-table3'
import { classOf, PART_CLASSES } from '../faults/fault.ts'
import type { Injection } from '../faults/timeline.ts'

/** For each class of process: how often it was killed, and how long it took to be ready again, in seconds. */
export function killsTable(injections: readonly Injection[]): string {
  const table = new Table({
    head: ['kill -9', 'times', 'ready again s, median', 'longest'],
    style: { head: [], border: [], compact: true },
  })
  for (const partClass of PART_CLASSES) {
    const tookMs = injections
      .filter(({ part, text }) => text.startsWith('kill -9') && classOf(part) === partClass)
      .map(({ startedAt, endedAt }) => endedAt - startedAt)
      .sort((a, b) => a - b)
    const seconds = (ms: number | undefined) => (ms === undefined ? '' : (ms / 1_000).toFixed(1))
    table.push([partClass, tookMs.length, seconds(tookMs[tookMs.length >> 1]), seconds(tookMs.at(-1))])
  }
  return table.toString()
}
