import { PARTS } from '@shelfwire/central'
import { inTransaction, type Pool, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from './cursors-sql.ts'
import type { Cursor } from './store-state.ts'

/**
 * Runs `work` for each store that `find` names, part by part: one transaction a store, behind the lock of its cursor,
 * which another process may have moved since `find` read it. Returns what `work` returned, without nulls.
 */
export async function forEachStore<Found extends { storeId: string }, Result>(
  pool: Pool,
  find: (part: number) => Promise<Found[]>,
  work: (
    trx: Transaction,
    store: Found & { part: number; cursor: Cursor | undefined },
  ) => Promise<Result | null>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let part = 0; part < PARTS; part += 1) {
    for (const found of await find(part)) {
      const { storeId } = found
      const result = await inTransaction(pool, async (trx) => {
        const cursors = await trx.ask(lockCursors({ part, storeIds: [storeId] }))
        return work(trx, { ...found, part, cursor: cursors.get(storeId) })
      })
      if (result !== null) results.push(result)
    }
  }
  return results
}
