import { ENTRY_COLUMNS, type ResyncBody } from '@shelfwire/contracts'
import type { Reader, Transaction } from '@shelfwire/mysql'

const COLUMNS = ENTRY_COLUMNS.join(', ')

/** The first rows that the journal has of a range. */
export interface Slice {
  /** Null when there are none. */
  lastSeq: number | null
  rows: number
}

/** The first `limit` rows of the range; numbers that the journal doesn't have are left out. */
export async function readSlice(
  reader: Reader,
  { epoch, fromSeq, toSeq }: ResyncBody,
  limit: number,
): Promise<Slice> {
  const [slice] = await reader.rows<{ last: number | null; count: number }>(
    `SELECT MAX(seq) AS last, COUNT(*) AS count FROM (
       SELECT seq FROM journal WHERE epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?
     ) AS slice`,
    [epoch, fromSeq, toSeq, limit],
  )
  return { lastSeq: slice?.last ?? null, rows: slice?.count ?? 0 }
}

/**
 * Copies the rows of the range into `replays`. `copiedOn` is the UTC day by which the copies are dropped again. In a
 * message of its own: a copy that takes too long must not be taken for a COMMIT whose answer is lost.
 */
export async function copySlice(
  trx: Transaction,
  { number, range, copiedOn }: { number: number; range: ResyncBody; copiedOn: string },
): Promise<void> {
  await trx.run(
    // IGNORE: the slice may have been copied before its command's answer was lost.
    `INSERT IGNORE INTO replays (command_number, ${COLUMNS}, copied_on)
     SELECT ?, ${COLUMNS}, ? FROM journal WHERE epoch = ? AND seq BETWEEN ? AND ?`,
    [number, copiedOn, range.epoch, range.fromSeq, range.toSeq],
  )
}
