import { type EntryRow, entryOfRow, isoOfDatetime, isoOfUs } from '@shelfwire/contracts'
import type { Reader } from '@shelfwire/mysql'
import { afterKey, build, pageOverParts, readRows } from '../page-query.ts'

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

const KEY = ['store_id', 'epoch', 'seq']

/** An entry's place in the order of the ledger. */
export type LedgerKey = [storeId: string, epoch: number, seq: number]

/** Entries in the order of (store, epoch, seq), stores by part, behind `after`. */
export async function selectLedgerPage(
  reader: Reader,
  wish: { store: string | undefined; sku: string | undefined; after: LedgerKey | undefined; limit: number },
): Promise<LedgerEntry[]> {
  const { store, sku, after, limit } = wish
  const rows = await pageOverParts({ store, after: after?.[0], limit }, (part, { isFirst, room }) => {
    const query = build('central_view.ledger').select('*').where({ part }).orderBy(KEY).limit(room)
    if (store !== undefined) query.where({ store_id: store })
    if (sku !== undefined) query.where({ sku })
    return readRows<LedgerRow>(reader, afterKey(query, KEY, isFirst ? after : undefined))
  })
  return rows.map(entryOf)
}
