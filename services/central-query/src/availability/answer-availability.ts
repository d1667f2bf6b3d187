import { available, type FreshnessClock } from '@shelfwire/central'
import { pickFields } from '@shelfwire/http'
import { freshnessByStore } from '../freshness/freshness-view.ts'
import { rebuildingStores } from '../freshness/rebuilding.ts'
import type { Memory, RememberedLevel, RememberedSku } from '../memory/memory.ts'
import type { AvailabilityRow } from './availability-schemas.ts'

export interface AvailabilityFilter {
  stores?: readonly string[] | undefined
  inStock?: boolean | undefined
  fields?: readonly string[] | undefined
}

export interface SkuAvailability {
  sku: string
  known: boolean
  availableFresh: number
  stores: Partial<AvailabilityRow>[]
  rebuilding?: string[]
}

/**
 * The answers for SKUs that were just found in memory. Without an `await` from finding them to here: then levels,
 * margins and proofs are of one feed position, and every answer is the formula of a state that really was (I11).
 */
export function answerAvailability(
  memory: Memory,
  skus: readonly RememberedSku[],
  { clock, filter }: { clock: FreshnessClock; filter: AvailabilityFilter },
): SkuAvailability[] {
  const freshness = freshnessByStore(memory.stores, clock)
  const wanted = filter.stores === undefined ? undefined : new Set(filter.stores)
  const rebuilding = rebuildingStores(memory.stores, wanted)
  return skus.map((known) => {
    let availableFresh = 0
    const stores: Partial<AvailabilityRow>[] = []
    for (const level of known.levels) {
      if (wanted !== undefined && !wanted.has(level.storeId)) continue
      if (rebuilding.includes(level.storeId)) continue
      const row = rowOf(level, memory.marginOf(known, level.storeId), freshness(level.storeId))
      if (filter.inStock === true && row.available === 0) continue
      if (row.freshness.state === 'fresh') availableFresh += row.available
      stores.push(pickFields(row, filter.fields))
    }
    const answer = { sku: known.sku, known: isKnown(known), availableFresh, stores }
    return rebuilding.length === 0 ? answer : { ...answer, rebuilding }
  })
}

/** A SKU is known when the catalogue has it or any store ever had it. */
export function isKnown({ inCatalogue, levels }: RememberedSku): boolean {
  return inCatalogue || levels.length > 0
}

/** One row of an answer; the same from memory and from the database. */
export function rowOf(
  { storeId, onHand, held, pending, updatedAt }: RememberedLevel,
  margin: number,
  freshness: AvailabilityRow['freshness'],
): AvailabilityRow {
  return {
    storeId,
    onHand,
    held,
    pending,
    margin,
    available: available({ onHand, held, pending, margin }),
    updatedAt,
    freshness,
  }
}
