import { checksumOf, type Entry, formatRemembered, type Remembered } from '@shelfwire/contracts'
import { known, type Reader } from '@shelfwire/mysql'
import { loadRows } from '../journal/books.ts'
import { type Draft, openingOrigin, openSku, recordNote } from '../journal/draft.ts'
import { discard, keepDraft, needMore, type Operation } from '../lane/operation.ts'
import type { Level, StockRow } from '../stock/level.ts'
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
  /** SKUs in one step, at most; {@link SKUS_PER_SLICE} by default. */
  limit?: number
  /** Computes the checksum from the whole stock, read behind the head's lock, because the kept one may be wrong. */
  recount?: boolean
}

export type OpeningAnswer =
  /** The epoch, or one above it, is open. */
  | { outcome: 'open' }
  /** Goes on behind this SKU in a further transaction. */
  | { outcome: 'more'; after: string }

/** What one step has read. */
interface OpeningReads {
  rows: StockRow[]
  /** Only for a step that begins an epoch and computes the checksum. */
  wholeStock: (Level & { sku: string })[] | null
  /** The last number of each epoch below, only for the last step. */
  ends: ReadonlyMap<number, number>
}

/**
 * One step of an opening: the epoch begins, if it hasn't yet, and the next SKUs get their `opening`; behind the last one
 * comes `opened`. Between two steps the store sells on in the new epoch. A step that is repeated, here or by another
 * process, does nothing twice.
 */
export const openingOperation: Operation<
  OpeningOrder,
  OpeningAnswer,
  ReadonlyMap<OpeningOrder, OpeningReads>,
  'slice'
> = {
  name: 'opening',
  weigh: ({ limit = SKUS_PER_SLICE }) => limit,
  reads: () => ({}),
  read: () => known(new Map()),
  readMore: async (reader, _need, { request, found, books }) =>
    new Map(found).set(request, await readStep(reader, request, books.head.epoch)),
  decide(order, draft, found) {
    const { books } = draft
    const { head } = books
    const isToBegin = head.epoch < order.epoch
    if (!isToBegin && (head.epoch > order.epoch || head.openingReason === null))
      return discard({ outcome: 'open' })
    const reads = found.get(order)
    if (reads === undefined) return needMore('slice')
    if (isToBegin) beginEpoch(draft, order, reads)
    loadRows(books, { skus: [], rows: reads.rows })
    for (const { sku } of reads.rows) openSku(draft, sku)
    const last = lastOfFullSlice(reads.rows, order)
    if (last !== undefined) return keepDraft({ outcome: 'more', after: last.sku })
    const reference = formatRemembered(rememberedOf(reads.ends, books.entries, head.epoch))
    recordNote(draft, 'opened', { ...openingOrigin(books), reference })
    head.openingReason = null
    return keepDraft({ outcome: 'open' })
  },
}

async function readStep(reader: Reader, order: OpeningOrder, epoch: number): Promise<OpeningReads> {
  const { after, limit = SKUS_PER_SLICE } = order
  const rows = await readStockAfter(reader, after, limit)
  const wholeStock = order.recount && epoch < order.epoch ? await readWholeStock(reader) : null
  const isLast = lastOfFullSlice(rows, order) === undefined
  return { rows, wholeStock, ends: isLast ? await readEpochEnds(reader, order.epoch) : new Map() }
}

function lastOfFullSlice(rows: readonly StockRow[], { limit = SKUS_PER_SLICE }: OpeningOrder) {
  return rows.length === limit ? rows.at(-1) : undefined
}

function beginEpoch(draft: Draft, order: OpeningOrder, { wholeStock }: OpeningReads): void {
  const { head, changed } = draft.books
  head.epoch = order.epoch
  head.nextSeq = 1
  head.openingReason = order.reason
  if (wholeStock !== null) head.checksum = checksumOf(wholeStock)
  // SKUs that this transaction has created aren't in the database yet, so no step would find them.
  for (const sku of [...changed.keys()]) openSku(draft, sku)
}

/**
 * How far this database remembers the epochs below: what was read, and what this transaction has recorded in them before
 * it began the new one. Kept nowhere else, because entries of an epoch that is over never change. A journal that has no
 * entries yet remembers of its first epoch nothing.
 */
function rememberedOf(
  read: ReadonlyMap<number, number>,
  batchEntries: readonly Entry[],
  belowEpoch: number,
): Remembered {
  const ends = new Map(read)
  for (const { epoch, seq } of batchEntries)
    if (epoch < belowEpoch) ends.set(epoch, Math.max(seq, ends.get(epoch) ?? 0))
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
