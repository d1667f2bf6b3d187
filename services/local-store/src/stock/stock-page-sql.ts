import type { Pool, Reader, RowDataPacket } from '@shelfwire/mysql'
import type { StockRow } from './level.ts'
import { STOCK_COLUMNS, type StockSqlRow, stockOfRow } from './stock-sql.ts'

/** What the store has of a SKU, as last committed. */
export async function findStock(pool: Pool, sku: string): Promise<StockRow | undefined> {
  const [rows] = await pool.query<(StockSqlRow & RowDataPacket)[]>(
    `SELECT ${STOCK_COLUMNS} FROM stock WHERE sku = ?`,
    [sku],
  )
  return rows.map(stockOfRow)[0]
}

/** The next rows in the order of their SKUs; only those to be counted again if so wanted. */
export async function pageStock(
  pool: Pool,
  { afterSku, rows, toRecount }: { afterSku: string; rows: number; toRecount: boolean },
): Promise<StockRow[]> {
  const [found] = await pool.query<(StockSqlRow & RowDataPacket)[]>(
    `SELECT ${STOCK_COLUMNS} FROM stock
     WHERE sku > ? ${toRecount ? 'AND late_seq IS NOT NULL' : ''} ORDER BY sku LIMIT ?`,
    [afterSku, rows],
  )
  return found.map(stockOfRow)
}

/** How many SKUs the store has a level of. */
export async function countStock(reader: Reader): Promise<number> {
  const [row] = await reader.rows<{ skus: number }>('SELECT COUNT(*) AS skus FROM stock')
  return row?.skus ?? 0
}
