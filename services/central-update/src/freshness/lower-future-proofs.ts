import { PARTS } from '@shelfwire/central'
import { inTransaction, type Pool, type RowDataPacket } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'
import { readGaps } from '../store-state/gaps-sql.ts'
import { markSuspect, saveProofs } from '../store-state/save-suspect.ts'

/** A store whose `asOf` lay in the future, in µs. */
export interface LoweredProof {
  storeId: string
  asOfUs: number
}

/**
 * Takes back every `asOf` beyond `latestUs`: the clock that sent that ping was wrong, so it proves nothing, not even
 * once its time has come. The store's next beat proves it anew. Returns what was taken back.
 */
export async function lowerFutureProofs(
  pool: Pool,
  { latestUs, nowUs }: { latestUs: number; nowUs: number },
): Promise<LoweredProof[]> {
  const lowered: LoweredProof[] = []
  for (let part = 0; part < PARTS; part += 1) {
    const [rows] = await pool.query<RowDataPacket[]>(
      'SELECT store_id FROM cursors WHERE part = ? AND as_of > ? ORDER BY store_id',
      [part, latestUs],
    )
    for (const { store_id } of rows) {
      const storeId = String(store_id)
      const asOfUs = await inTransaction(pool, async (trx) => {
        const cursor = (await trx.ask(lockCursors({ part, storeIds: [storeId] }))).get(storeId)
        // Looked at again behind the lock: another process may have been faster.
        if (cursor === undefined || cursor.asOfUs <= latestUs) return null
        const gaps = (await trx.ask(readGaps({ part, storeIds: [storeId] }))).get(storeId) ?? []
        saveProofs(trx, { part, cursors: [markSuspect({ ...cursor, asOfUs: 0 }, gaps, nowUs)], nowUs })
        return cursor.asOfUs
      })
      if (asOfUs !== null) lowered.push({ storeId, asOfUs })
    }
  }
  return lowered
}
