import { ENTRY_COLUMNS, type ResyncBody } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'

/** Rows that one transaction copies: it keeps the head locked meanwhile, for some 20 ms. */
export const ROWS_PER_SLICE = 1_000

const COLUMNS = ENTRY_COLUMNS.join(', ')

/**
 * Copies the first rows of the range, at most `limit`, into `replays`. Returns where to go on,
 * or null when the range is copied. Numbers that the journal doesn't have are left out. `today` is the UTC day by which
 * the copies are dropped again.
 */
export async function copySlice(
  trx: Transaction,
  {
    number,
    range,
    today,
    limit = ROWS_PER_SLICE,
  }: { number: number; range: ResyncBody; today: string; limit?: number },
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
    `INSERT IGNORE INTO replays (command_number, ${COLUMNS}, copied_on)
     SELECT ?, ${COLUMNS}, ? FROM journal WHERE epoch = ? AND seq BETWEEN ? AND ?`,
    [number, today, range.epoch, range.fromSeq, slice.last],
  )
  return slice.count < limit || slice.last >= range.toSeq ? null : slice.last + 1
}
