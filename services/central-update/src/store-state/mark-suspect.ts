import type { FreshnessChange } from '@shelfwire/central'
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

/** What a cursor proves of its store, as the feed carries it. */
export function proofOf({ storeId, asOfUs, suspect, rebuilding }: Cursor): FreshnessChange {
  return { storeId, asOfUs, suspect, rebuilding }
}
