import { fillDropped, PARTS } from '@shelfwire/central'
import { datetimeOfUs } from '@shelfwire/contracts'
import { inTransaction, type Pool, type RowDataPacket, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'
import type { Cursor } from '../store-state/store-state.ts'
import { RESEND_AFTER_US } from './resend-open.ts'

/**
 * A store that was restored counts fewer commands done than central had dropped as done, and would wait for them for
 * ever: they are given again, see {@link fillDropped}. Returns which stores that was, and how many commands.
 */
export async function refillDroppedCommands(
  pool: Pool,
  nowUs: number,
): Promise<{ storeId: string; commands: number }[]> {
  const filled: { storeId: string; commands: number }[] = []
  for (let part = 0; part < PARTS; part += 1) {
    for (const storeId of await storesWithoutNext(pool, part, nowUs)) {
      const commands = await inTransaction(pool, (trx) => refill(trx, { part, storeId, nowUs }))
      if (commands > 0) filled.push({ storeId, commands })
    }
  }
  return filled
}

/** Stores that were given more than they have done, but whose next command isn't there. */
async function storesWithoutNext(pool: Pool, part: number, nowUs: number): Promise<string[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT cursors.store_id FROM cursors
     JOIN command_heads AS heads ON heads.part = cursors.part AND heads.store_id = cursors.store_id
       AND heads.next_number > IF(cursors.commands_era = heads.era, cursors.commands_done, 0) + 1
     LEFT JOIN commands AS next ON next.part = cursors.part AND next.store_id = cursors.store_id
       AND next.era = heads.era AND next.number = IF(cursors.commands_era = heads.era, cursors.commands_done, 0) + 1
     WHERE cursors.part = ? AND cursors.commands_moved_at <= ? AND next.number IS NULL
     ORDER BY cursors.store_id`,
    [part, datetimeOfUs(nowUs - RESEND_AFTER_US)],
  )
  return rows.map((row) => String(row.store_id))
}

async function refill(
  trx: Transaction,
  { part, storeId, nowUs }: { part: number; storeId: string; nowUs: number },
): Promise<number> {
  const cursor = (await trx.ask(lockCursors({ part, storeIds: [storeId] }))).get(storeId)
  if (cursor === undefined || !isCountKnown(cursor)) return 0
  return fillDropped(trx, { storeId, nowUs })
}

/** At the beginning of an epoch the count is 0 until a beat says it; then a ping that was sent later is answered. */
function isCountKnown({ answeredPingUs, commandsMovedAtUs }: Cursor): boolean {
  return answeredPingUs > commandsMovedAtUs
}
