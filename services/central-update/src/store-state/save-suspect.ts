import { appendFeed } from '@shelfwire/central'
import type { Transaction } from '@shelfwire/mysql'
import { saveCursors } from './cursors-sql.ts'
import type { Gaps } from './gaps.ts'
import { markSuspect, proofOf } from './mark-suspect.ts'
import type { Cursor } from './store-state.ts'

/** Writes a locked cursor whose reasons to be suspect have changed, and the feed: the last thing a transaction does. */
export function saveSuspect(
  trx: Transaction,
  { part, cursor, gaps, nowUs }: { part: number; cursor: Cursor; gaps: Gaps; nowUs: number },
): void {
  const marked = markSuspect(cursor, gaps, nowUs)
  if (marked.suspect === cursor.suspect) saveCursors(trx, { part, cursors: [marked] })
  else saveProofs(trx, { part, cursors: [marked], nowUs })
}

/** Writes locked cursors of whose stores something else is proved now, and the feed: the last thing a transaction does. */
export function saveProofs(
  trx: Transaction,
  { part, cursors, nowUs }: { part: number; cursors: readonly Cursor[]; nowUs: number },
): void {
  saveCursors(trx, { part, cursors })
  const freshness = cursors.map(proofOf)
  appendFeed(trx, { part, changes: { freshness }, nowUs })
}
