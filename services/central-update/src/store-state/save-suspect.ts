import { appendFeed, type FreshnessChange } from '@shelfwire/central'
import type { Transaction } from '@shelfwire/mysql'
import { saveCursors } from './cursors-sql.ts'
import type { Gaps } from './gaps.ts'
import type { Cursor } from './store-state.ts'
import { suspectReason } from './suspect-reason.ts'

/**
 * The cursor as it is to be written: with the sentence that says why its store can't be trusted, and since when that
 * is so, and with a time of writing that no earlier state of the store had.
 */
export function markSuspect(cursor: Cursor, gaps: Gaps, nowUs: number): Cursor {
  const suspect = suspectReason(cursor, gaps)
  const suspectSinceUs = suspect === null ? null : (cursor.suspectSinceUs ?? nowUs)
  return { ...cursor, suspect, suspectSinceUs, updatedAtUs: Math.max(nowUs, cursor.updatedAtUs + 1) }
}

/** What a cursor proves of its store, as readers are told. */
export function proofOf({ storeId, asOfUs, suspect, rebuilding }: Cursor): FreshnessChange {
  return { storeId, asOfUs, suspect, rebuilding }
}

/** Writes a locked cursor whose doubts or gaps have changed, and tells the readers: the last thing a transaction does. */
export function saveSuspect(
  trx: Transaction,
  { part, cursor, gaps, nowUs }: { part: number; cursor: Cursor; gaps: Gaps; nowUs: number },
): void {
  const marked = markSuspect(cursor, gaps, nowUs)
  if (marked.suspect === cursor.suspect) saveCursors(trx, { part, cursors: [marked] })
  else saveProofs(trx, { part, cursors: [marked], nowUs })
}

/** Writes locked cursors of whose stores something else is proved now, and tells the readers: the last thing a transaction does. */
export function saveProofs(
  trx: Transaction,
  { part, cursors, nowUs }: { part: number; cursors: readonly Cursor[]; nowUs: number },
): void {
  saveCursors(trx, { part, cursors })
  const freshness = cursors.map(proofOf)
  appendFeed(trx, { part, changes: { freshness }, nowUs })
}
