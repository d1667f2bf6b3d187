import { countBadRuns } from '../parked/bad-runs.ts'
import type { Halt } from '../parked/halts-sql.ts'
import type { Parked } from '../parked/parked-sql.ts'
import type { JournalRecord } from '../records/record.ts'
import type { StoreState } from '../store-state/store-state.ts'
import { type Alarm, applyToStore, type StoreApply, type StoreResult } from './apply-to-store.ts'

export interface BatchInput {
  /** In the order of each partition. */
  records: readonly JournalRecord[]
  /** Of every registered store that a record names. */
  stores: ReadonlyMap<string, StoreState>
  /** Bad records that are parked already. */
  parkedBefore: ReadonlySet<JournalRecord>
  /** Partitions that stand still. */
  halted: ReadonlyMap<number, Halt>
  /** Bad records in a row so far, by partition. */
  badRuns: ReadonlyMap<number, number>
  nowUs: number
  latestPingUs: number
}

export interface BatchPlan {
  stores: { before: StoreState; after: StoreResult }[]
  parked: Parked[]
  /** Partitions that this batch halted. */
  halts: Halt[]
  /** Every partition that stands still after this batch. */
  halted: ReadonlyMap<number, Halt>
  badRuns: ReadonlyMap<number, number>
  counts: Counts
  alarms: Alarm[]
}

/**
 * What has become of the records that were taken: `consumed = applied + duplicate + parked + unclaimed` (I15); the last are beats of
 * stores that aren't registered. Those of a partition
 * that stands still aren't taken: Kafka hands them out again when it is resumed.
 */
export interface Counts {
  applied: number
  duplicate: number
  parked: number
  unclaimed: number
}

/** Decides what a batch changes, record by record in the order of the log. Pure: nothing is read or written here. */
export function planBatch(input: BatchInput): BatchPlan {
  const { records, stores, parkedBefore, nowUs, latestPingUs } = input
  const badRuns = countBadRuns(input.badRuns)
  const halts = new Map<number, Halt>()
  const counts: Counts = { applied: 0, duplicate: 0, parked: 0, unclaimed: 0 }
  const alarms: Alarm[] = []
  const parked: { record: JournalRecord; storeId: string | null; reason: string; nth: number }[] = []
  const applies = new Map<string, { before: StoreState; apply: StoreApply; parked: number }>()
  for (const [storeId, before] of stores) {
    const apply = applyToStore(before, { nowUs, latestPingUs, alarm: (alarm) => alarms.push(alarm) })
    applies.set(storeId, { before, apply, parked: 0 })
  }

  function takeBroken(record: JournalRecord, reason: string): void {
    const { storeId } = record.content
    const store = storeId === null ? undefined : applies.get(storeId)
    if (store !== undefined) {
      store.parked += 1
      store.apply.parked()
    }
    parked.push({ record, storeId, reason, nth: store?.parked ?? 0 })
    counts.parked += 1
    alarms.push({
      reason: 'parked',
      storeId,
      detail: `partition ${record.partition}, offset ${record.offset}: ${reason}`,
    })
  }

  for (const record of records) {
    const { partition, offset, content } = record
    const halt = halts.get(partition) ?? input.halted.get(partition)
    if (halt !== undefined) {
      // What lies before the halt was settled when it halted; what lies behind waits for a person.
      if (offset < halt.nextOffset) counts.duplicate += 1
      continue
    }
    if (content.type === 'unclaimed_beat') {
      counts.unclaimed += 1
      alarms.push({ reason: 'unclaimed_beat', storeId: null, detail: content.reason })
      continue
    }
    if (content.type === 'broken') {
      // One that is parked already has been counted in its partition's row of bad ones, too.
      if (parkedBefore.has(record)) {
        counts.duplicate += 1
        continue
      }
      takeBroken(record, content.reason)
      // Else a store could halt the partition of another by naming it in its rows.
      if (content.isForeign) continue
    } else {
      const store = applies.get(content.storeId)
      // Sorted out before: a record whose store isn't registered is broken.
      if (store === undefined) throw new Error(`no state of ${content.storeId} was read`)
      const { apply } = store
      counts[content.type === 'entry' ? apply.entry(content.entry) : apply.beat(content)] += 1
    }
    if (badRuns.note(partition, content.type === 'broken')) {
      const reason = content.type === 'broken' ? content.reason : ''
      halts.set(partition, { partition, nextOffset: offset + 1, reason })
      alarms.push({
        reason: 'partition_halted',
        storeId: null,
        detail: `partition ${partition} at offset ${offset}`,
      })
    }
  }

  const results = new Map(
    [...applies].map(([storeId, { before, apply }]) => [storeId, { before, after: apply.result() }]),
  )
  return {
    stores: [...results.values()],
    parked: parked.map(({ nth, ...row }) => {
      const result = row.storeId === null ? undefined : results.get(row.storeId)
      return { ...row, madeGood: nth > 0 && nth <= (result?.after.parkedBeforeBeat ?? 0) }
    }),
    halts: [...halts.values()],
    halted: new Map([...input.halted, ...halts]),
    badRuns: badRuns.lengths,
    counts,
    alarms,
  }
}
