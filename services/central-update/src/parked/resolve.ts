import { partOf } from '@shelfwire/central'
import { datetimeOfUs } from '@shelfwire/contracts'
import { inTransaction, type Pool, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'
import { readGaps } from '../store-state/gaps-sql.ts'
import { saveSuspect } from '../store-state/save-suspect.ts'

export interface RecordPlace {
  topic: string
  partition: number
  offset: number
}

/**
 * A person has dealt with a parked record: it throws no doubt on its store any more. Returns false when no such record
 * is parked; resolving it twice changes nothing.
 */
export async function resolveParked(
  pool: Pool,
  { place, by, nowUs }: { place: RecordPlace; by: string; nowUs: number },
): Promise<boolean> {
  return inTransaction(pool, async (trx) => {
    const where = 'WHERE topic = ? AND partition_id = ? AND record_offset = ?'
    const key = [place.topic, place.partition, place.offset]
    const [row] = await trx.rows<{ store_id: string | null }>(`SELECT store_id FROM parked ${where}`, key)
    if (row === undefined) return false
    const store = row.store_id === null ? null : await lockStore(trx, row.store_id)
    await trx.run(`UPDATE parked SET resolved_at = ?, resolved_by = ? ${where} AND resolved_at IS NULL`, [
      datetimeOfUs(nowUs),
      by,
      ...key,
    ])
    if (store === null) return true
    const { part, cursor, gaps } = store
    const [open] = await trx.rows<{ count: number }>(
      'SELECT COUNT(*) AS count FROM parked WHERE store_id = ? AND resolved_at IS NULL',
      [cursor.storeId],
    )
    saveSuspect(trx, { part, cursor: { ...cursor, parkedOpen: open?.count ?? 0 }, gaps, nowUs })
    return true
  })
}

/**
 * A person has compared a diverged store's ledger with its journal and says that its numbers can be trusted again.
 * Returns false when nothing of that store is in doubt for this reason.
 */
export async function resolveDivergence(pool: Pool, storeId: string, nowUs: number): Promise<boolean> {
  return inTransaction(pool, async (trx) => {
    const store = await lockStore(trx, storeId)
    if (store === null || store.cursor.divergedSeq === null) return false
    const { part, cursor, gaps } = store
    saveSuspect(trx, { part, cursor: { ...cursor, divergedSeq: null }, gaps, nowUs })
    return true
  })
}

/** The store's cursor, locked, and its gaps; null for a store that has sent nothing and so has no cursor. */
async function lockStore(trx: Transaction, storeId: string) {
  const part = partOf(storeId)
  const wish = { part, storeIds: [storeId] }
  const [cursors, gaps] = await trx.together([lockCursors(wish), readGaps(wish)])
  const cursor = cursors.get(storeId)
  return cursor === undefined ? null : { part, cursor, gaps: gaps.get(storeId) ?? [] }
}
