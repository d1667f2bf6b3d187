import type { Entry } from '@shelfwire/contracts'
import type { StockKey } from './stock-row.ts'

/** The levels that a batch may change, by what its entries say; some of them may turn out to be repeats. */
export interface TouchedLevels {
  keys: StockKey[]
  /** Stores with an `opened`, which may change every level that they have. */
  opening: string[]
}

/** Pure: what must be locked is known before anything is read. */
export function touchedLevels(entries: readonly Entry[]): TouchedLevels {
  const skus = new Map<string, Set<string>>()
  const opening = new Set<string>()
  for (const { storeId, sku, kind } of entries) {
    if (kind === 'opened') opening.add(storeId)
    if (sku === null) continue
    const group = skus.get(storeId) ?? new Set()
    skus.set(storeId, group)
    group.add(sku)
  }
  const keys = [...skus].flatMap(([storeId, group]) => [...group].map((sku) => ({ sku, storeId })))
  return { keys, opening: [...opening] }
}
