import { Counter, Gauge, Histogram, type Registry } from '@shelfwire/http'
import type { Applied } from './apply/apply-lane.ts'

export type UpdateMetrics = ReturnType<typeof createUpdateMetrics>

/** Everything central-update measures. */
export function createUpdateMetrics(registry: Registry, now: () => Date) {
  const registers = [registry]
  const consumed = new Counter({
    name: 'shelfwire_records_consumed_total',
    help: 'Journal records settled; the sum of applied, duplicate and parked ones',
    registers,
  })
  const outcomes = new Counter({
    name: 'shelfwire_records_total',
    help: 'Journal records by outcome: applied, duplicate, parked or unclaimed',
    labelNames: ['outcome'],
    registers,
  })
  const alarms = new Counter({
    name: 'shelfwire_alarms_total',
    help: 'Alarms for on-call, by reason',
    labelNames: ['reason'],
    registers,
  })
  const batch = new Histogram({
    name: 'shelfwire_apply_batch_records',
    help: 'Records in one transaction of an apply lane',
    buckets: [1, 2, 5, 10, 50, 100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000],
    registers,
  })
  const seconds = new Histogram({
    name: 'shelfwire_apply_duration_seconds',
    help: 'Duration of one transaction of an apply lane, COMMIT included',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers,
  })
  const lag = new Histogram({
    name: 'shelfwire_apply_lag_seconds',
    help: "From a record's commit in its store, by that database's clock, to its commit in central",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
    registers,
  })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const halted = gauge(
    'shelfwire_partitions_halted',
    'Partitions that are halted until an operator resumes them',
  )

  return {
    alarms,
    halted,
    gaps: gauge('shelfwire_gaps', 'Ranges of entries that central misses'),
    missing: gauge('shelfwire_entries_missing', 'Entries that central misses'),
    parkedOpen: gauge('shelfwire_parked_records', 'Parked records that are not resolved'),
    suspects: gauge('shelfwire_stores_suspect', 'Stores whose numbers are suspect'),
    clockBound: gauge(
      'shelfwire_clock_bound_seconds',
      "The most by which this clock may differ from the database's",
    ),
    pingsSent: new Counter({
      name: 'shelfwire_pings_sent_total',
      help: 'Clock readings sent to all stores',
      registers,
    }),

    /** Counts the outcome of one transaction. */
    applied(applied: Applied): void {
      for (const { counts, halts } of applied.plans) {
        outcomes.inc({ outcome: 'applied' }, counts.applied)
        outcomes.inc({ outcome: 'duplicate' }, counts.duplicate)
        outcomes.inc({ outcome: 'parked' }, counts.parked)
        outcomes.inc({ outcome: 'unclaimed' }, counts.unclaimed)
        if (halts.length > 0) halted.set(applied.halted.size)
      }
      batch.observe(applied.slices.reduce((sum, { records }) => sum + records.length, 0))
      seconds.observe(applied.seconds)
      const nowMs = now().getTime()
      for (const { partition, records } of applied.slices) {
        // Counted by their places and not by their outcomes, so that the two sums prove each other (I15).
        const end = applied.halted.get(partition)?.nextOffset ?? Number.POSITIVE_INFINITY
        consumed.inc(records.filter(({ offset }) => offset < end).length)
        const commitMs = records.at(-1)?.commitMs ?? null
        if (commitMs !== null) lag.observe(Math.max(0, nowMs - commitMs) / 1_000)
      }
    },
  }
}
