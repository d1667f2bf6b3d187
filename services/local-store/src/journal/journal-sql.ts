import type { Entry } from '@shelfwire/contracts'
import { datetimeOfUs, ENTRY_COLUMNS, slicesOf, type Transaction, valuesOfEntry } from '@shelfwire/mysql'

/** Adds entries to the journal. */
export function appendEntries(trx: Transaction, entries: readonly Entry[]): void {
  for (const rows of slicesOf(entries.map(valuesOfEntry)))
    trx.later(`INSERT INTO journal (${ENTRY_COLUMNS.join(', ')}) VALUES ?`, [rows])
}

/** By SKU: the sum of what happened to it after `afterUs`, as far as it is recorded, in whatever epoch. */
export async function sumChangesSince(
  trx: Transaction,
  { skus, afterUs }: { skus: readonly string[]; afterUs: number },
): Promise<Map<string, number>> {
  const rows = await trx.rows<{ sku: string; delta: string | number }>(
    // An `opening` says what the level is; it doesn't change it, and what was sold before it was sold all the same.
    `SELECT sku, SUM(on_hand_delta) AS delta FROM journal
     WHERE sku IN (?) AND occurred_at > ? AND kind <> 'opening' GROUP BY sku`,
    [skus, datetimeOfUs(afterUs)],
  )
  return new Map(rows.map(({ sku, delta }) => [sku, Number(delta)]))
}
