import { Counter, Gauge, Histogram, type Registry } from '@shelfwire/http'
import type { LaneAnswer, LaneRequest } from './lane/lane-request.ts'

export type StoreMetrics = ReturnType<typeof createStoreMetrics>

/** What a store's service measures beside its HTTP requests. */
export function createStoreMetrics(registry: Registry) {
  const registers = [registry]
  const writes = new Counter({
    name: 'shelfwire_writes_total',
    help: 'Writes answered by the lane, by status and, when refused, code; repeats included',
    labelNames: ['status', 'code'],
    registers,
  })
  const entries = new Counter({
    name: 'shelfwire_entries_answered_total',
    help: 'Entries in the answers of the lane, by kind; repeats included',
    labelNames: ['kind'],
    registers,
  })
  const commands = new Counter({
    name: 'shelfwire_commands_total',
    help: "Central's commands, by outcome",
    labelNames: ['outcome'],
    registers,
  })
  const beats = new Counter({ name: 'shelfwire_beats_total', help: 'Transactions with a beat', registers })
  const batchSize = new Histogram({
    name: 'shelfwire_lane_batch_requests',
    help: 'Requests that shared one transaction',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    registers,
  })
  const seconds = new Histogram({
    name: 'shelfwire_lane_transaction_seconds',
    help: 'Time of one lane transaction, COMMIT included',
    buckets: [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8],
    registers,
  })
  const unreadableCommands = new Counter({
    name: 'shelfwire_unreadable_commands_total',
    help: 'Records in the topic of commands that could not be read',
    registers,
  })

  const replacedTimes = new Counter({
    name: 'shelfwire_till_times_replaced_total',
    help: "Writes whose occurredAt was impossible by the store's clock and was replaced by the time of recording",
    registers,
  })

  function countCommit(batch: readonly LaneRequest[], answers: readonly LaneAnswer[], took: number): void {
    batchSize.observe(batch.length)
    seconds.observe(took)
    for (const answer of answers) {
      if (answer.type === 'command') commands.inc({ outcome: answer.answer.outcome })
      if (answer.type !== 'write') continue
      countWrite(answer.answer)
      if (answer.isTimeReplaced) replacedTimes.inc()
    }
    if (answers.some(({ type }) => type === 'beat')) beats.inc()
  }

  function countWrite({ status, body }: { status: number; body: object }): void {
    const { code = '', entries: made = [] } = body as { code?: string; entries?: { kind: string }[] }
    writes.inc({ status: String(status), code })
    for (const { kind } of made) entries.inc({ kind })
  }

  return { countCommit, unreadableCommands }
}

/** Counts requests of uploaded batches that failed: their batch is answered 200 all the same. */
export function countFailedRows(registry: Registry): (code: string, requests: number) => void {
  const failed = new Counter({
    name: 'shelfwire_batch_requests_failed_total',
    help: 'Requests of uploaded batches that were answered 429, 500 or 503, by code',
    labelNames: ['code'],
    registers: [registry],
  })
  return (code, requests) => failed.inc({ code }, requests)
}

/** Figures that are read when someone looks. */
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
  gauge('shelfwire_lane_waiting', 'Requests waiting for the next transaction', read.waiting)
  gauge(
    'shelfwire_clock_ahead_seconds',
    "The machine's clock minus the steady one: far above 0 it has leapt and isn't believed yet, far below it is slow",
    read.clockAheadSeconds,
  )
  gauge(
    'shelfwire_ping_age_seconds',
    'Since a ping was last heard; NaN before the first',
    read.pingAgeSeconds,
  )
  gauge(
    'shelfwire_broker_age_seconds',
    'Since Kafka last answered; NaN before the first time',
    read.brokerAgeSeconds,
  )
}
