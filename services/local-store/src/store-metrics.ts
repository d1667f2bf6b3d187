import { Counter, Gauge, Histogram, type Registry } from '@shelfwire/http'
import type { LaneRequest } from './lane/operation.ts'
import type { Committing } from './lane/run-batch.ts'

export type StoreMetrics = ReturnType<typeof createStoreMetrics>

/** What a store's service measures beside its HTTP requests. */
export function createStoreMetrics(registry: Registry) {
  const registers = [registry]
  const requests = new Counter({
    name: 'shelfwire_lane_requests_total',
    help: 'Requests that the lane has answered, by operation, outcome and, when refused, code; repeats included',
    labelNames: ['operation', 'outcome', 'code'],
    registers,
  })
  const entries = new Counter({
    name: 'shelfwire_entries_total',
    help: 'Entries written to the journal, by kind',
    labelNames: ['kind'],
    registers,
  })
  const batchSize = new Histogram({
    name: 'shelfwire_lane_batch_requests',
    help: 'Requests that shared one transaction',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    registers,
  })
  const seconds = new Histogram({
    name: 'shelfwire_lane_transaction_duration_seconds',
    help: 'Duration of one lane transaction, COMMIT included',
    buckets: [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8],
    registers,
  })
  const unreadableCommands = new Counter({
    name: 'shelfwire_unreadable_commands_total',
    help: 'Records in the topic of commands that could not be read',
    registers,
  })

  function countCommit(batch: readonly LaneRequest[], { outcomes, books }: Committing, took: number): void {
    batchSize.observe(batch.length)
    seconds.observe(took)
    for (const [index, { operation }] of batch.entries()) {
      const { outcome = '', code = '' } = outcomes[index] ?? {}
      requests.inc({ operation: operation.name, outcome, code })
    }
    for (const { kind } of books.entries) entries.inc({ kind })
  }

  return { countCommit, unreadableCommands }
}

/** Gauges that are read at each scrape. */
export function watchGauges(
  registry: Registry,
  read: Record<'waiting' | 'clockAheadSeconds', () => number> &
    Record<'pingAgeSeconds' | 'brokerAgeSeconds', () => number | null>,
): void {
  const gauge = (name: string, help: string, value: () => number | null) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value() ?? Number.NaN)
      },
    })
  gauge('shelfwire_lane_waiting_requests', 'Requests waiting for the next transaction', read.waiting)
  gauge(
    'shelfwire_clock_ahead_seconds',
    "The machine's clock minus the steady one: far above 0 it has leapt and isn't believed yet, far below it is slow",
    read.clockAheadSeconds,
  )
  gauge(
    'shelfwire_ping_age_seconds',
    'Time since a ping was last received; NaN before the first',
    read.pingAgeSeconds,
  )
  gauge(
    'shelfwire_broker_age_seconds',
    'Time since Kafka last answered; NaN before the first answer',
    read.brokerAgeSeconds,
  )
}
