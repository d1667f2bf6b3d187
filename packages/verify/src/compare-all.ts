import type { Pool } from '@shelfwire/mysql'
import { compareJournal } from './compare-journal.ts'
import { compareStock } from './compare-stock.ts'
import type { Databases } from './databases.ts'
import type { Difference } from './difference.ts'

export interface StoreComparison {
  storeId: string
  /** Stock rows compared, and entries. */
  rows: number
  entries: number
  differences: Difference[]
}

/**
 * Compares every store with central, stock row by row and journal with ledger, also while sales go on. Central may
 * take `withinMs` to show what a store had when it was read; what it doesn't show by then is a difference.
 */
export async function compareAll(
  { central, stores }: Databases,
  { withinMs = 30_000 }: { withinMs?: number } = {},
): Promise<StoreComparison[]> {
  const deadline = Date.now() + withinMs
  const compareStore = async ([storeId, store]: [string, Pool]): Promise<StoreComparison> => {
    const stock = await compareStock(store, central, { storeId, deadline })
    const journal = await compareJournal(store, central, { storeId, deadline })
    const differences = [...stock.differences, ...journal.differences]
    return { storeId, rows: stock.rows, entries: journal.entries, differences }
  }
  return Promise.all([...stores].map(compareStore))
}
