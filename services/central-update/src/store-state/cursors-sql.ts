import { datetimeOfUs, formatChecksum, parseChecksum, usOfDatetime } from '@shelfwire/contracts'
import {
  combine,
  type Pool,
  type Query,
  type RowDataPacket,
  select,
  selectByKeys,
  type Transaction,
} from '@shelfwire/mysql'
import { type Cursor, newCursor } from './store-state.ts'

interface CursorRow {
  store_id: string
  epoch: number
  seq: number
  checksum: string
  opened: number
  as_of: number
  beat_at: string | null
  commands_era: number
  commands_done: number
  commands_moved_at: string
  answered_ping: number
  diverged_seq: number | null
  checksum_seq: number | null
  rebuilding: number
  parked_open: number
  suspect_reason: string | null
  suspect_since: string | null
  updated_at: string
}

const COLUMNS =
  'part, store_id, epoch, seq, checksum, opened, as_of, beat_at, commands_era, commands_done, commands_moved_at, ' +
  'answered_ping, diverged_seq, checksum_seq, rebuilding, parked_open, suspect_reason, suspect_since, updated_at'

/** Locks the cursors of those stores that have one; until COMMIT no other transaction applies anything to these stores. */
export function lockCursors({
  part,
  storeIds,
}: {
  part: number
  storeIds: readonly string[]
}): Query<Map<string, Cursor>> {
  // In the order of the key, which is the order of locking.
  const locking = selectByKeys(storeIds.toSorted(), (slice) =>
    select<CursorRow>(
      `SELECT ${COLUMNS} FROM cursors WHERE part = ? AND store_id IN (?) ORDER BY store_id FOR UPDATE`,
      [part, slice],
    ),
  )
  return combine([locking], ([rows]) => new Map(rows.map((row) => [row.store_id, cursorOf(row)])))
}

/** Stores whose `asOf` is beyond `latestUs`. */
export async function selectStoresProvedAfter(
  pool: Pool,
  { part, latestUs }: { part: number; latestUs: number },
): Promise<{ storeId: string }[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT store_id FROM cursors WHERE part = ? AND as_of > ? ORDER BY store_id',
    [part, latestUs],
  )
  return rows.map((row) => ({ storeId: String(row.store_id) }))
}

/** How many stores are suspect, and how many parked records are open. */
export async function countSuspects(pool: Pool): Promise<{ suspects: number; parkedOpen: number }> {
  const [[counts]] = await pool.query<RowDataPacket[]>(
    'SELECT COUNT(suspect_reason) AS suspects, CAST(COALESCE(SUM(parked_open), 0) AS SIGNED) AS parked FROM cursors',
  )
  return { suspects: Number(counts?.suspects), parkedOpen: Number(counts?.parked) }
}

/** Begins the cursors of stores that have none; one that another process has begun meanwhile stays as it is. */
export async function beginCursors(
  trx: Transaction,
  { part, storeIds, nowUs }: { part: number; storeIds: readonly string[]; nowUs: number },
): Promise<void> {
  const rows = storeIds.map((storeId) => valuesOf(part, newCursor(storeId, nowUs)))
  await trx.run(`INSERT IGNORE INTO cursors (${COLUMNS}) VALUES ?`, [rows])
}

const SAVE = `INSERT INTO cursors (${COLUMNS}) VALUES ? ON DUPLICATE KEY UPDATE ${COLUMNS.split(', ')
  .slice(2)
  .map((column) => `${column} = VALUES(${column})`)
  .join(', ')}`

/** Writes cursors that are locked, with whatever the transaction does next. */
export function saveCursors(
  trx: Transaction,
  { part, cursors }: { part: number; cursors: readonly Cursor[] },
): void {
  if (cursors.length > 0) trx.later(SAVE, [cursors.map((cursor) => valuesOf(part, cursor))])
}

function valuesOf(part: number, cursor: Cursor): (string | number | null)[] {
  return [
    part,
    cursor.storeId,
    cursor.epoch,
    cursor.seq,
    formatChecksum(cursor.checksum),
    cursor.opened ? 1 : 0,
    cursor.asOfUs,
    orNull(cursor.beatAtUs),
    cursor.commandsEra,
    cursor.commandsDone,
    datetimeOfUs(cursor.commandsMovedAtUs),
    cursor.answeredPingUs,
    cursor.divergedSeq,
    cursor.checksumSeq,
    cursor.rebuilding ? 1 : 0,
    cursor.parkedOpen,
    cursor.suspect,
    orNull(cursor.suspectSinceUs),
    datetimeOfUs(cursor.updatedAtUs),
  ]
}

function orNull(us: number | null): string | null {
  return us === null ? null : datetimeOfUs(us)
}

function cursorOf(row: CursorRow): Cursor {
  return {
    storeId: row.store_id,
    epoch: row.epoch,
    seq: row.seq,
    checksum: parseChecksum(row.checksum),
    opened: row.opened === 1,
    asOfUs: row.as_of,
    beatAtUs: row.beat_at === null ? null : usOfDatetime(row.beat_at),
    commandsEra: row.commands_era,
    commandsDone: row.commands_done,
    commandsMovedAtUs: usOfDatetime(row.commands_moved_at),
    answeredPingUs: row.answered_ping,
    divergedSeq: row.diverged_seq,
    checksumSeq: row.checksum_seq,
    rebuilding: row.rebuilding === 1,
    parkedOpen: row.parked_open,
    suspect: row.suspect_reason,
    suspectSinceUs: row.suspect_since === null ? null : usOfDatetime(row.suspect_since),
    updatedAtUs: usOfDatetime(row.updated_at),
  }
}
