import { setTimeout as pause } from 'node:timers/promises'
import { partOf } from '@shelfwire/central'
import { Fault } from '@shelfwire/contracts'
import { createLane } from '@shelfwire/lane'
import { type DatabaseAddress, troubleOf, usOfDate } from '@shelfwire/mysql'
import { broken, type JournalRecord } from '../journal/record.ts'
import type { Halt } from '../parked/halts-sql.ts'
import { type ApplyOptions, applyBatch } from './apply-batch.ts'
import { createLaneSession } from './lane-session.ts'
import type { LevelMemory } from './level-memory.ts'
import type { BatchPlan } from './plan-batch.ts'

/** Records of one partition, as they lie one behind the other. */
export interface Parcel {
  partition: number
  records: readonly JournalRecord[]
  /** Where the partition goes on behind them. */
  nextOffset: number
}

/** What one turn of the lane has committed. */
export interface Applied {
  plans: readonly BatchPlan[]
  /** By partition, up to where its records are settled. */
  nextOffsets: ReadonlyMap<number, number>
  halted: ReadonlyMap<number, Halt>
  parcels: readonly Parcel[]
  seconds: number
}

export interface ApplyLaneOptions {
  database: DatabaseAddress
  topic: string
  now: () => Date
  /** The most by which the clock that sent a ping may be ahead of this one, in ms. */
  clockBoundMs: () => number
  /** Records in one transaction while live: about 50 ms of work, for others wait for the rows it locks. */
  liveRecords: number
  /** Records in one transaction when catching up, where throughput is all. */
  catchUpRecords: number
  keep?: ApplyOptions['keep']
  /** What lanes of one process know together. */
  shared: {
    levels: LevelMemory
    /** Bad records in a row so far, by partition. */
    badRuns: Map<number, number>
  }
  /** After each commit. */
  onApplied: (applied: Applied) => void
  /** A transaction failed and will be tried again, for the `attempt`-th time. */
  onTrouble: (error: unknown, attempt: number) => void
}

export interface ApplyLane {
  /** Resolves when the parcel is settled. Never rejects while the lane is open: it tries until the database answers. */
  push(parcel: Parcel): Promise<void>
  close(): Promise<void>
}

const MAX_PAUSE_MS = 2_000

/** The queue that turns what the consumer has decoded into transactions, one after the other. */
export function createApplyLane(options: ApplyLaneOptions): ApplyLane {
  const { database, topic, now, clockBoundMs, liveRecords, catchUpRecords, keep, onApplied, onTrouble } =
    options
  const { levels, badRuns } = options.shared
  const session = createLaneSession(database)
  let closing = false

  async function applyAll(parcels: readonly Parcel[]): Promise<undefined[]> {
    const began = performance.now()
    const records = parcels.flatMap((parcel) => parcel.records)
    const plans: BatchPlan[] = []
    // One transaction for each part: when central is sharded, each stays within its shard.
    for (const [part, group] of Map.groupBy(records, ({ content }) => partOf(content.storeId ?? ''))) {
      await applyOrPark(part, group, plans)
    }
    const halted = new Map(plans.flatMap((plan) => [...plan.halted]))
    const nextOffsets = new Map(
      parcels.map(({ partition, nextOffset }) => [
        partition,
        halted.get(partition)?.nextOffset ?? nextOffset,
      ]),
    )
    const seconds = (performance.now() - began) / 1_000
    onApplied({ plans, nextOffsets, halted, parcels, seconds })
    return parcels.map(() => undefined)
  }

  /** Applies records in one transaction, or, when the database refuses that, halves them until the culprit is parked. */
  async function applyOrPark(
    part: number,
    records: readonly JournalRecord[],
    plans: BatchPlan[],
  ): Promise<void> {
    try {
      plans.push(await applyOnce(part, records))
    } catch (error) {
      const [first] = records
      const hopeless = !(error instanceof Fault) && troubleOf(error) === 'statement'
      // A bad record that can't even be parked means that the database is not as it should be: wait, don't drop.
      if (!hopeless || first === undefined || (records.length === 1 && first.content.type === 'broken'))
        throw error
      if (records.length === 1) {
        const reason = `it can't be applied: ${error instanceof Error ? error.message : String(error)}`
        return applyOrPark(part, [broken(first, reason)], plans)
      }
      const middle = Math.ceil(records.length / 2)
      await applyOrPark(part, records.slice(0, middle), plans)
      await applyOrPark(part, records.slice(middle), plans)
    }
  }

  async function applyOnce(part: number, records: readonly JournalRecord[]): Promise<BatchPlan> {
    const nowUs = usOfDate(now())
    const latestPingUs = nowUs + clockBoundMs() * 1_000
    const plan = await session.transact((trx) =>
      applyBatch(trx, records, { topic, part, nowUs, latestPingUs, badRuns, levels, keep }),
    )
    noteBadRuns(records, plan)
    for (const { before, after } of plan.stores) levels.keep(before.cursor, after.cursor, after.changedStock)
    return plan
  }

  /** Only of the partitions that the records are of: another lane may have counted on in the others meanwhile. */
  function noteBadRuns(records: readonly JournalRecord[], plan: BatchPlan): void {
    for (const partition of new Set(records.map((record) => record.partition))) {
      const length = plan.badRuns.get(partition)
      if (length === undefined) badRuns.delete(partition)
      else badRuns.set(partition, length)
    }
  }

  const lane = createLane<Parcel, undefined>({
    name: 'the apply lane',
    // Whoever is more than one live transaction behind is catching up.
    maxBatch: (waiting) => (waiting > 2 * liveRecords ? catchUpRecords : liveRecords),
    maxWaiting: Number.POSITIVE_INFINITY,
    weigh: ({ records }) => records.length,
    transact: applyAll,
    async remedy(error, attempt) {
      if (closing) return 'fail'
      onTrouble(error, attempt)
      // If COMMIT's answer was lost, the cursors say what was kept: running the same batch again is always right.
      await pause(Math.min(MAX_PAUSE_MS, 2 ** attempt) * (0.5 + Math.random()))
      return 'retry'
    },
  })

  return {
    push: (parcel) => lane.submit(parcel),
    async close() {
      closing = true
      await lane.close()
      await session.close()
    },
  }
}
