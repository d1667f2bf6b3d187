import { partOf } from '@shelfwire/central'
import { type EntryRow, entryOfRow, isoOfDatetime, isoOfUs, type Reader } from '@shelfwire/mysql'
import { afterKey, build, readRows } from '../page-query.ts'

interface LedgerRow extends EntryRow {
  part: number
  applied_at: string
}

/** One entry of a store's journal, as central has applied it. */
export type LedgerEntry = ReturnType<typeof entryOf>

function entryOf(row: LedgerRow) {
  const { storeId, occurredAtUs, recordedAtUs, ...entry } = entryOfRow(row)
  return {
    storeId,
    ...entry,
    occurredAt: isoOfUs(occurredAtUs),
    recordedAt: isoOfUs(recordedAtUs),
    appliedAt: isoOfDatetime(row.applied_at),
  }
}

const KEY = ['part', 'store_id', 'epoch', 'seq']

/** An entry's place in the order of the ledger. */
export type LedgerKey = [storeId: string, epoch: number, seq: number]

/** Entries in the order of (store, epoch, seq), stores by part, behind `after`. */
export async function selectLedgerPage(
  reader: Reader,
  wish: { store: string | undefined; sku: string | undefined; after: LedgerKey | undefined; limit: number },
): Promise<LedgerEntry[]> {
  const query = build('central_view.ledger').select('*').orderBy(KEY).limit(wish.limit)
  if (wish.store !== undefined) query.where({ part: partOf(wish.store), store_id: wish.store })
  if (wish.sku !== undefined) query.where({ sku: wish.sku })
  const after = wish.after && [partOf(wish.after[0]), ...wish.after]
  return (await readRows<LedgerRow>(reader, afterKey(query, KEY, after))).map(entryOf)
}
