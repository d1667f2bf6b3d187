import { usOfDatetime } from '@shelfwire/contracts'
import type { Pool, Reader, RowDataPacket } from '@shelfwire/mysql'
import type { Level, StockRow } from '../stock/level.ts'
import { STOCK_COLUMNS, type StockSqlRow, stockOfRow } from '../stock/stock-sql.ts'

/** Every level of the store. Not locked: the session that holds the head is the only writer. */
export async function readWholeStock(reader: Reader): Promise<(Level & { sku: string })[]> {
  const rows = await reader.rows<StockSqlRow>('SELECT sku, on_hand, held FROM stock')
  return rows.map(({ sku, on_hand: onHand, held }) => ({ sku, onHand, held }))
}

/** The next rows of the stock by SKU. Not locked: the session that holds the head is the only writer. */
export async function readStockAfter(reader: Reader, after: string, limit: number): Promise<StockRow[]> {
  const rows = await reader.rows<StockSqlRow>(
    `SELECT ${STOCK_COLUMNS} FROM stock WHERE sku > ? ORDER BY sku LIMIT ?`,
    [after, limit],
  )
  return rows.map(stockOfRow)
}

/** The last number of each epoch that the journal has below this one, by epoch. */
export async function readEpochEnds(reader: Reader, belowEpoch: number): Promise<Map<number, number>> {
  const ends = new Map<number, number>()
  for (let below = belowEpoch; ; ) {
    const [last] = await reader.rows<{ epoch: number; seq: number }>(
      'SELECT epoch, seq FROM journal WHERE epoch < ? ORDER BY epoch DESC, seq DESC LIMIT 1',
      [below],
    )
    if (last === undefined) return ends
    ends.set(last.epoch, last.seq)
    below = last.epoch
  }
}

/** When the first entry of an epoch was recorded, in µs on the store's clock; null when it has none. */
export async function beganAtUs(pool: Pool, epoch: number): Promise<number | null> {
  const [[row]] = await pool.query<RowDataPacket[]>(
    'SELECT recorded_at FROM journal WHERE epoch = ? ORDER BY seq LIMIT 1',
    [epoch],
  )
  return row === undefined ? null : usOfDatetime(row.recorded_at)
}
