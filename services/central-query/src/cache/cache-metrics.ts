import { Counter, Gauge, type Registry } from '@shelfwire/http'
import type { Follower } from './follow-feed.ts'
import type { ReadTally } from './read-skus.ts'
import type { StockCache } from './stock-cache.ts'

/** Metrics of the cache, computed when they are scraped: counting costs an answer nothing. */
export function registerCacheMetrics(
  registry: Registry,
  { cache, follower, tally }: { cache: StockCache; follower: Follower; tally: ReadTally },
): void {
  const registers = [registry]
  const counters: [string, string, () => number][] = [
    ['shelfwire_cache_hits_total', 'SKUs asked for that were in the cache', () => tally.hits],
    ['shelfwire_cache_misses_total', 'SKUs asked for that were not in the cache', () => tally.misses],
    ['shelfwire_cache_loads_total', 'Polls of the feed that loaded SKUs', () => follower.loads],
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
    ['shelfwire_cache_skus', 'SKUs in the cache', () => cache.size],
    [
      'shelfwire_cache_rows',
      'Rows in the cache: one for each SKU and one for each of its levels',
      () => cache.rows,
    ],
    [
      'shelfwire_feed_read_age_seconds',
      'Time since the feed was last read',
      () => follower.readAgeMs / 1_000,
    ],
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
    help: 'Number of the last feed entry in the cache, by part',
    labelNames: ['part'],
    registers,
    collect() {
      for (const [part, { number }] of (cache.positions ?? []).entries())
        this.set({ part: String(part) }, number)
    },
  })
}
