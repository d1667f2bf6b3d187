import { checksumOf, type Entry } from '@shelfwire/contracts'
import type { Head } from '../journal/books.ts'
import type { StockRow } from '../stock/level.ts'

/** Who is named in entries that open an epoch; no HTTP caller can be called that. */
export const OPENING_CALLER = 'store:open-epoch'

/** The journal's new beginning. */
export interface Opening {
  head: Head
  /** One `opening` for each SKU, in the order of `stock`, then `opened`. */
  entries: Entry[]
  /** The same levels, standing at their `opening`. */
  stock: StockRow[]
}

export interface OpeningWish {
  nowUs: number
  /** For people; stands in every entry of the opening. */
  reason: string | null
  /**
   * An epoch that others know of the store already; 0 when there is none. A restored store may have forgotten it, and
   * must not give its numbers a second time.
   */
  aboveEpoch: number
}

/**
 * The first entries of the next epoch. Each `opening` brings its SKU from nothing to its level, so that the sum of
 * deltas is the level in every epoch by itself (I1), and the numbers begin at 1 (I2).
 */
export function decideOpening(
  head: Head,
  stock: readonly StockRow[],
  { nowUs, reason, aboveEpoch }: OpeningWish,
): Opening {
  const epoch = Math.max(head.epoch, aboveEpoch) + 1
  const shared = {
    ...{ epoch, storeId: head.storeId, holdId: null, caller: OPENING_CALLER, requestId: `epoch-${epoch}` },
    ...{ reference: null, reason, occurredAtUs: nowUs, recordedAtUs: nowUs },
  }
  const openings = stock.map(({ sku, onHand, held }, index): Entry => {
    const deltas = { onHandDelta: onHand, heldDelta: held, onHand, held }
    return { ...shared, seq: index + 1, sku, kind: 'opening', ...deltas }
  })
  const nothing = { onHandDelta: 0, heldDelta: 0, onHand: 0, held: 0 }
  const opened: Entry = { ...shared, seq: stock.length + 1, sku: null, kind: 'opened', ...nothing }
  return {
    // Summed up anew: whatever threw doubt on the old epoch, this one begins with what the levels are.
    head: { ...head, epoch, nextSeq: stock.length + 2, checksum: checksumOf(stock) },
    entries: [...openings, opened],
    stock: stock.map((row, index) => ({ ...row, epoch, seq: index + 1 })),
  }
}
