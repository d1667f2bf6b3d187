import { LRUCache } from 'lru-cache'
import type { Cursor, StockRow } from './store-state.ts'

/**
 * Levels that this process has written, so that they need not be read again. Whoever changes a store's levels moves
 * its cursor in the same transaction, and `updatedAtUs` always grows: a cursor that, behind its lock, stands where this
 * process left it says that the levels do, too. Found anywhere else, everything known of the store is forgotten.
 */
export interface LevelMemory {
  /** Those of the store's levels that are known, for a cursor that is locked. */
  recall(cursor: Cursor, skus: Iterable<string>): StockRow[]
  /** Takes in what a transaction wrote, after its COMMIT: the cursor and the levels, both as they were written. */
  keep(cursor: Cursor, levels: Iterable<StockRow>): void
}

/** Of all stores together, about 200 bytes each; those not needed longest are forgotten first. */
const MAX_LEVELS = 200_000

/** A memory of nothing. */
export function createLevelMemory(maxLevels = MAX_LEVELS): LevelMemory {
  const levels = new LRUCache<string, { left: Left; row: StockRow }>({ max: maxLevels })
  const stores = new Map<string, Left>()

  return {
    recall(cursor, skus) {
      const left = stores.get(cursor.storeId)
      if (left === undefined) return []
      if (!standsAt(cursor, left)) {
        stores.delete(cursor.storeId)
        return []
      }
      return [...skus].flatMap((sku) => {
        const known = levels.get(levelKey(cursor.storeId, sku))
        return known?.left === left ? [known.row] : []
      })
    },
    keep({ storeId, updatedAtUs, seq, checksum }, written) {
      const left = stores.get(storeId) ?? { updatedAtUs, seq, checksum }
      // The same object for as long as nobody else came between: what hangs on another one is forgotten.
      stores.set(storeId, Object.assign(left, { updatedAtUs, seq, checksum }))
      for (const row of written) levels.set(levelKey(storeId, row.sku), { left, row })
    },
  }
}

/** Where this process left a store's cursor. */
type Left = Pick<Cursor, 'updatedAtUs' | 'seq' | 'checksum'>

function standsAt(cursor: Cursor, left: Left): boolean {
  return (
    cursor.updatedAtUs === left.updatedAtUs && cursor.seq === left.seq && cursor.checksum === left.checksum
  )
}

function levelKey(storeId: string, sku: string): string {
  return `${storeId}\0${sku}`
}
