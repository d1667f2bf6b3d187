import { datetimeOfUs, usOfDatetime } from '@shelfwire/contracts'
import {
  combine,
  MAX_KEYS_PER_LIST,
  type Query,
  type Reader,
  select,
  selectByKeys,
  slicesOf,
  type Transaction,
} from '@shelfwire/mysql'
import { type ChangedRows, foldSku, type StockRow } from './level.ts'

export const STOCK_COLUMNS =
  'sku, on_hand, held, epoch, seq, last_restocked_at, counted_at, late_seq, updated_at'

const UPDATES = STOCK_COLUMNS.split(', ')
  .slice(1)
  .map((column) => `${column} = VALUES(${column})`)
  .join(', ')

/** A row of `stock` as the driver reads it. */
export interface StockSqlRow {
  sku: string
  on_hand: number
  held: number
  epoch: number
  seq: number
  last_restocked_at: string | null
  counted_at: string | null
  late_seq: number | null
  updated_at: string
}

/** The rows of these SKUs and of those that differ only in case. Not locked: the transaction that holds the head is the only writer. */
export function readStock(skus: ReadonlySet<string>): Query<StockRow[]> {
  const sql = `SELECT ${STOCK_COLUMNS} FROM stock WHERE sku_folded IN (?)`
  const folded = [...new Set([...skus].map(foldSku))]
  const found = selectByKeys(folded, (slice) => select<StockSqlRow>(sql, [slice]))
  return combine([found], ([rows]) => rows.map(stockOfRow))
}

/** By folded SKU: the name that the store has for it. SKUs that it doesn't have are left out. */
export async function readNames(reader: Reader, skus: ReadonlySet<string>): Promise<Map<string, string>> {
  const sql = 'SELECT sku FROM stock WHERE sku_folded IN (?)'
  const folded = [...new Set([...skus].map(foldSku))]
  const names = new Map<string, string>()
  for (const slice of slicesOf(folded, MAX_KEYS_PER_LIST)) {
    for (const { sku } of await reader.rows<{ sku: string }>(sql, [slice])) names.set(foldSku(sku), sku)
  }
  return names
}

/**
 * Writes rows of the stock, apart for those that are new and those that were found. A new row goes by a plain INSERT: if
 * there is one after all, it was overlooked by {@link readStock}, and its units must not be overwritten.
 */
export function saveStock(trx: Transaction, { created, updated }: ChangedRows): void {
  for (const values of slicesOf(created.map(valuesOf)))
    trx.later(`INSERT INTO stock (${STOCK_COLUMNS}, sku_folded) VALUES ?`, [values])
  // Each of these rows was read under the head's lock, so the upsert only updates; it is the one statement that MySQL and
  // MariaDB have for updating many rows, each to values of its own.
  for (const values of slicesOf(updated.map(valuesOf)))
    trx.later(
      `INSERT INTO stock (${STOCK_COLUMNS}, sku_folded) VALUES ? ON DUPLICATE KEY UPDATE ${UPDATES}`,
      [values],
    )
}

function valuesOf(row: StockRow): unknown[] {
  return [
    row.sku,
    row.onHand,
    row.held,
    row.epoch,
    row.seq,
    datetimeOrNull(row.lastRestockedAtUs),
    datetimeOrNull(row.countedAtUs),
    row.lateSeq,
    datetimeOfUs(row.updatedAtUs),
    foldSku(row.sku),
  ]
}

export function stockOfRow(row: StockSqlRow): StockRow {
  return {
    sku: row.sku,
    onHand: row.on_hand,
    held: row.held,
    epoch: row.epoch,
    seq: row.seq,
    lastRestockedAtUs: usOrNull(row.last_restocked_at),
    countedAtUs: usOrNull(row.counted_at),
    lateSeq: row.late_seq,
    updatedAtUs: usOfDatetime(row.updated_at),
  }
}

const datetimeOrNull = (us: number | null) => (us === null ? null : datetimeOfUs(us))
const usOrNull = (text: string | null) => (text === null ? null : usOfDatetime(text))
