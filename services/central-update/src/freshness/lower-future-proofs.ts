import type { Pool } from '@shelfwire/mysql'
import { selectStoresProvedAfter } from '../store-state/cursors-sql.ts'
import { forEachStore } from '../store-state/for-each-store.ts'
import { readGaps } from '../store-state/gaps-sql.ts'
import { markSuspect } from '../store-state/mark-suspect.ts'
import { saveProofs } from '../store-state/save-suspect.ts'

/** A store whose `asOf` lay in the future, in µs. */
export interface LoweredProof {
  storeId: string
  asOfUs: number
}

/**
 * Takes back every `asOf` beyond `latestUs`: the clock that sent that ping was wrong, so it proves nothing, not even
 * once its time has come. The store's next beat proves a new one. Returns what was taken back.
 */
export async function lowerFutureProofs(
  pool: Pool,
  { latestUs, nowUs }: { latestUs: number; nowUs: number },
): Promise<LoweredProof[]> {
  return forEachStore(
    pool,
    (part) => selectStoresProvedAfter(pool, { part, latestUs }),
    async (trx, { part, storeId, cursor }) => {
      // Checked again behind the lock: another process may have lowered it.
      if (cursor === undefined || cursor.asOfUs <= latestUs) return null
      const gaps = (await trx.ask(readGaps({ part, storeIds: [storeId] }))).get(storeId) ?? []
      saveProofs(trx, { part, cursors: [markSuspect({ ...cursor, asOfUs: 0 }, gaps, nowUs)], nowUs })
      return { storeId, asOfUs: cursor.asOfUs }
    },
  )
}
