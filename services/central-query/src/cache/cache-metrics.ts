import { Counter, Gauge, type Registry } from '@shelfwire/http'
import type { Follower } from './follow-feed.ts'
import type { ReadTally } from './read-skus.ts'
import type { Memory } from './stock-cache.ts'

/** What the memory does, read when somebody looks: an answer pays nothing for being counted. */
export function registerMemoryMetrics(
  registry: Registry,
  { memory, follower, tally }: { memory: Memory; follower: Follower; tally: ReadTally },
): void {
  const registers = [registry]
  const counters: [string, string, () => number][] = [
    ['shelfwire_memory_hits_total', 'SKUs asked for that were in memory', () => tally.hits],
    ['shelfwire_memory_misses_total', 'SKUs asked for that had to be loaded', () => tally.misses],
    ['shelfwire_memory_loads_total', 'Snapshots taken to load SKUs', () => follower.loads],
  ]
  for (const [name, help, read] of counters) {
    new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }
  const gauges: [string, string, () => number][] = [
    ['shelfwire_memory_skus', 'SKUs remembered', () => memory.size],
    [
      'shelfwire_memory_rows',
      'Rows remembered: one for each SKU and one for each of its levels',
      () => memory.rows,
    ],
    ['shelfwire_feed_silent_seconds', 'Time since the feed was last read', () => follower.silentMs / 1_000],
  ]
  for (const [name, help, read] of gauges) {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read())
      },
    })
  }
  new Gauge({
    name: 'shelfwire_feed_number',
    help: 'The number of the last feed entry in memory, by part',
    labelNames: ['part'],
    registers,
    collect() {
      for (const [part, { number }] of (memory.positions ?? []).entries())
        this.set({ part: String(part) }, number)
    },
  })
}
