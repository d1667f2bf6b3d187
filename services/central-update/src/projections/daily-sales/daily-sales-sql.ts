import { type Transaction, writeInSlices } from '@shelfwire/mysql'
import { ROWS_PER_WRITE } from '../rows-per-write.ts'
import type { DailySales } from './sum-sales.ts'

/** Adds to the daily sums. */
export async function addDailySales(
  trx: Transaction,
  part: number,
  sums: readonly DailySales[],
): Promise<void> {
  await writeInSlices(
    trx,
    `INSERT INTO central_view.daily_sales (part, store_id, sku, day, units_sold, units_returned, sales) VALUES ?
     ON DUPLICATE KEY UPDATE units_sold = units_sold + VALUES(units_sold),
       units_returned = units_returned + VALUES(units_returned), sales = sales + VALUES(sales)`,
    {
      rows: sums.map((sum) => [
        part,
        sum.storeId,
        sum.sku,
        sum.day,
        sum.unitsSold,
        sum.unitsReturned,
        sum.sales,
      ]),
      size: ROWS_PER_WRITE,
    },
  )
}
