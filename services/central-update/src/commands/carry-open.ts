import { PARTS, resendCommands } from '@shelfwire/central'
import { inTransaction, type Pool, type RowDataPacket, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'

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
  for (let part = 0; part < PARTS; part += 1) {
    for (const storeId of await storesWithOldCommands(pool, part, below))
      await inTransaction(pool, (trx) => carry(trx, { part, storeId, nowUs }))
  }
}

/** Stores with an open command whose newest attempt is from before that day. */
async function storesWithOldCommands(pool: Pool, part: number, below: string): Promise<string[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT DISTINCT heads.store_id FROM command_heads AS heads
     LEFT JOIN cursors ON cursors.part = heads.part AND cursors.store_id = heads.store_id
     JOIN commands AS old ON old.part = heads.part AND old.store_id = heads.store_id
       AND old.era = heads.era AND old.number > IF(cursors.commands_era = heads.era, cursors.commands_done, 0)
       AND old.issued_at < ?
     WHERE heads.part = ? AND NOT EXISTS (
       SELECT 1 FROM commands AS kept WHERE kept.part = old.part AND kept.store_id = old.store_id
         AND kept.era = old.era AND kept.number = old.number AND kept.issued_at >= ?)
     ORDER BY heads.store_id`,
    [below, part, below],
  )
  return rows.map((row) => String(row.store_id))
}

async function carry(
  trx: Transaction,
  { part, storeId, nowUs }: { part: number; storeId: string; nowUs: number },
): Promise<void> {
  await trx.ask(lockCursors({ part, storeIds: [storeId] }))
  await resendCommands(trx, { storeId, nowUs })
}
