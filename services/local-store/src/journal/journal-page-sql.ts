import { ENTRY_COLUMNS, type Entry, type EntryRow, entryOfRow } from '@shelfwire/contracts'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'

export interface JournalPage {
  /** Only entries behind this one. */
  after: { epoch: number; seq: number }
  epoch?: number | undefined
  sku?: string | undefined
  rows: number
}

/** The next entries in the order of their numbers. */
export async function pageJournal(pool: Pool, { after, epoch, sku, rows }: JournalPage): Promise<Entry[]> {
  // Not (epoch, seq) > (?, ?): MySQL reads the whole index for a row comparison.
  const conditions = ['(epoch > ? OR (epoch = ? AND seq > ?))']
  const values: (string | number)[] = [after.epoch, after.epoch, after.seq]
  if (epoch !== undefined) {
    conditions.push('epoch = ?')
    values.push(epoch)
  }
  if (sku !== undefined) {
    conditions.push('sku = ?')
    values.push(sku)
  }
  const [found] = await pool.query<(EntryRow & RowDataPacket)[]>(
    `SELECT ${ENTRY_COLUMNS.join(', ')} FROM journal WHERE ${conditions.join(' AND ')} ORDER BY epoch, seq LIMIT ?`,
    [...values, rows],
  )
  return found.map(entryOfRow)
}
