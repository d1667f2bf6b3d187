import { type Transaction, usOfDate } from '@shelfwire/mysql'
import type { Head } from '../journal/books.ts'
import { lockHead } from '../journal/head-sql.ts'
import { appendEntries } from '../journal/journal-sql.ts'
import { saveStock } from '../stock/stock-sql.ts'
import { decideOpening, type OpeningWish } from './decide-opening.ts'
import { readWholeStock, saveEpoch } from './epochs-sql.ts'

export interface OpeningOptions extends Omit<OpeningWish, 'nowUs'> {
  storeId: string
  now: () => Date
}

/**
 * Starts the store's journal again: lock, read, decide, write, in one transaction. However it ends, the store is
 * either in its old epoch or wholly in the new one; and because the head is locked first, it is right even beside a
 * service that runs. Returns the new head and how many SKUs it begins with. Throws the Fault `head_missing`.
 */
export async function openEpoch(
  trx: Transaction,
  { storeId, now, ...wish }: OpeningOptions,
): Promise<{ head: Head; skus: number }> {
  const head = await lockHead(trx, storeId)
  const levels = await readWholeStock(trx)
  const opening = decideOpening(head, levels, { ...wish, nowUs: usOfDate(now()) })
  appendEntries(trx, opening.entries)
  saveStock(trx, opening.stock)
  saveEpoch(trx, opening.head)
  return { head: opening.head, skus: levels.length }
}
