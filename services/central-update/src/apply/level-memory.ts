import { LRUCache } from 'lru-cache'
import type { Cursor, StockRow } from './store-state.ts'

/**
 * Levels that this process has written, so that they need not be read again. Whoever changes a store's levels moves
 * its cursor in the same transaction, and `updatedAtUs` always grows: a cursor that, behind its lock, stands where this
 * process left it says that the levels do, too. Found anywhere else, nothing that is known of the store counts any more.
 */
export interface LevelMemory {
  /** Those of the store's levels that are known, for a cursor that is locked. */
  recall(cursor: Cursor, skus: Iterable<string>): StockRow[]
  /**
   * Takes in what a transaction wrote, after its COMMIT: the cursor as it was found behind its lock and as it was left,
   * and the levels.
   */
  keep(found: Cursor, left: Cursor, levels: Iterable<StockRow>): void
}

/** Of all stores together, about 200 bytes each; those not needed longest are forgotten first. */
const MAX_LEVELS = 500_000

/** A memory of nothing. */
export function createLevelMemory(maxLevels = MAX_LEVELS): LevelMemory {
  const levels = new LRUCache<string, { place: Place; row: StockRow }>({ max: maxLevels })
  const stores = new Map<string, Place>()

  return {
    recall(cursor, skus) {
      const place = stores.get(cursor.storeId)
      if (place === undefined || !standsAt(cursor, place)) return []
      return [...skus].flatMap((sku) => {
        const known = levels.get(levelKey(cursor.storeId, sku))
        return known?.place === place ? [known.row] : []
      })
    },
    keep(found, left, written) {
      const { storeId } = left
      const before = stores.get(storeId)
      // The same object for as long as nobody else came between: what hangs on another one counts no more.
      const place = before !== undefined && standsAt(found, before) ? moveTo(before, left) : placeOf(left)
      stores.set(storeId, place)
      for (const row of written) levels.set(levelKey(storeId, row.sku), { place, row })
    },
  }
}

/** Where this process left a store's cursor. */
type Place = Pick<Cursor, 'updatedAtUs' | 'seq' | 'checksum'>

function placeOf({ updatedAtUs, seq, checksum }: Cursor): Place {
  return { updatedAtUs, seq, checksum }
}

function moveTo(place: Place, cursor: Cursor): Place {
  return Object.assign(place, placeOf(cursor))
}

function standsAt({ updatedAtUs, seq, checksum }: Cursor, place: Place): boolean {
  return updatedAtUs === place.updatedAtUs && seq === place.seq && checksum === place.checksum
}

function levelKey(storeId: string, sku: string): string {
  return `${storeId}\0${sku}`
}
