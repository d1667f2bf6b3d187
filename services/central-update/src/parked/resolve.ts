import { partOf } from '@shelfwire/central'
import { inTransaction, type Pool, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'
import { readGaps } from '../store-state/gaps-sql.ts'
import { saveSuspect } from '../store-state/save-suspect.ts'
import { countParkedOpen, markResolved, type RecordPlace, selectStoreOfParked } from './parked-sql.ts'

/**
 * An operator has dealt with a parked record: its store is no longer suspect because of it. Returns false when no such record
 * is parked; resolving it twice changes nothing.
 */
export async function resolveParked(
  pool: Pool,
  { place, by, nowUs }: { place: RecordPlace; by: string; nowUs: number },
): Promise<boolean> {
  return inTransaction(pool, async (trx) => {
    const storeId = await selectStoreOfParked(trx, place)
    if (storeId === undefined) return false
    const store = storeId === null ? null : await lockStore(trx, storeId)
    await markResolved(trx, place, { by, nowUs })
    if (store === null) return true
    const { part, cursor, gaps } = store
    const parkedOpen = await countParkedOpen(trx, cursor.storeId)
    saveSuspect(trx, { part, cursor: { ...cursor, parkedOpen }, gaps, nowUs })
    return true
  })
}

/**
 * An operator has compared a diverged store's ledger with its journal and declares it right.
 * Returns false when that store is not diverged.
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
