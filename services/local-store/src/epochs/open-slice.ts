import { checksumOf, formatRemembered, type Remembered } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { loadRows } from '../journal/books.ts'
import { type Draft, openingOrigin, openSku, recordNote } from '../journal/draft.ts'
import { readEpochEnds, readStockAfter, readWholeStock } from './epochs-sql.ts'

const FIRST_EPOCH = 1

/** SKUs that one transaction opens: they keep the head locked for some 20 ms. */
export const SKUS_PER_SLICE = 500

/** A step of the opening of an epoch; the first one begins it. */
export interface OpeningOrder {
  epoch: number
  /** For people; stands in every entry of the opening. */
  reason: string
  /** SKUs up to this one are open; an empty text at first. */
  after: string
  /** SKUs in one step, at most; {@link SKUS_PER_SLICE} unless told. */
  limit?: number
  /** Sums the checksum up anew, because something threw doubt on it. Reads the whole stock behind the head's lock. */
  recount?: boolean
}

export type OpeningAnswer =
  /** The epoch, or one above it, is open. */
  | { outcome: 'open' }
  /** Goes on behind this SKU in a further transaction. */
  | { outcome: 'more'; after: string }

/**
 * One step of an opening inside the lane's transaction: the epoch begins, if it hasn't yet, and the next SKUs get their
 * `opening`; behind the last one comes `opened`. Between two steps the store sells on in the new epoch. A step that is
 * repeated, here or by another process, does nothing twice.
 */
export async function openSlice(trx: Transaction, draft: Draft, order: OpeningOrder): Promise<OpeningAnswer> {
  const { books } = draft
  const { head } = books
  if (head.epoch < order.epoch) await beginEpoch(trx, draft, order)
  if (head.epoch > order.epoch || head.openingReason === null) return { outcome: 'open' }

  const { after, limit = SKUS_PER_SLICE } = order
  const rows = await readStockAfter(trx, after, limit)
  loadRows(books, { skus: [], rows })
  for (const { sku } of rows) openSku(draft, sku)
  const last = rows.at(-1)
  if (last !== undefined && rows.length === limit) return { outcome: 'more', after: last.sku }
  const reference = formatRemembered(await rememberedOf(trx, head.epoch))
  recordNote(draft, 'opened', { ...openingOrigin(books), reference })
  head.openingReason = null
  return { outcome: 'open' }
}

async function beginEpoch(trx: Transaction, draft: Draft, order: OpeningOrder): Promise<void> {
  const { head, changed } = draft.books
  head.epoch = order.epoch
  head.nextSeq = 1
  head.openingReason = order.reason
  // Whatever threw doubt on the old epoch, this one begins with what the levels are.
  if (order.recount) head.checksum = checksumOf(await readWholeStock(trx))
  // SKUs that this transaction has created aren't in the database yet, so no step would find them.
  for (const sku of [...changed.keys()]) openSku(draft, sku)
}

/**
 * How far this database remembers the epochs below. Asked behind the last slice and not kept in `head`: entries of an
 * epoch that is over never change. A journal that has none yet remembers of its first epoch nothing.
 */
async function rememberedOf(trx: Transaction, epoch: number): Promise<Remembered> {
  const ends = await readEpochEnds(trx, epoch)
  return ends.size > 0 ? ends : new Map([[FIRST_EPOCH, 0]])
}

/** Takes the steps of an opening until it is open; `step` runs each in a transaction of its own. */
export async function openInSlices(
  first: OpeningOrder,
  step: (order: OpeningOrder) => Promise<OpeningAnswer>,
): Promise<void> {
  let order = first
  for (;;) {
    const answer = await step(order)
    if (answer.outcome === 'open') return
    order = { ...order, after: answer.after }
  }
}
