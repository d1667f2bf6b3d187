import { MAX_ROWS_PER_STATEMENT, type Pool, type ResultSetHeader, type Transaction } from '@shelfwire/mysql'

/** The stores of a part, in the order in which their cursors are locked. */
export async function storesOf(trx: Transaction, part: number): Promise<string[]> {
  const rows = await trx.rows<{ store_id: string }>(
    'SELECT store_id FROM stores WHERE part = ? ORDER BY store_id',
    [part],
  )
  return rows.map((row) => row.store_id)
}

/** Not rows but whole tables: they are the biggest there are, and a DELETE of them would take hours. */
export async function dropLedgerAndSums(pool: Pool): Promise<void> {
  await pool.query('TRUNCATE TABLE central_view.ledger')
  await pool.query('TRUNCATE TABLE central_view.daily_sales')
}

/** Deletes a slice of the levels without pending units; returns how many. */
export async function dropStockSlice(pool: Pool): Promise<number> {
  const [{ affectedRows }] = await pool.query<ResultSetHeader>(
    'DELETE FROM stock WHERE pending = 0 LIMIT ?',
    [MAX_ROWS_PER_STATEMENT],
  )
  return affectedRows
}

/** A promise is central's own and outlives the level it was made on; an entry of any number replaces the level. */
export async function emptyPromisedStock(trx: Transaction, part: number): Promise<void> {
  await trx.run('UPDATE stock SET on_hand = 0, held = 0, epoch = 0, seq = 0 WHERE part = ?', [part])
}

/** How many records of each store are parked and not resolved; stores without one are left out. */
export async function countOpenParked(trx: Transaction): Promise<Map<string, number>> {
  const rows = await trx.rows<{ store_id: string; count: number }>(
    'SELECT store_id, COUNT(*) AS count FROM parked WHERE store_id IS NOT NULL AND resolved_at IS NULL GROUP BY store_id',
  )
  return new Map(rows.map((row) => [row.store_id, row.count]))
}

export async function dropGaps(trx: Transaction, part: number): Promise<void> {
  await trx.run('DELETE FROM gaps WHERE part = ?', [part])
}

/** Opens the partitions that were halted for this reason, and no others. */
export async function openHalts(
  trx: Transaction,
  { topic, reason }: { topic: string; reason: string },
): Promise<void> {
  await trx.run('DELETE FROM halts WHERE topic = ? AND reason = ?', [topic, reason])
}
