import { usOfDate } from '@shelfwire/contracts'
import type { Pool } from '@shelfwire/mysql'
import { requireAgreeingClocks } from './agreeing-clocks.ts'
import { deleteResolvedParked, deleteSupersededChanges } from './old-records-sql.ts'

/** As the ledger. */
const KEPT_DAYS = 400
const DAY_US = 86_400_000_000
/** A parked record may have a mebibyte, and the binlog has each row that is deleted. */
const PARKED_PER_STATEMENT = 100
const CHANGES_PER_STATEMENT = 1_000
/** At most so many statements in a row; the rest is deleted the next time. */
const STATEMENTS_PER_RUN = 50

export interface Forgotten {
  parked: number
  productChanges: number
}

/**
 * Deletes parked records that were resolved, and changes of products that were superseded, more than 400 days ago, in
 * slices. Throws, and deletes nothing, when the machine's clock, which shows `wallNow`, disagrees with central's.
 */
export async function forgetRecords(pool: Pool, now: Date, wallNow: Date): Promise<Forgotten> {
  requireAgreeingClocks(now, wallNow)
  const beforeUs = usOfDate(now) - KEPT_DAYS * DAY_US
  return {
    parked: await inTurn(PARKED_PER_STATEMENT, (limit) => deleteResolvedParked(pool, { beforeUs, limit })),
    productChanges: await inTurn(CHANGES_PER_STATEMENT, (limit) =>
      deleteSupersededChanges(pool, { beforeUs, limit }),
    ),
  }
}

async function inTurn(limit: number, deleteSlice: (limit: number) => Promise<number>): Promise<number> {
  let deleted = 0
  for (let statement = 0; statement < STATEMENTS_PER_RUN; statement += 1) {
    const rows = await deleteSlice(limit)
    deleted += rows
    if (rows < limit) break
  }
  return deleted
}
