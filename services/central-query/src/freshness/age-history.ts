import { type FreshnessClock, freshnessOf } from '@shelfwire/central'
import type { StockCache } from '../cache/stock-cache.ts'

/** Three minutes, one sample a second. */
const SAMPLES = 180

/** Each store's ages of the last minutes, in ms, the oldest first; null where nothing was proved. */
export type AgeHistory = Record<string, (number | null)[]>

/** Keeps the ages of the last minutes, so that a page opened after an alarm shows what led to it. */
export function createAgeHistory(cache: StockCache, clock: () => FreshnessClock) {
  const ages = new Map<string, (number | null)[]>()
  return {
    /** Samples every store's age. */
    sample(): void {
      const reading = clock()
      for (const [storeId, proof] of cache.stores) {
        const noted = ages.get(storeId) ?? []
        noted.push(freshnessOf(proof, reading).ageMs)
        if (noted.length > SAMPLES) noted.shift()
        ages.set(storeId, noted)
      }
    },
    read: (): AgeHistory => Object.fromEntries(ages),
  }
}
