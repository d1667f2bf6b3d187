import { appendFeed } from '@shelfwire/central'
import type { Transaction } from '@shelfwire/mysql'
import { saveCursors } from '../apply/cursor-sql.ts'
import type { Cursor } from '../apply/store-state.ts'
import type { Holes } from '../holes/hole-ranges.ts'
import { suspectText } from './suspect-text.ts'

/** The cursor with the sentence that says why its store can't be trusted, and since when that is so. */
export function markSuspect(cursor: Cursor, holes: Holes, nowUs: number): Cursor {
  const suspect = suspectText(cursor, holes)
  return { ...cursor, suspect, suspectSinceUs: suspect === null ? null : (cursor.suspectSinceUs ?? nowUs) }
}

/** Writes a locked cursor whose doubts or holes have changed, and tells the readers: the last thing a transaction does. */
export async function saveSuspect(
  trx: Transaction,
  { part, cursor, holes, nowUs }: { part: number; cursor: Cursor; holes: Holes; nowUs: number },
): Promise<void> {
  const marked = markSuspect(cursor, holes, nowUs)
  await saveCursors(trx, { part, cursors: [marked], nowUs })
  if (marked.suspect === cursor.suspect) return
  const { storeId, asOfUs, suspect } = marked
  await appendFeed(trx, { part, changes: { freshness: [{ storeId, asOfUs, suspect }] }, nowUs })
}
