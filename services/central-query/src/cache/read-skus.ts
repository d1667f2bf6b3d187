import type { Follower } from './follow-feed.ts'
import type { CachedSku, StockCache } from './stock-cache.ts'

/** How many SKUs asked for were in the cache, and how many had to be loaded. */
export interface ReadTally {
  hits: number
  misses: number
}

export interface SkuReader {
  /**
   * Hands all of `skus`, in order, to `answer`, which must be synchronous: it is called in the same tick in which the
   * last of them was found, so that they and the proofs in the cache are all of one moment.
   */
  withSkus<T>(skus: readonly string[], answer: (found: CachedSku[]) => T): Promise<T>
  readonly tally: ReadTally
}

/** Reads SKUs from the cache and loads those that it lacks. */
export function createSkuReader(cache: StockCache, follower: Pick<Follower, 'load'>): SkuReader {
  const tally: ReadTally = { hits: 0, misses: 0 }
  return {
    tally,
    async withSkus(skus, answer) {
      const found = findAll(skus, (sku) => cache.find(sku))
      if (found !== undefined) {
        tally.hits += skus.length
        return answer(found)
      }
      const missing = skus.filter((sku) => cache.find(sku) === undefined)
      tally.hits += skus.length - missing.length
      tally.misses += missing.length
      const loaded = await follower.load(missing)
      const completed = findAll(skus, (sku) => loaded.get(sku) ?? cache.find(sku))
      if (completed !== undefined) return answer(completed)
      // SKUs that were in the cache have been evicted meanwhile, because it is much too small. Loaded together, all of
      // them are at hand whether or not the cache keeps them.
      const all = await follower.load(skus)
      return answer(skus.flatMap((sku) => all.get(sku) ?? []))
    },
  }
}

function findAll(
  skus: readonly string[],
  find: (sku: string) => CachedSku | undefined,
): CachedSku[] | undefined {
  const found: CachedSku[] = []
  for (const sku of skus) {
    const known = find(sku)
    if (known === undefined) return undefined
    found.push(known)
  }
  return found
}
