import type { Entry } from '@shelfwire/contracts'
import { ENTRY_COLUMNS, slicesOf, type Transaction, valuesOfEntry } from '@shelfwire/mysql'

/** Adds entries to the journal. */
export function appendEntries(trx: Transaction, entries: readonly Entry[]): void {
  for (const rows of slicesOf(entries.map(valuesOfEntry)))
    trx.later(`INSERT INTO journal (${ENTRY_COLUMNS.join(', ')}) VALUES ?`, [rows])
}
