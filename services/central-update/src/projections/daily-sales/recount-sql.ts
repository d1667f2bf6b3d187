import { ENTRY_COLUMNS, type Entry, type EntryRow, entryOfRow, rememberedBy } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import type { Opening, Recount } from './decide-recount.ts'

/** A store and where its rows are. */
export interface StorePlace {
  part: number
  storeId: string
}

/** The openings of a store below an epoch that the ledger has, ascending; those that say nothing are left out. */
export async function readOpenings(
  trx: Transaction,
  { part, storeId }: StorePlace,
  belowEpoch: number,
): Promise<Opening[]> {
  // Few entries have no SKU, so the index by SKU finds these without a walk through the ledger.
  const rows = await trx.rows<{ epoch: number; reference: string | null }>(
    `SELECT epoch, reference FROM central_view.ledger
     WHERE part = ? AND sku IS NULL AND store_id = ? AND epoch < ? AND kind = 'opened' ORDER BY epoch`,
    [part, storeId, belowEpoch],
  )
  return rows.flatMap(({ epoch, reference }) => {
    const remembered = rememberedBy({ reference })
    return remembered === null ? [] : [{ epoch, remembered }]
  })
}

/** The lowest epoch from `fromEpoch` on of which the ledger has an entry of the store; null when there is none. */
export async function nextEpochOf(
  trx: Transaction,
  { part, storeId }: StorePlace,
  fromEpoch: number,
): Promise<number | null> {
  const [row] = await trx.rows<{ epoch: number }>(
    `SELECT epoch FROM central_view.ledger FORCE INDEX (PRIMARY)
     WHERE part = ? AND store_id = ? AND epoch >= ? ORDER BY epoch LIMIT 1`,
    [part, storeId, fromEpoch],
  )
  return row?.epoch ?? null
}

/** Sales and returns among these entries, ascending by number, at most `limit`. */
export async function readSales(
  trx: Transaction,
  { part, storeId, epoch, fromSeq, toSeq, limit }: StorePlace & Omit<Recount, 'sign'> & { limit: number },
): Promise<Entry[]> {
  // Left alone, MySQL takes the index by SKU, reads every store's rows in it and sorts: 1,522 ms for a page, with this 305.
  const rows = await trx.rows<EntryRow>(
    `SELECT ${ENTRY_COLUMNS.join(', ')} FROM central_view.ledger FORCE INDEX (PRIMARY)
     WHERE part = ? AND store_id = ? AND epoch = ? AND seq BETWEEN ? AND ? AND kind IN ('sale', 'return')
     ORDER BY seq LIMIT ?`,
    [part, storeId, epoch, fromSeq, toSeq, limit],
  )
  return rows.map(entryOfRow)
}
