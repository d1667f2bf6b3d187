import { appendFeed, type FeedChanges, mergeChanges } from '@shelfwire/central'
import type { Entry } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { insertHalts } from '../parked/halts-sql.ts'
import { findParked, insertParked, resolveByBeat } from '../parked/parked-sql.ts'
import type { ProjectionBatch } from '../projections/projection.ts'
import type { JournalRecord } from '../records/record.ts'
import { classifySeq } from '../store-state/classify-seq.ts'
import { saveCursors } from '../store-state/cursors-sql.ts'
import { saveGaps } from '../store-state/gaps-sql.ts'
import { proofOf } from '../store-state/mark-suspect.ts'
import { type LockedBatch, type LockOptions, lockBatch } from './lock-batch.ts'
import { type BatchPlan, planBatch } from './plan-batch.ts'

export interface ApplyOptions extends LockOptions {
  /** A ping beyond this is from the future. */
  latestPingUs: number
  badRuns: ReadonlyMap<number, number>
}

/**
 * Applies records of stores of one part, in one transaction: locks the cursors in store order and then whatever the
 * projections may change, decides, writes one statement per table and, last, the feed. What was applied before is
 * dropped behind the cursor locks, so that a repeat, or a process that was paused and replaced, changes nothing. Few
 * records are two messages to the server: one locks and reads, one writes and commits.
 */
export async function applyBatch(
  trx: Transaction,
  batch: readonly JournalRecord[],
  options: ApplyOptions,
): Promise<BatchPlan> {
  const locked = await lockBatch(trx, batch, options)
  const { projections } = locked
  const repeats = repeatsIn(locked)
  for (const projection of projections) await projection.readMore?.(trx, { repeats })
  const bad = locked.records.filter(({ content }) => content.type === 'broken')
  const parkedBefore = await findParked(trx, { topic: options.topic, records: bad })

  const plan = planBatch({ ...options, ...locked, parkedBefore })

  for (const projection of projections) await projection.write(trx, options)
  await writeStores(trx, plan, options)
  // Last of all, for its lock is everyone's.
  appendFeed(trx, { ...options, changes: feedChanges(plan, projections) })
  return plan
}

/** Entries that central had before the batch. */
function repeatsIn({ records, stores }: LockedBatch): Entry[] {
  const repeats: Entry[] = []
  for (const { content } of records) {
    if (content.type !== 'entry') continue
    const { entry, storeId } = content
    const store = stores.get(storeId)
    if (store !== undefined && classifySeq(entry, store.cursor, store.gaps) === 'repeat') repeats.push(entry)
  }
  return repeats
}

async function writeStores(
  trx: Transaction,
  { stores, parked, halts }: BatchPlan,
  { topic, part, nowUs }: ApplyOptions,
): Promise<void> {
  for (const { before, after } of stores) {
    const { storeId } = after.cursor
    await saveGaps(trx, { part, storeId, before: before.gaps, after: after.gaps })
  }
  saveCursors(trx, { part, cursors: stores.map(({ after }) => after.cursor) })
  const good = stores.filter(({ before, parkedResolved }) => parkedResolved && before.cursor.parkedOpen > 0)
  await resolveByBeat(trx, { storeIds: good.map(({ after }) => after.cursor.storeId), nowUs })
  await insertParked(trx, { topic, parked, nowUs })
  await insertHalts(trx, { topic, halts, nowUs })
}

function feedChanges({ stores }: BatchPlan, projections: readonly ProjectionBatch[]): FeedChanges {
  const moved = stores.filter(
    ({ before: { cursor: was }, after: { cursor: is } }) =>
      was.asOfUs !== is.asOfUs || was.suspect !== is.suspect || was.rebuilding !== is.rebuilding,
  )
  const freshness = moved.map(({ after: { cursor } }) => proofOf(cursor))
  return mergeChanges([{ freshness }, ...projections.map((projection) => projection.feed?.() ?? {})])
}
