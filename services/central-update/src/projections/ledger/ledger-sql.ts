import {
  datetimeOfUs,
  ENTRY_COLUMNS,
  type Entry,
  type EntryRow,
  entryOfRow,
  valuesOfEntry,
} from '@shelfwire/contracts'
import { inSlices, insertRows, MAX_KEYS_PER_LIST, type Transaction } from '@shelfwire/mysql'
import { ROWS_PER_WRITE } from '../rows-per-write.ts'

/** Those of these entries that the ledger has, as it has them. */
export async function readLedger(
  trx: Transaction,
  { part, storeId, epoch, seqs }: { part: number; storeId: string; epoch: number; seqs: readonly number[] },
): Promise<Entry[]> {
  const found: Entry[] = []
  await inSlices(
    seqs,
    async (slice) => {
      const rows = await trx.rows<EntryRow>(
        `SELECT ${ENTRY_COLUMNS.join(', ')} FROM central_view.ledger
         WHERE part = ? AND store_id = ? AND epoch = ? AND seq IN (?)`,
        [part, storeId, epoch, slice],
      )
      found.push(...rows.map(entryOfRow))
    },
    MAX_KEYS_PER_LIST,
  )
  return found
}

const LEDGER = { table: 'central_view.ledger', columns: ['part', ...ENTRY_COLUMNS, 'applied_at'] }

/** Adds entries that the ledger doesn't have; the cursor lock and the gaps have made sure of that. */
export async function insertLedger(
  trx: Transaction,
  { part, entries, nowUs }: { part: number; entries: readonly Entry[]; nowUs: number },
): Promise<void> {
  const appliedAt = datetimeOfUs(nowUs)
  const rowOf = (entry: Entry) => [part, ...valuesOfEntry(entry), appliedAt]
  await inSlices(entries, (slice) => insertRows(trx, LEDGER, slice.map(rowOf)), ROWS_PER_WRITE)
}
