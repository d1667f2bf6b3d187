import type { Beat, Entry } from '@shelfwire/contracts'
import { countBadRuns } from '../parked/bad-runs.ts'
import type { Halt } from '../parked/halts-sql.ts'
import type { Parked } from '../parked/parked-sql.ts'
import type { ProjectionBatch } from '../projections/projection.ts'
import type { JournalRecord } from '../records/record.ts'
import type { Alarm } from '../store-state/alarm.ts'
import { followJournal, type StoreJournal, type StoreResult } from '../store-state/follow-journal.ts'
import type { StoreState } from '../store-state/store-state.ts'

export interface BatchInput {
  /** In the order of each partition. */
  records: readonly JournalRecord[]
  /** Of every registered store that a record names. */
  stores: ReadonlyMap<string, StoreState>
  /** In the order in which each takes an entry. */
  projections: readonly ProjectionBatch[]
  /** Bad records that are parked already. */
  parkedBefore: ReadonlySet<JournalRecord>
  /** Halted partitions. */
  halted: ReadonlyMap<number, Halt>
  /** Bad records in a row so far, by partition. */
  badRuns: ReadonlyMap<number, number>
  nowUs: number
  latestPingUs: number
}

export interface BatchPlan {
  stores: StoreResult[]
  parked: Parked[]
  /** Partitions that this batch halted. */
  halts: Halt[]
  /** Every partition that is halted after this batch. */
  halted: ReadonlyMap<number, Halt>
  badRuns: ReadonlyMap<number, number>
  counts: Counts
  alarms: Alarm[]
}

/**
 * What has become of the records that were taken: `consumed = applied + duplicate + parked + unclaimed` (I15); the last
 * are beats of stores that aren't registered. Records of a halted partition aren't taken: Kafka delivers them again when
 * it is resumed.
 */
export interface Counts {
  applied: number
  duplicate: number
  parked: number
  unclaimed: number
}

/**
 * Decides what a batch changes, record by record in the order of the log. Pure, but that it leaves in `projections` what
 * they have to write.
 */
export function planBatch(input: BatchInput): BatchPlan {
  const { records, stores, projections, parkedBefore, nowUs, latestPingUs } = input
  const badRuns = countBadRuns(input.badRuns)
  const halts = new Map<number, Halt>()
  const counts: Counts = { applied: 0, duplicate: 0, parked: 0, unclaimed: 0 }
  const alarms: Alarm[] = []
  const alarm = (each: Alarm) => void alarms.push(each)
  const parked: { record: JournalRecord; storeId: string | null; reason: string; nth: number }[] = []
  const journals = new Map<string, { journal: StoreJournal; parked: number }>()
  for (const [storeId, state] of stores) {
    journals.set(storeId, { journal: followJournal(state, { nowUs, latestPingUs, alarm }), parked: 0 })
  }

  function park(record: JournalRecord, reason: string): void {
    const { storeId } = record.content
    const store = storeId === null ? undefined : journals.get(storeId)
    if (store !== undefined) {
      store.parked += 1
      store.journal.noteParked()
    }
    parked.push({ record, storeId, reason, nth: store?.parked ?? 0 })
    counts.parked += 1
    alarm({
      reason: 'parked',
      storeId,
      detail: `partition ${record.partition}, offset ${record.offset}: ${reason}`,
    })
  }

  function applyEntry(entry: Entry, journal: StoreJournal): 'applied' | 'duplicate' {
    if (journal.takeEntry(entry) === 'repeat') {
      for (const projection of projections) projection.applyRepeat?.(entry, journal)
      return 'duplicate'
    }
    for (const projection of projections) projection.applyEntry(entry, journal)
    return 'applied'
  }

  function applyBeat(read: { beat: Beat; isSnapshot: boolean }, journal: StoreJournal) {
    const verdict = journal.takeBeat(read)
    if (verdict === 'duplicate') return 'duplicate'
    for (const projection of projections) projection.applyBeat?.(read.beat, journal, verdict === 'whole')
    return 'applied'
  }

  for (const record of records) {
    const { partition, offset, content } = record
    const halt = halts.get(partition) ?? input.halted.get(partition)
    if (halt !== undefined) {
      // What lies before the halt was settled when the partition halted; what lies behind waits until it is resumed.
      if (offset < halt.nextOffset) counts.duplicate += 1
      continue
    }
    if (content.type === 'unclaimed_beat') {
      counts.unclaimed += 1
      alarm({ reason: 'unclaimed_beat', storeId: null, detail: content.reason })
      continue
    }
    if (content.type === 'broken') {
      // One that is parked already has been counted among its partition's bad ones in a row, too.
      if (parkedBefore.has(record)) {
        counts.duplicate += 1
        continue
      }
      park(record, content.reason)
      // Else a store could halt the partition of another by naming it in its rows.
      if (content.isForeign) continue
    } else {
      const store = journals.get(content.storeId)
      // Sorted out before: a record whose store isn't registered is broken.
      if (store === undefined) throw new Error(`no state of ${content.storeId} was read`)
      const { journal } = store
      counts[content.type === 'entry' ? applyEntry(content.entry, journal) : applyBeat(content, journal)] += 1
    }
    if (badRuns.note(partition, content.type === 'broken')) {
      const reason = content.type === 'broken' ? content.reason : ''
      halts.set(partition, { partition, nextOffset: offset + 1, reason })
      const detail = `partition ${partition} at offset ${offset}`
      alarm({ reason: 'partition_halted', storeId: null, detail })
    }
  }

  const all = [...journals.values()].map(({ journal }) => journal)
  for (const projection of projections) projection.conclude?.(all)
  const results = new Map([...journals].map(([storeId, { journal }]) => [storeId, journal.result()]))
  return {
    stores: [...results.values()],
    parked: parked.map(({ nth, ...row }) => {
      const provedTo = results.get(row.storeId ?? '')?.parkedBeforeBeat ?? 0
      return { ...row, isResolved: nth > 0 && nth <= provedTo }
    }),
    halts: [...halts.values()],
    halted: new Map([...input.halted, ...halts]),
    badRuns: badRuns.lengths,
    counts,
    alarms,
  }
}
