import { ENTRY_COLUMNS, type Entry, valuesOfEntry } from '@shelfwire/contracts'
import { slicesOf, type Transaction } from '@shelfwire/mysql'

/** Adds entries to the journal. */
export function appendEntries(trx: Transaction, entries: readonly Entry[]): void {
  for (const rows of slicesOf(entries.map(valuesOfEntry)))
    trx.later(`INSERT INTO journal (${ENTRY_COLUMNS.join(', ')}) VALUES ?`, [rows])
}
