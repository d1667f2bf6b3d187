/**
 * How many parts central's growing tables are split into. One MySQL needs one; a sharded engine gets more, and a
 * store's rows then stay within one shard because every key is led by its part.
 */
export const PARTS = 1

/** The part that holds a store's rows: FNV-1a of its id, modulo {@link PARTS}. */
export function partOf(storeId: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < storeId.length; index += 1) {
    hash = Math.imul(hash ^ storeId.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % PARTS
}

/** The part of feed rows that belong to no store (products, margins over all stores). */
export const COMMON_PART = 0
