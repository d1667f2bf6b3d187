import type { JournalRecord } from '../../records/record.ts'
import type { StockRow } from '../../store-state/store-state.ts'

/** A level's place: what is locked, in the order of (SKU, store). */
export type StockKey = Pick<StockRow, 'sku' | 'storeId'>

/** The levels that a batch may change, by what its records say; some of them may turn out to be repeats. */
export interface TouchedStock {
  keys: StockKey[]
  /** Stores with an `opened`, which may change every level that they have. */
  opening: string[]
}

/** Pure: what must be locked is known before anything is read. */
export function touchedStock(batch: readonly JournalRecord[]): TouchedStock {
  const skus = new Map<string, Set<string>>()
  const opening = new Set<string>()
  for (const { content } of batch) {
    if (content.type !== 'entry') continue
    const { storeId, entry } = content
    if (entry.kind === 'opened') opening.add(storeId)
    if (entry.sku === null) continue
    const group = skus.get(storeId) ?? new Set()
    skus.set(storeId, group)
    group.add(entry.sku)
  }
  const keys = [...skus].flatMap(([storeId, group]) => [...group].map((sku) => ({ sku, storeId })))
  return { keys, opening: [...opening] }
}
