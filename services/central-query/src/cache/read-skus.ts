import type { Follower } from './follow-feed.ts'
import type { Memory, RememberedSku } from './stock-cache.ts'

/** How often SKUs were there when asked for, and how often they had to be loaded. */
export interface ReadTally {
  hits: number
  misses: number
}

export interface SkuReader {
  /**
   * Hands all of `skus`, in order, to `answer`, which must not wait for anything: it is called in the same breath
   * in which the last of them was found, so that they and the proofs in memory are all of one moment.
   */
  withSkus<T>(skus: readonly string[], answer: (found: RememberedSku[]) => T): Promise<T>
  readonly tally: ReadTally
}

/** Reads SKUs from memory, loading those that aren't there. */
export function createSkuReader(memory: Memory, follower: Pick<Follower, 'load'>): SkuReader {
  const tally: ReadTally = { hits: 0, misses: 0 }
  return {
    tally,
    async withSkus(skus, answer) {
      const found = findAll(skus, (sku) => memory.find(sku))
      if (found !== undefined) {
        tally.hits += skus.length
        return answer(found)
      }
      const missing = skus.filter((sku) => memory.find(sku) === undefined)
      tally.hits += skus.length - missing.length
      tally.misses += missing.length
      const loaded = await follower.load(missing)
      const completed = findAll(skus, (sku) => loaded.get(sku) ?? memory.find(sku))
      if (completed !== undefined) return answer(completed)
      // Those that were there have been forgotten meanwhile, as in a memory much too small. Loaded together, all
      // of them are at hand whether or not they are remembered.
      const all = await follower.load(skus)
      return answer(skus.flatMap((sku) => all.get(sku) ?? []))
    },
  }
}

function findAll(
  skus: readonly string[],
  find: (sku: string) => RememberedSku | undefined,
): RememberedSku[] | undefined {
  const found: RememberedSku[] = []
  for (const sku of skus) {
    const known = find(sku)
    if (known === undefined) return undefined
    found.push(known)
  }
  return found
}
