import { formatChecksum } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import type { Head } from '../journal/books.ts'
import type { StockRow } from '../stock/level.ts'
import { STOCK_COLUMNS, type StockSqlRow, stockOfRow } from '../stock/stock-sql.ts'

/** Every row of the store, by SKU. Not locked: whoever holds the head is the only writer. */
export async function readWholeStock(trx: Transaction): Promise<StockRow[]> {
  const rows = await trx.rows<StockSqlRow>(`SELECT ${STOCK_COLUMNS} FROM stock ORDER BY sku`)
  return rows.map(stockOfRow)
}

/** The one statement that changes the epoch of a head, which is locked. */
export function saveEpoch(trx: Transaction, head: Head): void {
  trx.later('UPDATE head SET epoch = ?, next_seq = ?, checksum = ? WHERE store_id = ?', [
    head.epoch,
    head.nextSeq,
    formatChecksum(head.checksum),
    head.storeId,
  ])
}
