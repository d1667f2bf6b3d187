import { datetimeOfUs, usOfDatetime } from '@shelfwire/contracts'
import type { Pool, RowDataPacket, Transaction } from '@shelfwire/mysql'

const storesOf = (rows: RowDataPacket[]) => rows.map((row) => ({ storeId: String(row.store_id) }))

/** Stores with an open command whose newest attempt is from before the day `below` (`2026-05-01`). */
export async function selectStoresWithOldCommands(
  pool: Pool,
  { part, below }: { part: number; below: string },
): Promise<{ storeId: string }[]> {
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
  return storesOf(rows)
}

/** A suspect store is not sent `forget_epochs`: its old epoch may be needed to find out what is wrong. */
const MAY_FORGET_EPOCHS =
  'cursors.epoch > 1 AND cursors.opened = 1 AND cursors.suspect_reason IS NULL AND cursors.as_of > 0'

/** Stores in an epoch above their first that have no `forget_epochs` command for it. */
export async function selectStoresToForgetEpochs(pool: Pool, part: number): Promise<{ storeId: string }[]> {
  // Forced: without it, MySQL reads every command of each store by the primary key.
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT cursors.store_id FROM cursors WHERE cursors.part = ? AND ${MAY_FORGET_EPOCHS} AND NOT EXISTS (
       SELECT 1 FROM commands FORCE INDEX (commands_by_reference)
       WHERE commands.part = cursors.part AND commands.store_id = cursors.store_id
         AND commands.kind = 'forget_epochs' AND commands.reference = CONCAT('epoch-', cursors.epoch))
     ORDER BY cursors.store_id`,
    [part],
  )
  return storesOf(rows)
}

/** Whether the store has a `forget_epochs` command with this reference. */
export async function hasForgetEpochs(
  trx: Transaction,
  { part, storeId, reference }: { part: number; storeId: string; reference: string },
): Promise<boolean> {
  const rows = await trx.rows<{ number: number }>(
    `SELECT number FROM commands WHERE part = ? AND store_id = ? AND kind = 'forget_epochs' AND reference = ? LIMIT 1`,
    [part, storeId, reference],
  )
  return rows.length > 0
}

/** Stores that have open commands, the next of which was dropped, and whose count hasn't moved since `unmovedSinceUs`. */
export async function selectStoresWithoutNext(
  pool: Pool,
  { part, unmovedSinceUs }: { part: number; unmovedSinceUs: number },
): Promise<{ storeId: string }[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT cursors.store_id FROM cursors
     JOIN command_heads AS heads ON heads.part = cursors.part AND heads.store_id = cursors.store_id
       AND heads.next_number > IF(cursors.commands_era = heads.era, cursors.commands_done, 0) + 1
     LEFT JOIN commands AS next ON next.part = cursors.part AND next.store_id = cursors.store_id
       AND next.era = heads.era AND next.number = IF(cursors.commands_era = heads.era, cursors.commands_done, 0) + 1
     WHERE cursors.part = ? AND cursors.commands_moved_at <= ? AND next.number IS NULL
     ORDER BY cursors.store_id`,
    [part, datetimeOfUs(unmovedSinceUs)],
  )
  return storesOf(rows)
}

/** Stores with gaps that were seen at `seenByUs` or before. */
export async function selectStoresWithGaps(
  pool: Pool,
  { part, seenByUs }: { part: number; seenByUs: number },
): Promise<{ storeId: string }[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT DISTINCT store_id FROM gaps WHERE part = ? AND seen_at <= ? ORDER BY store_id',
    [part, datetimeOfUs(seenByUs)],
  )
  return storesOf(rows)
}

/** How many gaps there are, and how many entries are missing in them. */
export async function countGaps(pool: Pool): Promise<{ gaps: number; missing: number }> {
  const [[sums]] = await pool.query<RowDataPacket[]>(
    'SELECT COUNT(*) AS gaps, CAST(COALESCE(SUM(to_seq - from_seq + 1), 0) AS SIGNED) AS missing FROM gaps',
  )
  return { gaps: Number(sums?.gaps), missing: Number(sums?.missing) }
}

/** The first gap of each store's epoch that was seen at `seenByUs` or before. */
export async function selectOldGaps(
  pool: Pool,
  seenByUs: number,
): Promise<{ storeId: string; epoch: number; fromSeq: number }[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT store_id, epoch, MIN(from_seq) AS from_seq FROM gaps WHERE seen_at <= ? GROUP BY store_id, epoch',
    [datetimeOfUs(seenByUs)],
  )
  return rows.map((row) => ({ storeId: row.store_id, epoch: row.epoch, fromSeq: row.from_seq }))
}

/**
 * Stores whose next command was last sent, and whose count last moved, at `unmovedSinceUs` or before, and which have since
 * answered a ping that is younger than both; `overdue` when both were at `overdueSinceUs` or before.
 */
export async function selectStoresStuck(
  pool: Pool,
  { part, unmovedSinceUs, overdueSinceUs }: { part: number; unmovedSinceUs: number; overdueSinceUs: number },
): Promise<{ storeId: string; overdue: boolean }[]> {
  const [unmovedSince, overdueSince] = [datetimeOfUs(unmovedSinceUs), datetimeOfUs(overdueSinceUs)]
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT cursors.store_id, MIN(commands.issued_at) <= ? AND cursors.commands_moved_at <= ? AS overdue
     FROM cursors
     JOIN command_heads AS heads ON heads.part = cursors.part AND heads.store_id = cursors.store_id
     JOIN commands ON commands.part = cursors.part AND commands.store_id = cursors.store_id
       AND commands.era = heads.era
       AND commands.number = IF(cursors.commands_era = heads.era, cursors.commands_done, 0) + 1
     WHERE cursors.part = ? AND cursors.commands_moved_at <= ?
     GROUP BY cursors.store_id, cursors.commands_moved_at, cursors.answered_ping
     HAVING MAX(commands.issued_at) <= ?
       AND cursors.answered_ping > TIMESTAMPDIFF(MICROSECOND, '1970-01-01', MAX(commands.issued_at))
     ORDER BY cursors.store_id`,
    [overdueSince, overdueSince, part, unmovedSince, unmovedSince],
  )
  return rows.map((row) => ({ storeId: String(row.store_id), overdue: row.overdue === 1 }))
}

/** When a command was sent for the first and for the last time; null when it isn't there. */
export async function selectSendings(
  trx: Transaction,
  { part, storeId, era, number }: { part: number; storeId: string; era: number; number: number },
): Promise<{ firstUs: number; lastUs: number } | null> {
  const [sent] = await trx.rows<{ first: string | null; last: string | null }>(
    `SELECT MIN(issued_at) AS first, MAX(issued_at) AS last FROM commands
     WHERE part = ? AND store_id = ? AND era = ? AND number = ?`,
    [part, storeId, era, number],
  )
  if (sent === undefined || sent.first === null || sent.last === null) return null
  return { firstUs: usOfDatetime(sent.first), lastUs: usOfDatetime(sent.last) }
}

/** Stores that have done a command which was never given: see `CommandHead.stopped` in packages/central. */
export async function selectStoresAhead(
  pool: Pool,
): Promise<{ storeId: string; commandsDone: number; given: number }[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT cursors.store_id, cursors.commands_done, COALESCE(heads.next_number, 1) - 1 AS given FROM cursors
     LEFT JOIN command_heads AS heads ON heads.part = cursors.part AND heads.store_id = cursors.store_id
     WHERE cursors.commands_era = COALESCE(heads.era, 0) AND cursors.commands_done > COALESCE(heads.next_number, 1) - 1
     ORDER BY cursors.store_id`,
  )
  return rows.map((row) => ({
    storeId: row.store_id,
    commandsDone: row.commands_done,
    given: Number(row.given),
  }))
}
