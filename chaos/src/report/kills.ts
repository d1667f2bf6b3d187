import Table from 'cli-table3'
import { COMPONENT_CLASSES, type ComponentClass, classOf } from '../components.ts'
import type { Injection } from '../faults/timeline.ts'
import type { Outcome } from '../trial.ts'

/** How often each class of process was killed in these trials. */
export function countKills(outcomes: readonly Outcome[]): ReadonlyMap<ComponentClass, number> {
  const kills = new Map<ComponentClass, number>(COMPONENT_CLASSES.map((name) => [name, 0]))
  for (const { component, text } of outcomes.flatMap(({ injections }) => injections)) {
    const name = classOf(component)
    if (name !== undefined && text.startsWith('kill -9')) kills.set(name, (kills.get(name) ?? 0) + 1)
  }
  return kills
}

/** For each class of process: how often it was killed, and how long it took to be ready again, in seconds. */
export function killsTable(injections: readonly Injection[]): string {
  const table = new Table({
    head: ['kill -9', 'times', 'ready again s, median', 'longest'],
    style: { head: [], border: [], compact: true },
  })
  for (const componentClass of COMPONENT_CLASSES) {
    const tookMs = injections
      .filter(({ component, text }) => text.startsWith('kill -9') && classOf(component) === componentClass)
      .map(({ startedAt, endedAt }) => endedAt - startedAt)
      .sort((a, b) => a - b)
    const seconds = (ms: number | undefined) => (ms === undefined ? '' : (ms / 1_000).toFixed(1))
    table.push([componentClass, tookMs.length, seconds(tookMs[tookMs.length >> 1]), seconds(tookMs.at(-1))])
  }
  return table.toString()
}
