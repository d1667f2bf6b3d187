import { ENTRY_COLUMNS, type Entry, type EntryRow, entryOfRow, valuesOfEntry } from '@shelfwire/contracts'
import { type RequestKey, textOfKey, whereKeys } from '@shelfwire/idempotency'
import { combine, known, type Query, select, slicesOf, type Transaction } from '@shelfwire/mysql'

const COLUMNS = ENTRY_COLUMNS.join(', ')

/** Adds entries to the journal. */
export function appendEntries(trx: Transaction, entries: readonly Entry[]): void {
  for (const rows of slicesOf(entries.map(valuesOfEntry)))
    trx.later(`INSERT INTO journal (${COLUMNS}) VALUES ?`, [rows])
}

/** The entries that these requests have made, by the text of their keys, in the order of their numbers. */
export function findByKeys(keys: readonly RequestKey[]): Query<Map<string, Entry[]>> {
  if (keys.length === 0) return known(new Map())
  const { where, values } = whereKeys(keys)
  return combine([select<EntryRow>(`SELECT ${COLUMNS} FROM journal WHERE ${where}`, values)], ([rows]) =>
    Map.groupBy(
      rows.map(entryOfRow).sort((one, other) => one.epoch - other.epoch || one.seq - other.seq),
      textOfKey,
    ),
  )
}
