import type { Difference } from './difference.ts'
import { comparePositions, type Position, placeName } from './position.ts'

/** A SKU's units at the place in the journal where its row stands. */
export interface Level extends Position {
  sku: string
  onHand: number
  held: number
}

/** What is known of one SKU in one store. */
export interface Sides {
  storeId: string
  sku: string
  /** The store's row, read before central's. */
  atStore: Level | undefined
  atCentral: Level | undefined
  /** The store's journal entry at the place where central's row stands, when that is beyond `atStore`. */
  entry: Level | undefined
}

/**
 * Judges central's row against the store at the very place where it stands, so that sales meanwhile don't matter:
 * `behind` while it hasn't reached the store's row that was read first, else what differs (nothing, if all is well).
 */
export function judgeLevel(sides: Sides): 'behind' | Difference[] {
  const { storeId, sku, atStore, atCentral, entry } = sides
  if (atCentral === undefined) return 'behind'
  if (atStore === undefined && isEmptied(atCentral)) return []
  const ahead = atStore === undefined ? 1 : comparePositions(atCentral, atStore)
  if (ahead < 0) return 'behind'
  const truth = ahead === 0 ? atStore : entry
  if (truth === undefined || truth.sku !== sku) {
    return [{ storeId, where: sku, field: 'entry', store: null, central: placeName(atCentral) }]
  }
  return (['onHand', 'held'] as const)
    .filter((field) => truth[field] !== atCentral[field])
    .map((field) => ({ storeId, where: sku, field, store: truth[field], central: atCentral[field] }))
}

/** A SKU that the store's new epoch didn't name, for a restore forgot it: central keeps an empty row at number 0. */
function isEmptied({ seq, onHand, held }: Level): boolean {
  return seq === 0 && onHand === 0 && held === 0
}
