import { resendCommands } from '@shelfwire/central'
import type { Pool } from '@shelfwire/mysql'
import { forEachStore } from '../store-state/for-each-store.ts'
import { selectStoresWithOldCommands } from './commands-sql.ts'

interface CarryOptions {
  /** The first day that is kept: `2026-05-01`. */
  below: string
  nowUs: number
}

/**
 * Commands from before the day `below` are about to be dropped with their partitions: those that their stores have not
 * done yet are sent again, as a further attempt of today. A store that is off for long so has its open commands once in
 * each period that is kept, and nothing grows.
 */
export async function carryOpenCommands(pool: Pool, { below, nowUs }: CarryOptions): Promise<void> {
  await forEachStore(
    pool,
    (part) => selectStoresWithOldCommands(pool, { part, below }),
    (trx, { storeId }) => resendCommands(trx, { storeId, nowUs }),
  )
}
