import { datetimeOfUs, usOfDatetime } from '@shelfwire/contracts'
import {
  combine,
  inSlices,
  insertRows,
  LOAD_FROM_ROWS,
  MAX_KEYS_PER_LIST,
  type Query,
  select,
  selectByKeys,
  type Transaction,
  writeInSlices,
} from '@shelfwire/mysql'
import { ROWS_PER_WRITE } from '../rows-per-write.ts'
import type { StockKey, StockRow } from './stock-row.ts'

interface Row {
  store_id: string
  sku: string
  on_hand: number
  held: number
  epoch: number
  seq: number
  updated_at: string
}

const SELECT = 'SELECT store_id, sku, on_hand, held, epoch, seq, updated_at FROM stock FORCE INDEX (PRIMARY)'

/** Locks levels; the scan of the primary key takes them in the order (sku, store), which everyone keeps. */
export function lockStock({ part, keys }: { part: number; keys: readonly StockKey[] }): Query<StockRow[]> {
  // In the key's own order, which spares the server a quarter of the work.
  const tuples = keys.toSorted(inLockOrder).map(({ sku, storeId }) => [part, sku, storeId])
  const locking = selectByKeys(tuples, (slice) =>
    select<Row>(`${SELECT} WHERE (part, sku, store_id) IN (?) ORDER BY part, sku, store_id FOR UPDATE`, [
      slice,
    ]),
  )
  return combine([locking], ([rows]) => rows.map(stockRowOf))
}

/** Locks as many levels as a store may have, a message for each list of keys: each has a time limit of its own. */
export async function lockManyStock(
  trx: Transaction,
  { part, keys }: { part: number; keys: readonly StockKey[] },
): Promise<StockRow[]> {
  const found: StockRow[] = []
  const lock = async (slice: StockKey[]) => {
    for (const row of await trx.ask(lockStock({ part, keys: slice }))) found.push(row)
  }
  await inSlices(keys.toSorted(inLockOrder), lock, MAX_KEYS_PER_LIST)
  return found
}

/** The SKUs of which a store has a level. */
export async function selectSkusOfStore(
  trx: Transaction,
  { part, storeId }: { part: number; storeId: string },
): Promise<string[]> {
  const rows = await trx.rows<{ sku: string }>('SELECT sku FROM stock WHERE part = ? AND store_id = ?', [
    part,
    storeId,
  ])
  return rows.map(({ sku }) => sku)
}

const STOCK = {
  table: 'stock',
  columns: ['part', 'sku', 'store_id', 'on_hand', 'held', 'pending', 'epoch', 'seq', 'updated_at'],
}

/**
 * Writes levels and the number they stand at. `pending` is central's own: a new row has none, and what is there stays.
 *
 * Many of which no row was found go as text, for 7 instead of 10 µs each. Should one be there after all, that is
 * refused, and the caller, who then halves the batch, soon has few: those take whatever is there.
 */
export async function saveStock(
  trx: Transaction,
  part: number,
  { known, unknown }: { known: readonly StockRow[]; unknown: readonly StockRow[] },
): Promise<void> {
  const few = unknown.length < LOAD_FROM_ROWS
  const valuesOf = (rows: readonly StockRow[]) =>
    rows.toSorted(inLockOrder).map((row) => stockValues(part, row))
  await writeInSlices(
    trx,
    `INSERT INTO stock (${STOCK.columns.join(', ')}) VALUES ?
     ON DUPLICATE KEY UPDATE on_hand = VALUES(on_hand), held = VALUES(held),
       epoch = VALUES(epoch), seq = VALUES(seq), updated_at = VALUES(updated_at)`,
    { rows: valuesOf(few ? [...known, ...unknown] : known), size: ROWS_PER_WRITE },
  )
  await inSlices(valuesOf(few ? [] : unknown), (slice) => insertRows(trx, STOCK, slice), ROWS_PER_WRITE)
}

function stockValues(part: number, row: StockRow): (string | number)[] {
  const { sku, storeId, onHand, held, epoch, seq, updatedAtUs } = row
  return [part, sku, storeId, onHand, held, NOTHING_PROMISED, epoch, seq, datetimeOfUs(updatedAtUs)]
}

const NOTHING_PROMISED = 0

/** By (sku, store), the order in which every transaction locks levels; another order may end in a deadlock. */
function inLockOrder(one: StockKey, other: StockKey): number {
  if (one.sku !== other.sku) return one.sku < other.sku ? -1 : 1
  return one.storeId < other.storeId ? -1 : 1
}

function stockRowOf(row: Row): StockRow {
  return {
    storeId: row.store_id,
    sku: row.sku,
    onHand: row.on_hand,
    held: row.held,
    epoch: row.epoch,
    seq: row.seq,
    updatedAtUs: usOfDatetime(row.updated_at),
  }
}
