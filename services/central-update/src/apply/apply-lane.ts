import { partOf } from '@shelfwire/central'
import { usOfDate } from '@shelfwire/contracts'
import { type DatabaseAddress, mysqlCode, type Transaction } from '@shelfwire/mysql'
import type { Halt } from '../parked/halts-sql.ts'
import type { Projection } from '../projections/projection.ts'
import type { PartitionSlice } from '../records/partition-slice.ts'
import { asBroken, type JournalRecord } from '../records/record.ts'
import type { Alarm } from '../store-state/alarm.ts'
import { applyBatch } from './apply-batch.ts'
import { failureActionOf } from './failure-action.ts'
import { createLaneSession } from './lane-session.ts'
import { createPendingAlarms } from './pending-alarms.ts'
import type { BatchPlan } from './plan-batch.ts'

/** What one turn of the lane has committed. */
export interface Applied {
  plans: readonly BatchPlan[]
  /** Of all of `plans`, and of attempts at the same records whose commit was not heard of or whose turn then failed. */
  alarms: readonly Alarm[]
  /** By partition, up to where its records are settled. */
  nextOffsets: ReadonlyMap<number, number>
  halted: ReadonlyMap<number, Halt>
  slices: readonly PartitionSlice[]
  seconds: number
}

export interface ApplyLaneOptions {
  database: DatabaseAddress
  topic: string
  now: () => Date
  /** The newest ping that can have been sent by now, in µs of central's clock. */
  latestPingUs: () => number
  projections: readonly Projection[]
  /** What lanes of one process know together. */
  shared: {
    /** Stores whose cursors are known to be there. */
    begunStores: Set<string>
    /** Bad records in a row so far, by partition. */
    badRuns: Map<number, number>
  }
  /** How long the database may be silent about one message before the session counts as lost, in ms. */
  answerWithinMs?: number
  /** After each commit. */
  onApplied: (applied: Applied) => void
}

/** One session with the database, for one transaction at a time. */
export interface ApplyLane {
  /**
   * Applies slices of partitions that no other lane has in hand. Rejects when the database does not answer; what it
   * answered before that is kept, and the same slices again are always right: the cursors say what was.
   */
  apply(slices: readonly PartitionSlice[]): Promise<void>
  close(): Promise<void>
}

/** Opens its session with the first slices, and another whenever one is lost. */
export function createApplyLane(options: ApplyLaneOptions): ApplyLane {
  const { database, topic, now, latestPingUs, projections, answerWithinMs, onApplied } = options
  const { begunStores, badRuns } = options.shared
  const session = createLaneSession(database, { answerWithinMs })
  const pendingAlarms = createPendingAlarms()

  async function apply(slices: readonly PartitionSlice[]): Promise<void> {
    const began = performance.now()
    const records = slices.flatMap((slice) => slice.records)
    const plans: BatchPlan[] = []
    // One transaction for each part: when central is sharded, each stays within its shard.
    for (const [part, group] of Map.groupBy(records, ({ content }) => partOf(content.storeId ?? ''))) {
      await applyOrPark(part, group, plans)
    }
    const halted = new Map(plans.flatMap((plan) => [...plan.halted]))
    const nextOffsets = new Map(
      slices.map(({ partition, nextOffset }) => [partition, halted.get(partition)?.nextOffset ?? nextOffset]),
    )
    const seconds = (performance.now() - began) / 1_000
    onApplied({ plans, alarms: pendingAlarms.take(), nextOffsets, halted, slices, seconds })
  }

  /**
   * Applies records in one transaction. When the database refuses a value in it, the batch is halved until the record
   * is alone, which is parked. Any other error is thrown, and nothing is parked for it.
   */
  async function applyOrPark(
    part: number,
    records: readonly JournalRecord[],
    plans: BatchPlan[],
  ): Promise<void> {
    try {
      plans.push(await applyOnce(part, records))
    } catch (error) {
      const action = failureActionOf(error)
      const [first] = records
      if (action === 'retry' || action === 'page' || first === undefined) throw error
      if (records.length > 1) {
        const middle = Math.ceil(records.length / 2)
        await applyOrPark(part, records.slice(0, middle), plans)
        await applyOrPark(part, records.slice(middle), plans)
        return
      }
      // A bad record that can't even be parked means that the database is not as it should be: wait, don't drop.
      if (action !== 'park' || first.content.type === 'broken') throw error
      const reason = `it can't be applied: ${error instanceof Error ? error.message : String(error)}`
      await applyOrPark(part, [asBroken(first, reason)], plans)
    }
  }

  async function applyOnce(part: number, records: readonly JournalRecord[]): Promise<BatchPlan> {
    const nowUs = usOfDate(now())
    const batch = { topic, part, nowUs, latestPingUs: latestPingUs(), badRuns, begunStores, projections }
    let planned: BatchPlan | undefined
    const work = async (trx: Transaction) => {
      planned = await applyBatch(trx, records, batch)
      return planned
    }
    const plan = await session.transact(work).catch((error) => {
      if (planned !== undefined && mysqlCode(error) === 'outcome_unknown') pendingAlarms.add(planned.alarms)
      throw error
    })
    pendingAlarms.add(plan.alarms)
    noteBadRuns(records, plan)
    for (const { after } of plan.stores) begunStores.add(after.cursor.storeId)
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

  return { apply, close: session.close }
}
