import { lockCommandHead, PARTS, resendCommands } from '@shelfwire/central'
import { datetimeOfUs, usOfDatetime } from '@shelfwire/contracts'
import { inTransaction, type Pool, type RowDataPacket, type Transaction } from '@shelfwire/mysql'
import { lockCursors } from '../store-state/cursors-sql.ts'
import type { Cursor } from '../store-state/store-state.ts'

/** Commands that stand still for so long are sent again. */
export const RESEND_AFTER_US = 15_000_000
/** Commands that stand still for so long are a person's matter. */
export const PAGE_AFTER_US = 60_000_000

/** Each sending waits as long as all before it took, but no longer than this. */
const LONGEST_PAUSE_US = 600_000_000

export interface Standstill {
  storeId: string
  /** The command that the store must do next. */
  number: number
  sentAgain: number
  /** True when it has lasted so long that a person must look. */
  overdue: boolean
}

/** Sends again whatever stores were told and didn't do; reports every store whose commands stand still. */
export async function resendOpenCommands(pool: Pool, nowUs: number): Promise<Standstill[]> {
  const found: Standstill[] = []
  for (let part = 0; part < PARTS; part += 1) {
    for (const { storeId, overdue } of await storesStandingStill(pool, part, nowUs)) {
      const sent = await inTransaction(pool, (trx) => resend(trx, { part, storeId, nowUs }))
      if (sent !== null) found.push({ storeId, ...sent, overdue })
    }
  }
  return found
}

/**
 * Stores whose next command was last sent, and whose count last moved, 15 s ago or more, and which have since answered
 * a ping that is younger than both: a store that is off gets no command a second time, and what it was sent waits in its
 * topic; one that has begun an epoch must first say what it has done. The next command alone counts: a store that is
 * busily sent new ones may all the same be stuck at an old one. {@link isDue} then decides behind the locks.
 */
async function storesStandingStill(pool: Pool, part: number, nowUs: number) {
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
    [
      datetimeOfUs(nowUs - PAGE_AFTER_US),
      datetimeOfUs(nowUs - PAGE_AFTER_US),
      part,
      datetimeOfUs(nowUs - RESEND_AFTER_US),
      datetimeOfUs(nowUs - RESEND_AFTER_US),
    ],
  )
  return rows.map((row) => ({ storeId: String(row.store_id), overdue: row.overdue === 1 }))
}

async function resend(
  trx: Transaction,
  { part, storeId, nowUs }: { part: number; storeId: string; nowUs: number },
): Promise<{ number: number; sentAgain: number } | null> {
  const cursor = (await trx.ask(lockCursors({ part, storeIds: [storeId] }))).get(storeId)
  if (cursor === undefined) return null
  const { era, commandsDone } = await lockCommandHead(trx, storeId)
  const number = commandsDone + 1
  // Looked at again behind the locks: a beat or another process may have moved it meanwhile.
  const [next] = await trx.rows<{ first: string | null; last: string | null }>(
    `SELECT MIN(issued_at) AS first, MAX(issued_at) AS last FROM commands
     WHERE part = ? AND store_id = ? AND era = ? AND number = ?`,
    [part, storeId, era, number],
  )
  if (next === undefined || next.first === null || next.last === null) return null
  const sent = { firstUs: usOfDatetime(next.first), lastUs: usOfDatetime(next.last) }
  if (!isDue(cursor, { sent, nowUs })) return null
  const sentAgain = await resendCommands(trx, { storeId, nowUs })
  return sentAgain === 0 ? null : { number, sentAgain }
}

/** Whether a command that was first and last sent then is to be sent again: 15, 30, 60, 120 s … after it came to a standstill. */
function isDue(
  { commandsMovedAtUs, answeredPingUs }: Cursor,
  { sent, nowUs }: { sent: { firstUs: number; lastUs: number }; nowUs: number },
): boolean {
  if (answeredPingUs <= Math.max(sent.lastUs, commandsMovedAtUs)) return false
  const triedForUs = sent.lastUs - Math.max(sent.firstUs, commandsMovedAtUs)
  return nowUs - sent.lastUs >= Math.max(RESEND_AFTER_US, Math.min(triedForUs, LONGEST_PAUSE_US))
}

/** Stores that have done a command which was never given: see {@link CommandHead.stopped}. */
export async function storesAhead(
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
