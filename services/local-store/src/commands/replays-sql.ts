import type { ResyncBody } from '@shelfwire/contracts'
import { ENTRY_COLUMNS, MAX_ROWS_PER_STATEMENT, type Transaction } from '@shelfwire/mysql'

const COLUMNS = ENTRY_COLUMNS.join(', ')

/**
 * Copies the first rows of the range, as many as one statement may carry, into `replays`. Returns where to go on,
 * or null when the range is copied. Numbers that the journal doesn't have are left out.
 */
export async function copySlice(
  trx: Transaction,
  { number, range, limit = MAX_ROWS_PER_STATEMENT }: { number: number; range: ResyncBody; limit?: number },
): Promise<number | null> {
  const [slice] = await trx.rows<{ last: number | null; count: number }>(
    `SELECT MAX(seq) AS last, COUNT(*) AS count FROM (
       SELECT seq FROM journal WHERE epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?
     ) AS slice`,
    [range.epoch, range.fromSeq, range.toSeq, limit],
  )
  if (slice === undefined || slice.last === null) return null
  await trx.run(
    // IGNORE: the rows of a slice that was copied before the store was killed are there already.
    `INSERT IGNORE INTO replays (command_number, ${COLUMNS})
     SELECT ?, ${COLUMNS} FROM journal WHERE epoch = ? AND seq BETWEEN ? AND ?`,
    [number, range.epoch, range.fromSeq, slice.last],
  )
  return slice.count < limit || slice.last >= range.toSeq ? null : slice.last + 1
}
