import { lockCommandHead, resendCommands } from '@shelfwire/central'
import type { Pool, Transaction } from '@shelfwire/mysql'
import { forEachStore } from '../store-state/for-each-store.ts'
import type { Cursor } from '../store-state/store-state.ts'
import { selectSendings, selectStoresStuck } from './commands-sql.ts'

/** Commands unacknowledged for so long are resent. */
export const RESEND_AFTER_US = 15_000_000
/** Commands unacknowledged for so long raise an alarm. */
export const PAGE_AFTER_US = 60_000_000

/** Each sending waits as long as all before it took, but no longer than this. */
const LONGEST_PAUSE_US = 600_000_000

export interface Standstill {
  storeId: string
  /** The command that the store must do next. */
  number: number
  resent: number
  /** True when it has lasted long enough for an alarm. */
  overdue: boolean
}

/**
 * Sends open commands again and reports every store whose commands don't advance: the next command was last sent, and the
 * store's count last moved, 15 s ago or more, and the store has since answered a ping that is younger than both. So a
 * store that is off gets no command twice, and its commands wait in their topic; a store that has begun an epoch must
 * first report what it has done. Only the next command counts: a store that gets new ones may be stuck at an old one.
 */
export async function resendOpenCommands(pool: Pool, nowUs: number): Promise<Standstill[]> {
  const times = { unmovedSinceUs: nowUs - RESEND_AFTER_US, overdueSinceUs: nowUs - PAGE_AFTER_US }
  return forEachStore(
    pool,
    (part) => selectStoresStuck(pool, { part, ...times }),
    async (trx, { part, storeId, cursor, overdue }) => {
      const sent = cursor && (await resend(trx, { part, storeId, cursor, nowUs }))
      return sent ? { storeId, ...sent, overdue } : null
    },
  )
}

/** Decides again behind the locks: a beat or another process may have moved the count since the store was found. */
async function resend(
  trx: Transaction,
  { part, storeId, cursor, nowUs }: { part: number; storeId: string; cursor: Cursor; nowUs: number },
): Promise<{ number: number; resent: number } | null> {
  const { era, commandsDone } = await lockCommandHead(trx, storeId)
  const number = commandsDone + 1
  const sent = await selectSendings(trx, { part, storeId, era, number })
  if (sent === null || !isDue(cursor, { sent, nowUs })) return null
  const resent = await resendCommands(trx, { storeId, nowUs })
  return resent === 0 ? null : { number, resent }
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
