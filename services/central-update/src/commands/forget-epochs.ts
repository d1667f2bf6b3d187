import { appendCommands, lockCommandHead, PARTS } from '@shelfwire/central'
import type { ForgetEpochsBody } from '@shelfwire/contracts'
import { inTransaction, type Pool, type RowDataPacket, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'

/**
 * Tells each store that stands in an epoch above its first without a doubt that the epochs below are needed no more, so
 * that it may drop them once they are old. Once for each epoch, and again when the command has been dropped: a store
 * that was restored may have forgotten it. Returns who was told, and what.
 */
export async function tellForgetEpochs(
  pool: Pool,
  nowUs: number,
): Promise<{ storeId: string; below: number }[]> {
  const told: { storeId: string; below: number }[] = []
  for (let part = 0; part < PARTS; part += 1) {
    for (const storeId of await storesToTell(pool, part)) {
      const below = await inTransaction(pool, (trx) => tell(trx, { part, storeId, nowUs }))
      if (below !== null) told.push({ storeId, below })
    }
  }
  return told
}

const referenceOf = (epoch: number) => `epoch-${epoch}`

/** A suspect store is told nothing: what throws doubt on it may need the old epoch. */
const PROVED =
  'cursors.epoch > 1 AND cursors.opened = 1 AND cursors.suspect_reason IS NULL AND cursors.as_of > 0'

async function storesToTell(pool: Pool, part: number): Promise<string[]> {
  // Forced: left alone, MySQL reads every command of each store by the primary key.
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT cursors.store_id FROM cursors WHERE cursors.part = ? AND ${PROVED} AND NOT EXISTS (
       SELECT 1 FROM commands FORCE INDEX (commands_by_reference)
       WHERE commands.part = cursors.part AND commands.store_id = cursors.store_id
         AND commands.kind = 'forget_epochs' AND commands.reference = CONCAT('epoch-', cursors.epoch))
     ORDER BY cursors.store_id`,
    [part],
  )
  return rows.map((row) => String(row.store_id))
}

/** Behind the cursor's lock, so that two processes don't both tell it, and what was true is true still. */
async function tell(
  trx: Transaction,
  { part, storeId, nowUs }: { part: number; storeId: string; nowUs: number },
): Promise<number | null> {
  const cursor = (await trx.ask(lockCursors({ part, storeIds: [storeId] }))).get(storeId)
  if (cursor === undefined || !cursor.opened || cursor.suspect !== null) return null
  const reference = referenceOf(cursor.epoch)
  const [told] = await trx.rows<{ number: number }>(
    `SELECT number FROM commands WHERE part = ? AND store_id = ? AND kind = 'forget_epochs' AND reference = ? LIMIT 1`,
    [part, storeId, reference],
  )
  if (told !== undefined || (await lockCommandHead(trx, storeId)).stopped) return null
  const body = { below: cursor.epoch } satisfies ForgetEpochsBody
  await appendCommands(trx, { commands: [{ storeId, kind: 'forget_epochs', reference, body }], nowUs })
  return cursor.epoch
}
