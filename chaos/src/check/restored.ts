import { partOf } from '@shelfwire/central'
import type { RowDataPacket } from '@shelfwire/mysql'
import type { Databases } from '@shelfwire/verify'
import { type Attempt, entriesOf } from '../workload/request.ts'
import { ENTRY_COLUMNS, type JournalEntry } from './journal-entries.ts'

/** A store's database that went back to a backup. Times in ms since 1970. */
export interface Restored {
  storeId: string
  /** The last entry that the backup has. */
  epoch: number
  seq: number
  /** The epoch that was opened in it. */
  openedEpoch: number
  /** When the backup was begun, and when the restored store was fresh in central. */
  madeAt: number
  backAt: number
}

/**
 * The attempts whose answers the restored store has kept. A write acknowledged after the backup, and a refusal, are as if
 * never answered: when resent, they may be decided again, once.
 */
export function keptAttempts(
  attempts: readonly Attempt[],
  restored: readonly Restored[],
): readonly Attempt[] {
  if (restored.length === 0) return attempts
  return attempts.map((attempt) =>
    restored.some((one) => isForgotten(attempt, one)) ? { ...attempt, result: 'unknown' } : attempt,
  )
}

function isForgotten(attempt: Attempt, { epoch, seq, openedEpoch, madeAt, backAt }: Restored): boolean {
  if (attempt.answeredAt < madeAt || attempt.sentAt > backAt) return false
  if (attempt.result !== 'ok') return true
  return entriesOf(attempt).some(
    (entry) =>
      entry.epoch < openedEpoch && (entry.epoch > epoch || (entry.epoch === epoch && entry.seq > seq)),
  )
}

/**
 * Every entry by which central may have answered for a store: its journal; entries lost in a restore, which the ledger keeps;
 * and the openings of its new epoch, which stand for everything before from the moment the store was back.
 */
export async function historyOf(
  entries: readonly JournalEntry[],
  {
    databases,
    storeId,
    runId,
    restored,
  }: { databases: Databases; storeId: string; runId: string; restored: readonly Restored[] },
): Promise<readonly JournalEntry[]> {
  const history = [...entries]
  const of = [partOf(storeId), storeId]
  for (const { epoch, seq, openedEpoch, backAt } of restored) {
    const [forgotten] = await databases.central.query<RowDataPacket[]>(
      `SELECT ${ENTRY_COLUMNS} FROM central_view.ledger
        WHERE part = ? AND store_id = ? AND (epoch = ? AND seq > ? OR epoch > ? AND epoch < ?) AND request_id LIKE ?`,
      [...of, epoch, seq, epoch, openedEpoch, `${runId}-%`],
    )
    const [openings] = await databases.central.query<RowDataPacket[]>(
      `SELECT ${ENTRY_COLUMNS} FROM central_view.ledger
        WHERE part = ? AND store_id = ? AND epoch = ? AND kind = 'opening'`,
      [...of, openedEpoch],
    )
    history.push(...(forgotten as JournalEntry[]))
    history.push(...(openings as JournalEntry[]).map((opening) => ({ ...opening, standsSince: backAt })))
  }
  return history.sort((a, b) => a.epoch - b.epoch || a.seq - b.seq)
}
